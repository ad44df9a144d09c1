import { CommittedState } from './committed-state.ts';
import { bringsFeed, type Lane } from './lane.ts';
import type { Fed } from './state.ts';
import type { Sync } from './sync.ts';
import type { Objects, SyncLedger } from './sync-stores.ts';

/** The states before and after a commit of the undone sync; the newest commit comes first. */
export type UndonePart = { before: CommittedState; after: CommittedState };

/** What a rollback goes by. */
export type Undone = {
  parts: UndonePart[];
  /** The good feed before it. */
  fed: Fed | undefined;
  restored: NonNullable<Sync['restored']>;
  /** The rules that it has brought are not those that hold: they stay. */
  mappingKept: boolean;
};

/** What the sync that a rollback undoes has left; of other syncs nothing. It is over by then, so that every delivery reads the same. */
export async function openUndone(
  { ledger, objects }: { ledger: Pick<SyncLedger, 'sync'>; objects: Pick<Objects, 'get'> },
  { district, undoes, ...rollback }: Sync,
  lane: Lane,
): Promise<Undone | undefined> {
  if (undoes === undefined) return undefined;
  const sync = (await ledger.sync(district, undoes))?.value;
  if (sync?.parts === undefined) throw new Error(`sync ${undoes} has committed nothing`);
  // Of edits, the layer itself has taken back what they had written.
  if (sync.kind === 'edits') return undefined;
  const by = sync.baseFedBy;
  const restored = {
    ...(isFeedOf(sync, lane) ? { feed: by === undefined ? {} : { by } } : {}),
    ...(isMappingOf(sync, lane) ? { mapping: mappingBefore(sync) } : {}),
  };
  const parts: UndonePart[] = [];
  for (const { base, made } of sync.parts) {
    const before = await CommittedState.open(objects, district, base);
    parts.unshift({ before, after: await CommittedState.open(objects, district, made) });
  }
  return {
    parts,
    fed: parts.at(-1)?.before.manifest.fed,
    // Where a part was applied, that part has brought it back already.
    restored: rollback.parts === undefined ? restored : (rollback.restored ?? {}),
    mappingKept: bringsMapping(sync) && restored.mapping === undefined && !rollback.restored?.mapping,
  };
}

/** Where the state before the first part of a sync came from: a rollback undoes all of its parts. */
export function baseOf(
  sync: Sync,
  { committed: { mapping }, fedBy }: Lane,
): Pick<Sync, 'baseFedBy' | 'baseMapping'> {
  if (sync.parts !== undefined) return {};
  return {
    ...(fedBy === undefined ? {} : { baseFedBy: fedBy }),
    ...(mapping === undefined ? {} : { baseMapping: mapping.version }),
  };
}

/** Whether the roster is that of the feed that the sync has brought, or brought back. */
function isFeedOf(sync: Sync, { fedBy }: Lane): boolean {
  if (sync.restored?.feed) return sync.restored.feed.by === fedBy;
  return bringsFeed(sync) && sync.syncId === fedBy;
}

/** Whether the sync has brought other rules. */
export function bringsMapping({ mapping, restored }: Sync): boolean {
  return mapping !== undefined || restored?.mapping !== undefined;
}

/** Whether the rules that it has brought are those that hold. */
export function isMappingOf(sync: Sync, { committed }: Lane): boolean {
  return (
    bringsMapping(sync) && (sync.mapping ?? sync.restored?.mapping?.version) === committed.mapping?.version
  );
}

function mappingBefore({ baseMapping: version }: Sync): { version?: string } {
  return version === undefined ? {} : { version };
}
