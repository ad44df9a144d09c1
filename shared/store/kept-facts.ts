import {
  type DynamoDBDocumentClient,
  GetCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type RecordKind, recordId, resourceId } from '../access/named-keys.ts';
import { RequestError } from '../errors.ts';
import type { Told } from '../roster/told.ts';
import { StoredResource } from './access-items.ts';
import { changedMeanwhile } from './account-items.ts';
import { ConditionFailed, calling } from './calls.ts';
import { ChangeLog } from './change-log.ts';
import { type Page, walk } from './cursors.ts';
import { accessKey, factRowKey, factRowsPartition, factShards, ownedPartition, splitKey } from './keys.ts';
import { type Dat, disowned, owning } from './owned-dats.ts';
import { queryPage } from './query.ts';

/** A record that logins are tied to, or a resource. */
export type FactAt =
  | { kind: 'record'; type: RecordKind; id: string }
  | { kind: 'resource'; type: string; id: string };
type Value = Record<string, unknown>;
export type KeptFact = { id: string; value: Value; revision: number };
/** `read`: what checks read of it; the value itself where absent. */
type More = { read?: Value; ifMatch?: string | undefined };

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

const Row = z.object({
  sk: z.string(),
  value: z.record(z.string(), z.unknown()),
  revision: z.int().positive(),
});

const attempts = 4;

/**
 * Facts that people keep, in two places written together: the item of `access` that checks read, and a row of `accounts` for
 * lists, pk = district, kind, shard of id; sk = id. Of a query or filter a third: pk = district, owner; sk = type, id.
 */
export class KeptFacts {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: { access: string; accounts: string };
  readonly #log: ChangeLog;

  constructor(dynamo: DynamoDBDocumentClient, tables: { access: string; accounts: string; syncs: string }) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#log = new ChangeLog(dynamo, tables.syncs);
  }

  async find(district: string, at: FactAt): Promise<KeptFact | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#tables.accounts, Key: rowKey(district, at), ConsistentRead: true }),
      ),
    );
    return Item === undefined ? undefined : keptFact(Item);
  }

  list(
    district: string,
    { kind, type }: { kind: FactAt['kind']; type: string },
    options: { limit: number; cursor?: string | undefined },
  ): Promise<Page<KeptFact>> {
    const partitions = Array.from({ length: factShards }, (_, shard) =>
      factRowsPartition(district, `${kind}:${type}`, shard),
    );
    const table = this.#tables.accounts;
    return walk(partitions, options, async ({ partition, after, limit }) => {
      const { items, more } = await queryPage(this.#dynamo, { table, partition, after, limit });
      return { more, items: items.map((item) => ({ sk: String(item.sk), item: keptFact(item) })) };
    });
  }

  /**
   * Replaces it; the next check sees it.
   * @throws {RequestError} precondition-failed where it is no longer as `ifMatch` says, unprocessable where it has an owner and
   * that is no account
   */
  async put(district: string, at: FactAt, value: Value, more: More = {}): Promise<KeptFact> {
    const { read = value, ifMatch } = more;
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.find(district, at);
      refuseOther(before, ifMatch);
      const done = await this.#replace(district, at, { before, value, read });
      if (done !== 'overtaken') return done;
      if (attempt === attempts) throw changedMeanwhile();
    }
  }

  /** @throws {RequestError} not-found, or precondition-failed like `put` */
  async remove(district: string, at: FactAt, ifMatch?: string): Promise<void> {
    const before = await this.find(district, at);
    if (before === undefined)
      throw new RequestError('not-found', `unknown-${at.kind}`, `There is no such ${at.kind}.`);
    refuseOther(before, ifMatch);
    const row = {
      Delete: {
        TableName: this.#tables.accounts,
        Key: rowKey(district, at),
        ConditionExpression: 'revision = :seen',
        ExpressionAttributeValues: { ':seen': before.revision },
      },
    };
    const fact = this.#fact(district, at, { UpdateExpression: 'REMOVE #kind' });
    const owner = ownerOf(at, before);
    const owned = owner === undefined ? [] : [disowned(this.#tables.accounts, { district, owner, dat: at })];
    try {
      await this.#log.transact(district, [row, fact, ...owned], [told(at, 'removed')]);
    } catch (error) {
      throw error instanceof ConditionFailed ? changedMeanwhile() : error;
    }
  }

  /** Queries and filters of an account. */
  async owned(district: string, owner: string): Promise<Dat[]> {
    const found: Dat[] = [];
    const partition = ownedPartition(district, owner);
    for (let after: string | undefined, more = true; more; ) {
      const page = await queryPage(this.#dynamo, {
        table: this.#tables.accounts,
        partition,
        after,
        limit: 1000,
      });
      for (const { sk } of page.items) {
        after = String(sk);
        const [type = '', id = ''] = splitKey(after);
        found.push({ type, id });
      }
      more = page.more;
    }
    return found;
  }

  /** Gives another account a copy, which stays open with that account; it does not go with the first one any more. */
  async copy(district: string, dat: Dat, { from, to }: { from: string; to: string }): Promise<void> {
    const at: FactAt = { kind: 'resource', ...dat };
    const before = await this.find(district, at);
    if (ownerOf(at, before) !== from) return;
    const value = { owner: to, copyOf: from };
    const done = await this.#replace(district, at, { before, value, read: value });
    if (done === 'overtaken') throw changedMeanwhile();
  }

  async #replace(
    district: string,
    at: FactAt,
    { before, value, read }: { before: KeptFact | undefined; value: Value; read: Value },
  ): Promise<KeptFact | 'overtaken'> {
    const revision = (before?.revision ?? 0) + 1;
    const row = {
      Put: {
        TableName: this.#tables.accounts,
        Item: { ...rowKey(district, at), value, revision },
        ...(before === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'revision = :seen',
              ExpressionAttributeValues: { ':seen': before.revision },
            }),
      },
    };
    const fact = this.#fact(district, at, {
      UpdateExpression: 'SET #kind = :value',
      ExpressionAttributeValues: { ':value': read },
    });
    const [was, is] = [ownerOf(at, before), ownerOf(at, { value })];
    const leaving =
      was === undefined || was === is
        ? []
        : [disowned(this.#tables.accounts, { district, owner: was, dat: at })];
    try {
      const writes = [
        row,
        ...(is === undefined ? [] : owning(this.#tables.accounts, { district, owner: is, dat: at })),
        fact,
        ...leaving,
      ];
      await this.#log.transact(district, writes, [told(at, before === undefined ? 'created' : 'updated')]);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if (error.writes.includes(0)) return 'overtaken';
      throw new RequestError(
        'unprocessable',
        'unknown-account',
        'The owner is no account of this district.',
        {
          fields: [{ pointer: '/owner', detail: 'there is no such account' }],
        },
      );
    }
    return { id: at.id, value, revision };
  }

  #fact(
    district: string,
    at: FactAt,
    change: { UpdateExpression: string; ExpressionAttributeValues?: Value },
  ): Writes[number] {
    return {
      Update: {
        TableName: this.#tables.access,
        Key: accessKey(district, at.kind, factId(at)),
        // `resource` is a word of DynamoDB's own.
        ExpressionAttributeNames: { '#kind': at.kind },
        ...change,
      },
    };
  }
}

function told({ kind, type, id }: FactAt, change: Told['change']): Told {
  return { type: kind, change, kind: type, id };
}

function factId(at: FactAt): string {
  return at.kind === 'record' ? recordId(at.type, at.id) : resourceId(at);
}

function rowKey(district: string, { kind, type, id }: FactAt) {
  return factRowKey(district, `${kind}:${type}`, id);
}

function keptFact(item: Record<string, unknown>): KeptFact {
  const { sk, value, revision } = Row.parse(item);
  return { id: sk, value, revision };
}

function ownerOf({ kind }: FactAt, kept: Pick<KeptFact, 'value'> | undefined): string | undefined {
  return kind === 'resource' && kept !== undefined ? StoredResource.parse(kept.value).owner : undefined;
}

function refuseOther(before: KeptFact | undefined, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== String(before?.revision)) throw changedMeanwhile();
}
