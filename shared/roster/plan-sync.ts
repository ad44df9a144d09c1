import { FeedRejected } from '../errors.ts';
import { sendChunks, startNext } from './drive-lane.ts';
import { claim, isSupersededBy, type Lane, release, withHeld } from './lane.ts';
import { type MakePlanDeps, makePlan, type Outcome } from './make-plan.ts';
import { ProblemWriter } from './problem-writer.ts';
import { problemsPrefix } from './problems-kept.ts';
import type { KeptProblems, Sync } from './sync.ts';
import type { Kept, SyncQueues, Workspace } from './sync-stores.ts';

export type PlanDeps = MakePlanDeps & {
  queues: SyncQueues;
  workspace(): Promise<Workspace & { dispose(): Promise<void> }>;
};

type At = { district: string; syncId: string };

/**
 * One delivery of a plan message: claims the lane, reads the feed, plans, publishes. Safe to run twice, even at once:
 * each step that others can see is one conditional write.
 */
export async function planSync(deps: PlanDeps, at: At): Promise<void> {
  const claimed = await claimLane(deps, at);
  if (!claimed) return;
  const problems = new ProblemWriter(deps.objects, problemsPrefix(claimed));
  const workspace = await deps.workspace();
  try {
    const outcome = await makePlan(deps, claimed, problems, workspace);
    await publish(deps, claimed, outcome);
  } catch (error) {
    if (!(error instanceof FeedRejected)) throw error;
    await reject(deps, claimed, error, await problems.close());
  } finally {
    await workspace.dispose();
  }
}

async function claimLane(deps: PlanDeps, at: At): Promise<Sync | undefined> {
  const sync = await deps.ledger.sync(at.district, at.syncId);
  if (!sync) return undefined;
  const lane = await deps.ledger.lane(at.district);
  const result = claim(lane.value, sync.value, deps.now());
  switch (result.kind) {
    case 'over':
      await startNext(deps.queues, lane.value);
      return undefined;
    case 'wait':
      return undefined;
    case 'planned':
      await sendChunks(deps, sync.value);
      return undefined;
    case 'claimed': {
      const done = await deps.ledger.write({
        lane: { value: result.move.lane, version: lane.version },
        syncs: [{ value: result.move.sync, version: sync.version }],
      });
      return done ? result.move.sync : claimLane(deps, at);
    }
    default:
      return result satisfies never;
  }
}

/** Lane and sync, if they still are at the claim that a plan was made for: the same sync can be claimed anew after an approval. */
async function stillClaimed({ ledger }: PlanDeps, { district, syncId, generation }: Sync) {
  const sync = await ledger.sync(district, syncId);
  const lane = await ledger.lane(district);
  const { active } = lane.value;
  const mine = active?.syncId === syncId && active.generation === generation;
  return sync && mine && sync.value.generation === generation ? { sync, lane } : undefined;
}

/** The one write that makes a plan real; whoever planned the same claim a moment earlier has won. */
async function publish(deps: PlanDeps, claimed: Sync, outcome: Outcome): Promise<void> {
  const found = await stillClaimed(deps, claimed);
  if (!found) return;
  const { sync, lane } = found;
  if (sync.value.state === 'applying' || sync.value.state === 'finishing')
    return sendChunks(deps, sync.value);
  if (sync.value.state !== 'reading' && sync.value.state !== 'planning') return;
  const { heldOn: _, ...rest } = sync.value;
  const heldOn = outcome.apply ? outcome.manifest : lane.value.committed.manifest;
  const planned: Sync = {
    ...rest,
    ...outcome.patch,
    ...(outcome.hold ? { hold: outcome.hold } : {}),
    ...(outcome.hold && heldOn !== undefined ? { heldOn } : {}),
    plan: outcome.summary,
    state: outcome.apply ? 'applying' : 'held',
    attempts: 0,
    updatedAt: deps.now(),
    ...(outcome.apply ? { nextManifest: outcome.manifest } : {}),
    ...(outcome.apply && outcome.edits ? { nextEdits: outcome.edits } : {}),
  };
  const superseded = await supersede(deps, lane.value, planned);
  const gone = new Set(superseded.map(({ value }) => value.syncId));
  const left = withHeld(
    lane.value,
    (lane.value.held ?? []).filter((held) => !gone.has(held)),
  );
  const move = outcome.apply ? { lane: left, sync: planned } : release(left, planned);
  const done = await deps.ledger.write({
    lane: { value: move.lane, version: lane.version },
    syncs: [{ value: move.sync, version: sync.version }, ...superseded],
  });
  if (!done) return publish(deps, claimed, outcome);
  if (outcome.apply) await sendChunks(deps, move.sync);
  else await startNext(deps.queues, move.lane);
}

/** What waits for an approval and is of no use any more; a feed that is refused leaves it waiting. */
async function supersede(deps: PlanDeps, lane: Lane, planned: Sync): Promise<Kept<Sync>[]> {
  const superseded: Kept<Sync>[] = [];
  for (const syncId of lane.held ?? []) {
    const older = await deps.ledger.sync(lane.district, syncId);
    if (older?.value.state !== 'held' || !isSupersededBy(planned, older.value, lane)) continue;
    const value: Sync = { ...older.value, state: 'superseded', updatedAt: deps.now() };
    superseded.push({ value, version: older.version });
  }
  return superseded;
}

async function reject(
  deps: PlanDeps,
  claimed: Sync,
  error: FeedRejected,
  problems: KeptProblems,
): Promise<void> {
  const found = await stillClaimed(deps, claimed);
  if (!found) return;
  const { sync, lane } = found;
  if (sync.value.state !== 'reading' && sync.value.state !== 'planning') return;
  const rejected: Sync = {
    ...sync.value,
    state: 'rejected',
    rejection: { code: error.code, message: error.message, hint: error.hint, ...error.where },
    problems,
    finishedAt: deps.now(),
    updatedAt: deps.now(),
  };
  const move = release(lane.value, rejected);
  const done = await deps.ledger.write({
    lane: { value: move.lane, version: lane.version },
    syncs: [{ value: move.sync, version: sync.version }],
  });
  if (!done) return reject(deps, claimed, error, problems);
  await startNext(deps.queues, move.lane);
}
