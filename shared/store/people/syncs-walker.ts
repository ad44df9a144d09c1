import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Only, Sync } from '../../roster/sync.ts';
import { changesPartition } from '../keys.ts';
import { queryAll } from '../query.ts';
import type { DynamoSyncLedger } from '../sync-ledger.ts';
import type { KeptPerson } from './kept-person.ts';
import type { Found, Walker } from './walker.ts';

type Deps = {
  ledger: Pick<DynamoSyncLedger, 'list' | 'sync' | 'write'>;
  dynamo: DynamoDBDocumentClient;
  table: string;
};

/**
 * Syncs that were asked for by an id of the person. The log of changes keeps ids for its thirty days: followers hear by it what they have to
 * take out of their own copies.
 */
export function syncsWalker({ ledger, dynamo, table }: Deps): Walker {
  async function* all({ district, users, feedIds }: KeptPerson) {
    const ids = new Set([...users, ...feedIds]);
    for (let before: string | undefined, more = true; more; ) {
      const page = await ledger.list(district, { limit: 100, ...(before === undefined ? {} : { before }) });
      for (const sync of page.syncs) yield { sync, without: withoutIds(sync, ids) };
      before = page.next;
      more = before !== undefined;
    }
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { sync, without } of all(person)) {
        if (without !== undefined)
          yield { where: sync.syncId, value: { only: sync.only, requestedAt: sync.requestedAt } };
      }
    },
    async erase(person) {
      let gone = 0;
      const ids = new Set([...person.users, ...person.feedIds]);
      for await (const { sync, without } of all(person)) {
        if (without === undefined) continue;
        const { district, syncId } = sync;
        for (let done = false; !done; ) {
          const kept = await ledger.sync(district, syncId);
          const value = kept && withoutIds(kept.value, ids);
          done = !kept || !value || (await ledger.write({ syncs: [{ value, version: kept.version }] }));
        }
        gone += 1;
      }
      return gone;
    },
    async look(person) {
      const out = { looked: 0, left: 0, ids: 0 };
      for await (const { without } of all(person)) {
        out.looked += 1;
        if (without !== undefined) out.left += 1;
      }
      const ids = new Set([...person.users, ...person.accounts]);
      const isTold = (one: { id?: string; user?: string }) =>
        ids.has(one.id ?? '') || ids.has(one.user ?? '');
      for await (const { told } of queryAll(dynamo, {
        table,
        partition: changesPartition(person.district),
      })) {
        if (Array.isArray(told) && told.some(isTold)) out.ids += 1;
      }
      return out;
    },
  };
}

/** Undefined where the sync does not name any of them. */
function withoutIds(sync: Sync, ids: ReadonlySet<string>): Sync | undefined {
  const { only, erases, ...rest } = sync;
  const isNamed = only?.users?.some((id) => ids.has(id)) || erases?.some((id) => ids.has(id));
  if (!isNamed) return undefined;
  const users = only?.users?.filter((id) => !ids.has(id));
  const left: Only | undefined = only && { ...only, users };
  return { ...rest, ...(left === undefined ? {} : { only: left }) };
}
