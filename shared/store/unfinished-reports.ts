import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Watch } from '../reports/standstill.ts';
import { ConditionFailed, transact } from './calls.ts';
import { dueBefore, unfinishedKey, unfinishedPartition } from './keys.ts';
import { queryBefore } from './query.ts';

const Stored = z.object({
  district: z.string(),
  report: z.string(),
  at: z.int(),
  sent: z.int(),
  revision: z.int(),
});
/** A report that is looked at `at`, milliseconds since the epoch. */
export type Unfinished = Watch & { district: string; report: string; at: number };

/** The item of a report that is looked at then. */
export function unfinishedItem(one: Unfinished): Record<string, unknown> {
  return { ...unfinishedKey(one), ...Stored.parse(one) };
}

/**
 * Reports that are looked after until they are finished. `reports`: pk = #unfinished#shard, sk = at#district#report. `ReportLedger` writes
 * the first look with the report; whoever looks puts the next in its place, so that nobody else has to take it away.
 */
export class UnfinishedReports {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** What of one shard is to be looked at by an instant, the oldest first, page by page. */
  async *due(shard: number, now: number): AsyncGenerator<Unfinished> {
    const before = { table: this.#table, partition: unfinishedPartition(shard), end: dueBefore(now + 1) };
    for await (const item of queryBefore(this.#dynamo, before)) yield Stored.parse(item);
  }

  /** The next look in place of this one; none where it is finished. Nothing changes where somebody else has done so. */
  async replace(before: Unfinished, after: Unfinished | undefined): Promise<void> {
    const TableName = this.#table;
    const Delete = {
      TableName,
      Key: unfinishedKey(before),
      ConditionExpression: 'attribute_exists(pk)',
    };
    try {
      await transact(this.#dynamo, [
        { Delete },
        ...(after === undefined ? [] : [{ Put: { TableName, Item: unfinishedItem(after) } }]),
      ]);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }
}
