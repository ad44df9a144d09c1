import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { holderId } from '../roster/plan.ts';
import type { Entity } from '../roster/records.ts';
import type { DerivedKind } from '../roster/state.ts';
import type { SeenAt, StoredHolder, StoredItem, StoredItems } from '../roster/sync-stores.ts';
import { StoredManual } from './access-items.ts';
import { readItems } from './batch-get.ts';
import {
  accessKey,
  boundedPart,
  holderPartition,
  holderShards,
  rosterPartition,
  rosterShards,
  splitKey,
} from './keys.ts';
import { queryPage } from './query.ts';
import { outrun, Versioned, visible } from './versioned.ts';

type Tables = { roster: string; access: string; assignments: string };
type Item = Record<string, unknown>;

const pageItems = 1000;

/**
 * All that is stored of a district's roster, for whoever compares it with what was committed. `roster`: pk = district, entity, shard;
 * `access`: pk = district, kind, id; `assignments`: pk = district, role, shard.
 */
export class DynamoStoredItems implements StoredItems {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: Tables;

  constructor(dynamo: DynamoDBDocumentClient, tables: Tables) {
    this.#dynamo = dynamo;
    this.#tables = tables;
  }

  async *records({ district, committed }: SeenAt, entity: Entity): AsyncGenerator<StoredItem[]> {
    for (let shard = 0; shard < rosterShards; shard++) {
      for await (const items of this.#pages(this.#tables.roster, rosterPartition(district, entity, shard))) {
        yield items.map((item) => {
          const seen = seenOf(item, committed);
          return { id: String(item.sk), ...(seen === undefined ? {} : { seen }) };
        });
      }
    }
  }

  async facts(
    { district, committed }: SeenAt,
    kind: DerivedKind,
    ids: readonly string[],
  ): Promise<Map<string, unknown>> {
    const items = await this.#items(district, kind, ids);
    return new Map(
      ids.flatMap((id) => {
        const item = items.get(accessKey(district, kind, id).pk);
        const seen = item && seenOf(item, committed);
        return seen === undefined ? [] : [[id, seen] as const];
      }),
    );
  }

  async *holders(
    { district, committed }: SeenAt,
    { system, role }: { system: string; role: string },
  ): AsyncGenerator<StoredHolder[]> {
    for (let shard = 0; shard < holderShards; shard++) {
      const partition = holderPartition(district, system, role, shard);
      for await (const items of this.#pages(this.#tables.assignments, partition)) {
        yield items.flatMap((item) => {
          const seen = seenOf(item, committed);
          return seen === undefined ? [] : [holderOf({ system, role }, String(item.sk), seen)];
        });
      }
    }
  }

  async signingIn(district: string, userIds: readonly string[]): Promise<Set<string>> {
    const items = await this.#items(district, 'person', userIds);
    return new Set(
      userIds.filter((id) => {
        const { login, logins } = StoredManual.parse(items.get(accessKey(district, 'person', id).pk) ?? {});
        return login !== undefined || Object.keys(logins).length > 0;
      }),
    );
  }

  #items(district: string, kind: DerivedKind, ids: readonly string[]): Promise<Map<string, Item>> {
    const pks = [...new Set(ids.map((id) => accessKey(district, kind, id).pk))];
    return readItems(this.#dynamo, this.#tables.access, pks);
  }

  async *#pages(table: string, partition: string): AsyncGenerator<Item[]> {
    for (let after: string | undefined, more = true; more; ) {
      const page = await queryPage(this.#dynamo, { table, partition, after, limit: pageItems });
      yield page.items;
      const last = page.items.at(-1)?.sk;
      after = last === undefined ? undefined : String(last);
      more = page.more && after !== undefined;
    }
  }
}

/** What no reader could read is something that was never committed. */
function seenOf(item: Item, committed: number): unknown {
  const { success, data } = Versioned.safeParse(item);
  if (!success) return 'unreadable';
  const seen = visible(data, committed);
  return seen === outrun ? 'unreadable' : inOrder(seen);
}

/** Members come in any order, another with each read; a plan made again has to be the same to the byte. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, inOrder(member)]),
  );
}

/** The ids in a row's key may have been shortened; what the row says of them has them whole. */
function holderOf(
  { system, role }: { system: string; role: string },
  sk: string,
  seen: unknown,
): StoredHolder {
  const [scopePart = '', userPart = '', assignmentId = ''] = splitKey(sk);
  const userId = textIn(seen, 'userId') ?? userPart;
  const scope = objectIn(objectIn(seen, 'assignment'), 'scope');
  const ids = objectIn(scope, 'ids');
  const whole = Array.isArray(ids)
    ? ids.find((id) => boundedPart('scope', String(id)) === scopePart)
    : undefined;
  const scopeId = whole === undefined ? scopePart : String(whole);
  return { id: holderId({ system, role, scopeId, userId, assignmentId }), userId, seen };
}

function objectIn(value: unknown, name: string): object | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'object' && found !== null ? found : undefined;
}

function textIn(value: unknown, name: string): string | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' ? found : undefined;
}
