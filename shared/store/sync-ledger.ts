import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { StoreUnavailable } from '../errors.ts';
import { isBusy, type Lane, newLane } from '../roster/lane.ts';
import type { Sync } from '../roster/sync.ts';
import type { Commit, Kept, LedgerWrite, SyncLedger } from '../roster/sync-stores.ts';
import { ChangeLog } from './change-log.ts';
import {
  busyKey,
  busyPartition,
  commitKey,
  headCopies,
  headKey,
  laneKey,
  progressPartition,
  syncsPartition,
} from './keys.ts';

/** Only who commits needs the table of heads. */
type Tables = { syncs: string; access?: string };
type At = { district: string; syncId: string };
type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Chunks whose numbers share one set; a set of 256 is about 1 KB. */
const chunksPerSet = 256;

/** Signs of life are of no use once a sync is over. */
const keptSeconds = 30 * 24 * 3600;

const Item = z.object({ version: z.number().int().positive(), value: z.record(z.string(), z.unknown()) });
const Done = z.object({ sk: z.string(), done: z.set(z.number()).optional(), at: z.string().optional() });
const Progress = z.object({
  done: z.number(),
  total: z.number(),
  unit: z.enum(['rows', 'changes']),
  at: z.string(),
});
export type Progress = z.infer<typeof Progress>;

/**
 * Lanes and syncs in the table `syncs`, each item with a version that every write expects.
 * `lane#d / lane`, `syncs#d / syncId`, `commits#d / time#generation`, `progress#d#syncId / progress | done#generation#set`, `busy#shard / d`.
 */
export class DynamoSyncLedger implements SyncLedger {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: Tables;
  readonly #now: () => string;
  readonly #log: ChangeLog;

  constructor(dynamo: DynamoDBDocumentClient, tables: Tables, now: () => string) {
    this.#dynamo = dynamo;
    this.#tables = tables;
    this.#now = now;
    this.#log = new ChangeLog(dynamo, tables.syncs, now);
  }

  async lane(district: string): Promise<Kept<Lane>> {
    return (await this.#get<Lane>(laneKey(district))) ?? { value: newLane(district), version: 0 };
  }

  async sync(district: string, syncId: string): Promise<Kept<Sync> | undefined> {
    return this.#get<Sync>({ pk: syncsPartition(district), sk: syncId });
  }

  /** Newest first. */
  async list(
    district: string,
    { limit, before }: { limit: number; before?: string },
  ): Promise<{ syncs: Sync[]; next?: string }> {
    const answer = await this.#dynamo.send(
      new QueryCommand({
        TableName: this.#tables.syncs,
        KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
        ExpressionAttributeValues: {
          ':pk': syncsPartition(district),
          ...(before === undefined ? {} : { ':before': before }),
        },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    // Written by this class only.
    const syncs = (answer.Items ?? []).map((item) => Item.parse(item).value as unknown as Sync);
    const next = answer.LastEvaluatedKey ? syncs.at(-1)?.syncId : undefined;
    return next === undefined ? { syncs } : { syncs, next };
  }

  /** Districts whose lane has something to do, of one shard. */
  async busy(shard: number): Promise<string[]> {
    const districts: string[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const answer = await this.#dynamo.send(
        new QueryCommand({
          TableName: this.#tables.syncs,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': busyPartition(shard) },
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      );
      for (const item of answer.Items ?? []) districts.push(String(item.sk));
      from = answer.LastEvaluatedKey;
    } while (from);
    return districts;
  }

  async write(change: LedgerWrite): Promise<boolean> {
    const actions = change.syncs.map((kept) =>
      this.#put({ pk: syncsPartition(kept.value.district), sk: kept.value.syncId }, kept),
    );
    if (change.lane)
      actions.push(
        this.#put(laneKey(change.lane.value.district), change.lane),
        this.#register(change.lane.value),
      );
    if (change.head) actions.push(...this.#heads(change.head));
    if (change.commit) {
      const { district, manifest } = change.commit;
      actions.push(this.#commit(change.commit), await this.#log.entry(district, { told: [], manifest }));
    }
    try {
      await this.#dynamo.send(new TransactWriteCommand({ TransactItems: actions }));
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons?.map((reason) => reason.Code) ?? [];
      if (reasons.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict'))
        return false;
      throw new StoreUnavailable(`a sync could not be written: ${reasons.join(', ')}`, { cause: error });
    }
  }

  async chunkDone(at: At & { generation: number }, chunk: number, total: number): Promise<boolean> {
    const set = Math.floor(chunk / chunksPerSet);
    const answer = await this.#dynamo.send(
      new UpdateCommand({
        TableName: this.#tables.syncs,
        Key: { pk: progressPartition(at.district, at.syncId), sk: doneKey(at.generation, set) },
        UpdateExpression: 'ADD done :chunk SET #at = :now, expiresAt = :end',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':chunk': new Set([chunk]), ...this.#times() },
        ReturnValues: 'ALL_NEW',
      }),
    );
    const inSet = Math.min(chunksPerSet, total - set * chunksPerSet);
    if ((Done.parse(answer.Attributes).done?.size ?? 0) < inSet) return false;
    return total <= chunksPerSet || (await this.chunksLeft(at, total)).length === 0;
  }

  async chunksLeft(at: At & { generation: number }, total: number): Promise<number[]> {
    const done = new Set<number>();
    for (const item of await this.#doneSets(at)) for (const chunk of item.done ?? []) done.add(chunk);
    const left: number[] = [];
    for (let chunk = 0; chunk < total; chunk++) if (!done.has(chunk)) left.push(chunk);
    return left;
  }

  async movedAt(at: At & { generation: number }): Promise<string | undefined> {
    const times = [(await this.progressOf(at))?.at, ...(await this.#doneSets(at)).map((item) => item.at)];
    return times
      .filter((time) => time !== undefined)
      .sort()
      .at(-1);
  }

  async progress(at: At, done: number, total: number, unit: Progress['unit']): Promise<void> {
    await this.#dynamo.send(
      new UpdateCommand({
        TableName: this.#tables.syncs,
        Key: { pk: progressPartition(at.district, at.syncId), sk: 'progress' },
        UpdateExpression: 'SET #done = :done, #total = :total, #unit = :unit, #at = :now, expiresAt = :end',
        ExpressionAttributeNames: { '#done': 'done', '#total': 'total', '#unit': 'unit', '#at': 'at' },
        ExpressionAttributeValues: { ':done': done, ':total': total, ':unit': unit, ...this.#times() },
      }),
    );
  }

  async progressOf(at: At): Promise<Progress | undefined> {
    const answer = await this.#dynamo.send(
      new GetCommand({
        TableName: this.#tables.syncs,
        Key: { pk: progressPartition(at.district, at.syncId), sk: 'progress' },
        ConsistentRead: true,
      }),
    );
    return answer.Item === undefined ? undefined : Progress.parse(answer.Item);
  }

  #times(): { ':now': string; ':end': number } {
    const now = this.#now();
    return { ':now': now, ':end': Math.floor(Date.parse(now) / 1000) + keptSeconds };
  }

  async #doneSets(at: At & { generation: number }): Promise<z.infer<typeof Done>[]> {
    const answer = await this.#dynamo.send(
      new QueryCommand({
        TableName: this.#tables.syncs,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: {
          ':pk': progressPartition(at.district, at.syncId),
          ':prefix': `done#${at.generation}#`,
        },
        ConsistentRead: true,
      }),
    );
    // 1 MB holds the sets of some 250,000 chunks: 250 million changes.
    return (answer.Items ?? []).map((item) => Done.parse(item));
  }

  async #get<T>(key: { pk: string; sk: string }): Promise<Kept<T> | undefined> {
    const answer = await this.#dynamo.send(
      new GetCommand({ TableName: this.#tables.syncs, Key: key, ConsistentRead: true }),
    );
    if (answer.Item === undefined) return undefined;
    const { version, value } = Item.parse(answer.Item);
    // Written by this class only.
    return { value: value as T, version };
  }

  #put(key: { pk: string; sk: string }, { value, version }: Kept<Lane | Sync>): Action {
    return {
      Put: {
        TableName: this.#tables.syncs,
        Item: { ...key, version: version + 1, value },
        ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : 'version = :version',
        ...(version === 0 ? {} : { ExpressionAttributeValues: { ':version': version } }),
      },
    };
  }

  #register(lane: Lane): Action {
    const Key = busyKey(lane.district);
    return isBusy(lane)
      ? { Put: { TableName: this.#tables.syncs, Item: Key } }
      : { Delete: { TableName: this.#tables.syncs, Key } };
  }

  #commit(commit: Commit): Action {
    const key = commitKey(commit.district, commit.at, commit.generation);
    return { Put: { TableName: this.#tables.syncs, Item: { ...key, commit } } };
  }

  #heads({ district, committed }: { district: string; committed: number }): Action[] {
    const { access } = this.#tables;
    if (access === undefined) throw new Error('this function was not given the table of heads');
    return Array.from({ length: headCopies }, (_, copy) => ({
      Update: {
        TableName: access,
        Key: headKey(district, copy),
        UpdateExpression: 'SET committed = :committed',
        ConditionExpression: 'committed < :committed',
        ExpressionAttributeValues: { ':committed': committed },
      },
    }));
  }
}

function doneKey(generation: number, set: number): string {
  return `done#${generation}#${String(set).padStart(6, '0')}`;
}
