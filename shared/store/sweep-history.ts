import type { Lane } from '../roster/lane.ts';
import type { Manifest } from '../roster/state.ts';
import { isOver, type Sync } from '../roster/sync.ts';
import type { Bucket } from './bucket.ts';
import type { Commits } from './commits.ts';
import type { S3Objects } from './objects.ts';
import type { DynamoSyncLedger } from './sync-ledger.ts';

export type SweepDeps = {
  ledger: Pick<DynamoSyncLedger, 'lane'>;
  commits: Pick<Commits, 'all'>;
  objects: Pick<S3Objects, 'find'>;
  state: Pick<Bucket, 'list' | 'remove'>;
};
type Run = Pick<Sync, 'state' | 'requestedAt' | 'parts' | 'nextManifest' | 'heldOn'>;

/**
 * Takes away rosters of past days that ended before an instant (ISO 8601): first all manifests that somebody may still ask for are read,
 * then goes what is older and named by none of them. What stood on the day of the instant stays. Where a sync runs or waits, nothing goes
 * that night: its planner may put an object that is there already, and no mark shows that yet. So it is asked again before each object.
 * `syncs`: all of the district, read before.
 */
export async function sweepHistory(
  deps: SweepDeps,
  { district, before, syncs }: { district: string; before: string; syncs: readonly Run[] },
): Promise<void> {
  const { ledger, objects, state } = deps;
  const isQuiet = ({ active, queue }: Lane) => active === undefined && queue.length === 0;
  const seen = (await ledger.lane(district)).value;
  if (!isQuiet(seen)) return;
  const kept = await keptManifests(deps, { district, before, syncs }, seen);
  const named = new Set(kept);
  for (const key of kept) {
    const text = await objects.find(key);
    if (text === undefined) continue;
    // Written by putManifest only.
    const { kinds } = JSON.parse(text) as Manifest;
    for (const partition of Object.values(kinds).flat()) if (partition.key) named.add(partition.key);
  }
  for await (const { key, modified } of state.list(`state/${district}/`)) {
    if (named.has(key) || modified.toISOString() >= before) continue;
    const lane = (await ledger.lane(district)).value;
    if (!isQuiet(lane) || lane.generation !== seen.generation) return;
    await state.remove(key);
  }
}

async function keptManifests(
  { commits }: SweepDeps,
  { district, before, syncs }: { district: string; before: string; syncs: readonly Run[] },
  { committed }: Lane,
): Promise<Set<string>> {
  const kept = new Set<string>();
  const keep = (...keys: (string | undefined)[]) => {
    for (const key of keys) if (key !== undefined) kept.add(key);
  };
  keep(committed.manifest);
  // In the order of time: the last one before the instant is what stood then.
  let stood: string | undefined;
  for await (const { at, manifest } of commits.all(district)) {
    if (at < before) stood = manifest;
    else keep(manifest);
  }
  keep(stood);
  for (const { state, requestedAt, parts = [], nextManifest, heldOn } of syncs) {
    if (isOver(state) && requestedAt < before) continue;
    keep(nextManifest, heldOn, ...parts.flatMap(({ base, made }) => [base, made]));
  }
  return kept;
}
