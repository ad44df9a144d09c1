import {
  type DynamoDBDocumentClient,
  GetCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Due, type DueTimes, dueKinds, type Slot } from '../roster/due.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { armedKey, dueBefore, dueKey, duePartition } from './keys.ts';
import { queryBefore } from './query.ts';

const Stored = z.object({
  district: z.string(),
  kind: z.enum(dueKinds),
  feed: z.string().optional(),
  upload: z.string().optional(),
  account: z.string().optional(),
  at: z.int(),
  since: z.int().optional(),
});

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/**
 * The next time of each slot, twice: `due#shard / at#district#kind#feed#upload` for the tick, which reads what is due and no more,
 * and `armed#district / kind#feed#upload` for whoever changes it. Both are written together.
 */
export class DynamoDueTimes implements DueTimes {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  /** @param table `syncs` */
  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async armed(slot: Slot): Promise<Due | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#table, Key: armedKey(slot), ConsistentRead: true }),
      ),
    );
    return Item === undefined ? undefined : Stored.parse(Item);
  }

  async replace(before: Due | undefined, after: Due | undefined): Promise<boolean> {
    const slot = before ?? after;
    if (slot === undefined) return true;
    const TableName = this.#table;
    const seen =
      before === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#at = :at',
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: { ':at': before.at },
          };
    const writes: Writes = [
      after === undefined
        ? { Delete: { TableName, Key: armedKey(slot), ...seen } }
        : { Put: { TableName, Item: { ...armedKey(slot), ...Stored.parse(after) }, ...seen } },
    ];
    if (before !== undefined && before.at !== after?.at) {
      writes.push({ Delete: { TableName, Key: dueKey(before.at, before) } });
    }
    if (after !== undefined) {
      writes.push({ Put: { TableName, Item: { ...dueKey(after.at, after), ...Stored.parse(after) } } });
    }
    try {
      await transact(this.#dynamo, writes);
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  /** What of one shard is due at an instant, the oldest first, page by page. */
  async *due(shard: number, now: number): AsyncGenerator<Due> {
    const before = { table: this.#table, partition: duePartition(shard), end: dueBefore(now + 1) };
    for await (const item of queryBefore(this.#dynamo, before)) yield Stored.parse(item);
  }
}
