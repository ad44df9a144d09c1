import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { StoreUnavailable } from '../errors.ts';
import type { Entity, RecordOf, RecordStatus } from '../roster/records.ts';
import { calling } from './calls.ts';
import { type Page, walk, walkShown } from './cursors.ts';
import { rosterKey, rosterPartition, rosterShards } from './keys.ts';
import { queryPage } from './query.ts';
import { outrun, pointedAt, Versioned, visible } from './versioned.ts';

const Stored = z.object({
  status: z.enum(['active', 'suspended', 'tobedeleted']),
  record: z.record(z.string(), z.unknown()),
});

/** A record's own fields and its status. */
export type RosterRecord<E extends Entity> = RecordOf[E] & { status: RecordStatus };

type See<E extends Entity> = (records: readonly RosterRecord<E>[]) => Promise<RosterRecord<E>[]>;

/** Roster records as the committed generation shows them. `roster`: pk = district, entity, shard; sk = sourcedId. */
export class RosterStore {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** Also by an id that a feed has for the record, with one read more. */
  async find<E extends Entity>(
    at: { district: string; committed: number },
    entity: E,
    sourcedId: string,
  ): Promise<RosterRecord<E> | undefined> {
    const seen = await this.#seen(at, entity, sourcedId);
    const same = pointedAt(seen);
    return recordOf(same === undefined ? seen : await this.#seen(at, entity, same));
  }

  async #seen(
    at: { district: string; committed: number },
    entity: Entity,
    sourcedId: string,
  ): Promise<unknown> {
    const Key = rosterKey(at.district, entity, sourcedId);
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return seenOf(Item, at.committed);
  }

  /**
   * Shard by shard, within one by sourcedId. Each record once, while syncs go on; a page may show a later commit than the last.
   * `see`: what of some records is shown, where not all is; they keep their sourcedId.
   */
  list<E extends Entity>(
    at: { district: string; committed: number },
    entity: E,
    { see, ...options }: { limit: number; cursor?: string | undefined; see?: See<E> | undefined },
  ): Promise<Page<RosterRecord<E>>> {
    const partitions = Array.from({ length: rosterShards }, (_, shard) =>
      rosterPartition(at.district, entity, shard),
    );
    return (see === undefined ? walk : walkShown)(partitions, options, async (slice) => {
      const { items, more } = await queryPage(this.#dynamo, { table: this.#table, ...slice });
      const read = items.map((item) => ({
        sk: String(item.sk),
        item: recordOf<E>(seenOf(item, at.committed)),
      }));
      if (see === undefined) return { more, items: read };
      const seen = await see(read.flatMap(({ item }) => item ?? []));
      const shown = new Map(seen.map((record) => [record.sourcedId, record]));
      return { more, items: read.map(({ sk }) => ({ sk, item: shown.get(sk) })) };
    });
  }
}

/** @throws {StoreUnavailable} where the item has moved two commits on since the head was read: ask again */
function seenOf(item: Record<string, unknown> | undefined, committed: number): unknown {
  const seen = visible(item === undefined ? undefined : Versioned.parse(item), committed);
  if (seen === outrun) throw new StoreUnavailable('The roster moved on while it was read.');
  return seen;
}

/** What only leads to a record is none itself. */
function recordOf<E extends Entity>(seen: unknown): RosterRecord<E> | undefined {
  if (seen === undefined || pointedAt(seen) !== undefined) return undefined;
  const { status, record } = Stored.parse(seen);
  // Written by a sync from a record of this entity; the API checks each against its schema on the way out.
  return { ...record, status } as RosterRecord<E>;
}
