import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Commit } from '../roster/sync-stores.ts';
import { calling } from './calls.ts';
import { commitsPartition } from './keys.ts';
import { queryAll } from './query.ts';

const Item = z.object({
  // Fields that are absent are never `undefined` in an item.
  commit: z.object({
    district: z.string(),
    at: z.string(),
    syncId: z.string(),
    generation: z.int(),
    manifest: z.string(),
    fedBy: z.string().optional(),
    mapping: z.string().optional(),
  }) as z.ZodType<Commit>,
});

/** The commits of a district. `syncs`: pk = commits of a district, sk = time, generation. */
export class Commits {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** The oldest first. */
  async *all(district: string): AsyncGenerator<Commit> {
    const partition = commitsPartition(district);
    for await (const item of queryAll(this.#dynamo, { table: this.#table, partition }))
      yield Item.parse(item).commit;
  }

  /** The last one, or the last one before an instant in ISO 8601. */
  async last(district: string, before?: string): Promise<Commit | undefined> {
    const { Items = [] } = await calling(
      this.#dynamo.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
          ExpressionAttributeValues: {
            ':pk': commitsPartition(district),
            ...(before === undefined ? {} : { ':before': before }),
          },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: 1,
        }),
      ),
    );
    const [last] = Items.map((item) => Item.parse(item).commit);
    return last;
  }
}
