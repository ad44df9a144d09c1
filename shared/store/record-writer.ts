import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand,
  type DynamoDBDocumentClient,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { StoreUnavailable, WallBreached } from '../errors.ts';
import { type Change, holderParts } from '../roster/plan.ts';
import type { RecordWriter } from '../roster/sync-stores.ts';
import { Given, givenAttributes } from './given.ts';
import { accessKey, holderKey, rosterKey } from './keys.ts';

type Tables = Record<'roster' | 'access' | 'assignments' | 'accounts' | 'syncs' | 'logins', string>;
type At = { generation: number; base: number };
type Write = { table: string; key: { pk: string; sk?: string }; change: Change };

/** What one BatchExecuteStatement takes, and how many run at once. */
const batchSize = 25;
const batchesAtOnce = 8;

/**
 * Versioned, idempotent, conditional writes at one write unit each: PartiQL statements carry their own conditions in a batch.
 * New items go by INSERT, known ones by UPDATE … WHERE g < mine. What a batch refuses is tried once more alone, by an upsert whose
 * condition tells "already mine or newer" (fine) from anything else.
 */
export class DynamoRecordWriter implements RecordWriter {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: Tables;
  readonly #given: Given;

  constructor(dynamo: DynamoDBDocumentClient, tables: Tables) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#given = new Given(dynamo, tables);
  }

  async write(district: string, changes: Change[], at: At): Promise<void> {
    for (const change of changes) if (change.forget !== undefined) await this.#forget(district, change, at);
    const writes = changes
      .filter(({ forget }) => forget === undefined)
      .map((change) => this.#place(district, change));
    const batches: Write[][] = [];
    for (let from = 0; from < writes.length; from += batchSize)
      batches.push(writes.slice(from, from + batchSize));
    await Promise.all(
      Array.from({ length: Math.min(batchesAtOnce, batches.length) }, async () => {
        for (let batch = batches.pop(); batch; batch = batches.pop()) await this.#writeBatch(batch, at);
      }),
    );
  }

  /** What people gave comes first, while the item still shows that it has to be ended; the write leaves none of their attributes. */
  async #forget(district: string, change: Change, at: At): Promise<void> {
    const doing = { by: 'purge', at: change.forget ?? '', generation: at.generation };
    await this.#given.end(district, change.id, doing);
    await this.#upsert(this.#place(district, change), at);
  }

  async #writeBatch(batch: Write[], at: At): Promise<void> {
    const answer = await this.#dynamo.send(
      new BatchExecuteStatementCommand({ Statements: batch.map((write) => statement(write, at)) }),
    );
    const refused = batch.filter((_, i) => answer.Responses?.[i]?.Error !== undefined);
    for (const write of refused) await this.#upsert(write, at);
  }

  async #upsert({ table, key, change }: Write, { generation, base }: At): Promise<void> {
    const set = ['#g = :g', '#pg = :pg'];
    const remove: string[] = change.forget === undefined ? [] : [...givenAttributes];
    const values: Record<string, unknown> = { ':g': generation, ':pg': base };
    for (const name of ['now', 'prev'] as const) {
      if (change[name] === undefined) remove.push(`#${name}`);
      else {
        set.push(`#${name} = :${name}`);
        values[`:${name}`] = change[name];
      }
    }
    try {
      await this.#dynamo.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          UpdateExpression: `SET ${set.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : ''}`,
          ConditionExpression: 'attribute_not_exists(#g) OR #g < :g',
          ExpressionAttributeNames: { '#g': 'g', '#pg': 'pg', '#now': 'now', '#prev': 'prev' },
          ExpressionAttributeValues: values,
        }),
      );
    } catch (error) {
      // Written by an earlier delivery of this change, or by a newer sync: nothing left to do.
      if (error instanceof ConditionalCheckFailedException) return;
      if (error instanceof WallBreached) throw error;
      throw new StoreUnavailable('an item could not be written', { cause: error });
    }
  }

  #place(district: string, change: Change): Write {
    switch (change.table) {
      case 'roster':
        return { table: this.#tables.roster, key: rosterKey(district, change.entity, change.id), change };
      case 'access':
        return { table: this.#tables.access, key: accessKey(district, change.entity, change.id), change };
      case 'assignments':
        return {
          table: this.#tables.assignments,
          key: holderKey({ district, ...holderParts(change.id) }),
          change,
        };
      default:
        return change satisfies never;
    }
  }
}

/** One PartiQL statement; a tombstone or a write without a known predecessor is left to the upsert where the key exists. */
function statement({ table, key, change }: Write, { generation, base }: At) {
  if (change.kind === 'create' || change.prev === undefined) return insert(table, key, change, generation);
  const set = ['"g" = ?', '"pg" = ?', '"prev" = ?'];
  const parameters: unknown[] = [generation, base, change.prev];
  if (change.now !== undefined) {
    set.push('"now" = ?');
    parameters.push(change.now);
  }
  const remove = change.now === undefined ? ' REMOVE "now"' : '';
  const where = Object.keys(key).map((name) => `"${name}" = ?`);
  return {
    Statement: `UPDATE "${table}" SET ${set.join(', ')}${remove} WHERE ${where.join(' AND ')} AND "g" < ?`,
    Parameters: [...parameters, ...Object.values(key), generation],
  };
}

function insert(table: string, key: Write['key'], change: Change, generation: number) {
  const item = { ...key, g: generation, ...(change.now === undefined ? {} : { now: change.now }) };
  const names = Object.keys(item).map((name) => `'${name}': ?`);
  return { Statement: `INSERT INTO "${table}" VALUE {${names.join(', ')}}`, Parameters: Object.values(item) };
}
