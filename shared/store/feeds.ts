import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { RequestError } from '../errors.ts';
import { Feed } from '../messages/districts.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { ChangeLog } from './change-log.ts';
import { type Page, walk } from './cursors.ts';
import { type HeadParts, headWrites } from './head.ts';
import { feedKey, feedsPartition } from './keys.ts';
import { queryPage } from './query.ts';

/** Settings are strict on the way in; an item has its key beside them. */
const Stored = Feed.extend({ revision: z.int() }).strip();
export type KeptFeed = { feed: Feed; revision: number };

/** Feeds of a district. `syncs`: pk = feeds of the district, sk = feed. */
export class Feeds {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #heads: string | undefined;

  /** `heads`: the table of them, only where feeds are put. */
  constructor(dynamo: DynamoDBDocumentClient, table: string, heads?: string) {
    this.#dynamo = dynamo;
    this.#table = table;
    this.#heads = heads;
  }

  /**
   * The feed, and with it what it changes of the district's head, or nothing.
   * @throws {RequestError} precondition-failed where the feed is not at `ifRevision`, if one is given, or the head not at its revision
   */
  async put(
    district: string,
    feed: Feed,
    { ifRevision, head }: { ifRevision?: string; head?: { parts: HeadParts; revision: number } } = {},
  ): Promise<KeptFeed> {
    const before = await this.expect(district, feed.id, ifRevision);
    const revision = (before?.revision ?? 0) + 1;
    try {
      const writes = [
        {
          Put: {
            TableName: this.#table,
            Item: { ...feedKey(district, feed.id), ...feed, revision },
            ConditionExpression: 'attribute_not_exists(pk) or revision = :seen',
            ExpressionAttributeValues: { ':seen': before?.revision ?? 0 },
          },
        },
        ...(head === undefined ? [] : headWrites(this.#headsTable(), district, head)),
      ];
      const told = Object.keys(head?.parts ?? {}).map(
        (id) => ({ type: 'setting', change: 'updated', id }) as const,
      );
      if (told.length > 0) await new ChangeLog(this.#dynamo, this.#table).transact(district, writes, told);
      else await transact(this.#dynamo, writes);
    } catch (error) {
      throw error instanceof ConditionFailed ? changed(error) : error;
    }
    return { feed, revision };
  }

  /** The feed as it is. @throws {RequestError} precondition-failed where it is not at `ifRevision`, if one is given */
  async expect(district: string, feed: string, ifRevision?: string): Promise<KeptFeed | undefined> {
    const found = await this.find(district, feed);
    if (ifRevision !== undefined && ifRevision !== String(found?.revision)) throw changed();
    return found;
  }

  #headsTable(): string {
    if (this.#heads === undefined) throw new Error('What a feed changes of a head needs the table of heads.');
    return this.#heads;
  }

  async find(district: string, feed: string): Promise<KeptFeed | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#table, Key: feedKey(district, feed), ConsistentRead: true }),
      ),
    );
    if (Item === undefined) return undefined;
    const { revision, ...rest } = Stored.parse(Item);
    return { feed: rest, revision };
  }

  list(district: string, options: { limit: number; cursor?: string | undefined }): Promise<Page<Feed>> {
    return walk([feedsPartition(district)], options, async ({ partition, after, limit }) => {
      const { items, more } = await queryPage(this.#dynamo, { table: this.#table, partition, after, limit });
      return { more, items: items.map((item) => ({ sk: String(item.sk), item: Feed.strip().parse(item) })) };
    });
  }
}

function changed(cause?: unknown): RequestError {
  return new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.', {
    cause,
  });
}
