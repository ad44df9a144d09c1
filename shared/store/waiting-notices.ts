import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ServiceEvent } from '../reports/service-event.ts';
import { calling } from './calls.ts';
import { digestKey, waitingBefore, waitingNoticeKey, waitingNoticesPartition } from './keys.ts';
import { queryAll } from './query.ts';

/** The attribute is not called `event`: what is called so is announced. */
const StoredNotice = z.object({ pk: z.string(), sk: z.string(), notice: ServiceEvent, due: z.number() });
export type WaitingNotice = { key: { pk: string; sk: string }; event: ServiceEvent; due: number };

/** As much as a ledger's lines need: neither who did it nor what else is said of it. */
const StoredDigest = z.object({ notices: z.array(ServiceEvent.omit({ by: true, facts: true })) });

/** Nobody's digest comes later than that, and nothing is heard of its mail later. */
const keptSeconds = 30 * 24 * 3600;
const mostInBatch = 25;
/** Of one mail: what it told of stands in one item, and what is heard of the mail is written to each of their ledgers. */
const mostInDigest = 500;

/**
 * What accounts are to hear of later, and what their digests told of. `reports`: pk = district, account; sk = when, event; and
 * pk = district, `digest`, mail; sk = `notices`.
 */
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

  /** What waits until `until` and no longer, by time, as much as one digest tells of; and when the first of the rest is due. */
  async ready(
    district: string,
    account: string,
    until: number,
  ): Promise<{ ready: WaitingNotice[]; next: number | undefined }> {
    const ready: WaitingNotice[] = [];
    const partition = waitingNoticesPartition(district, account);
    for await (const item of queryAll(this.#dynamo, { table: this.#table, partition })) {
      const { pk, sk, notice, due } = StoredNotice.parse(item);
      if (sk >= waitingBefore(until + 1) || ready.length === mostInDigest) return { ready, next: due };
      ready.push({ key: { pk, sk }, event: notice, due });
    }
    return { ready, next: undefined };
  }

  /** Before the mail goes out, since it may be heard of at once. `at`: when. */
  async keepTold(
    district: string,
    mail: string,
    { events, at }: { events: readonly ServiceEvent[]; at: Date },
  ) {
    const expiresAt = Math.ceil(at.getTime() / 1000) + keptSeconds;
    const Item = { ...digestKey(district, mail), ...StoredDigest.parse({ notices: events }), expiresAt };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
  }

  /** What a digest told of, as far as a ledger needs it; nothing where it is kept no longer. */
  async told(district: string, mail: string): Promise<ServiceEvent[]> {
    const Key = digestKey(district, mail);
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    if (Item === undefined) return [];
    return StoredDigest.parse(Item).notices.map((notice) => ({ ...notice, facts: {} }));
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
