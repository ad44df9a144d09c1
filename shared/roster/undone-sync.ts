import { CommittedState } from './committed-state.ts';
import type { Lane } from './lane.ts';
import type { Sync } from './sync.ts';
import type { Objects, SyncLedger } from './sync-stores.ts';

/** What a rollback goes by. */
export type Undone = {
  /** The states that the undone sync was planned against and has made. */
  before: CommittedState;
  after: CommittedState;
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
  if (sync?.appliedManifest === undefined) throw new Error(`sync ${undoes} has committed nothing`);
  // Of edits, the layer itself has taken back what they had written.
  if (sync.kind === 'edits') return undefined;
  const by = sync.baseFedBy;
  const restored = {
    ...(lane.fedBy === undoes ? { feed: by === undefined ? {} : { by } } : {}),
    ...(isMappingOf(sync, lane) ? { mapping: mappingBefore(sync) } : {}),
  };
  return {
    before: await CommittedState.open(objects, district, sync.baseManifest),
    after: await CommittedState.open(objects, district, sync.appliedManifest),
    // Where a part was applied, that part has brought it back already.
    restored: rollback.appliedManifest === undefined ? restored : (rollback.restored ?? {}),
    mappingKept: bringsMapping(sync) && restored.mapping === undefined && !rollback.restored?.mapping,
  };
}

/** What stood before the first part of a sync was applied: a rollback undoes all of its parts. */
export function baseOf(
  sync: Sync,
  { committed: { manifest, mapping }, fedBy }: Lane,
): Pick<Sync, 'baseManifest' | 'baseFedBy' | 'baseMapping'> {
  if (sync.appliedManifest !== undefined) return {};
  return {
    ...(manifest === undefined ? {} : { baseManifest: manifest }),
    ...(fedBy === undefined ? {} : { baseFedBy: fedBy }),
    ...(mapping === undefined ? {} : { baseMapping: mapping.version }),
  };
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
