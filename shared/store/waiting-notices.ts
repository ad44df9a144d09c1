import { BatchWriteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ServiceEvent } from '../reports/service-event.ts';
import { calling } from './calls.ts';
import { waitingBefore, waitingNoticeKey, waitingNoticesPartition } from './keys.ts';
import { queryAll } from './query.ts';

/** The attribute is not called `event`: what is called so is announced. */
const StoredNotice = z.object({ pk: z.string(), sk: z.string(), notice: ServiceEvent, due: z.number() });
export type WaitingNotice = { key: { pk: string; sk: string }; event: ServiceEvent; due: number };

/** Nobody's digest comes later than that. */
const keptSeconds = 30 * 24 * 3600;
const mostInBatch = 25;

/** What accounts are to hear of later. `reports`: pk = district, account; sk = when, event. */
export class WaitingNotices {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** `due`: milliseconds since the epoch. */
  async put(account: string, event: ServiceEvent, due: number): Promise<void> {
    const key = waitingNoticeKey(event.district, account, due, event.id);
    const expiresAt = Math.ceil(due / 1000) + keptSeconds;
    const Item = { ...key, notice: event, due, expiresAt };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
  }

  /** What waits until `until` and no longer, by time; and when the first of the rest is due. */
  async ready(
    district: string,
    account: string,
    until: number,
  ): Promise<{ ready: WaitingNotice[]; next: number | undefined }> {
    const ready: WaitingNotice[] = [];
    const partition = waitingNoticesPartition(district, account);
    for await (const item of queryAll(this.#dynamo, { table: this.#table, partition })) {
      const { pk, sk, notice, due } = StoredNotice.parse(item);
      if (sk >= waitingBefore(until + 1)) return { ready, next: due };
      ready.push({ key: { pk, sk }, event: notice, due });
    }
    return { ready, next: undefined };
  }

  async remove(notices: readonly Pick<WaitingNotice, 'key'>[]): Promise<void> {
    for (let from = 0; from < notices.length; from += mostInBatch) {
      let left = notices
        .slice(from, from + mostInBatch)
        .map(({ key }) => ({ DeleteRequest: { Key: { ...key } as Record<string, unknown> } }));
      while (left.length > 0) {
        const { UnprocessedItems = {} } = await calling(
          this.#dynamo.send(new BatchWriteCommand({ RequestItems: { [this.#table]: left } })),
        );
        left = (UnprocessedItems[this.#table] ?? []).flatMap(({ DeleteRequest }) =>
          DeleteRequest?.Key === undefined ? [] : [{ DeleteRequest: { Key: DeleteRequest.Key } }],
        );
      }
    }
  }
}
