import { FeedRejected } from '../errors.ts';
import { sendChunks, startNext } from './drive-lane.ts';
import { claim, heldBeside, type Lane, release } from './lane.ts';
import { type MakePlanDeps, makePlan, type Outcome } from './make-plan.ts';
import { ProblemWriter } from './problem-writer.ts';
import { isCare, type Sync } from './sync.ts';
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
  const problems = new ProblemWriter(deps.objects, at);
  const workspace = await deps.workspace();
  try {
    const outcome = await makePlan(deps, claimed, problems, workspace);
    await publish(deps, claimed, outcome);
  } catch (error) {
    if (!(error instanceof FeedRejected)) throw error;
    await problems.close();
    await reject(deps, claimed, error, problems);
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
      const older = result.supersedes ? await deps.ledger.sync(at.district, result.supersedes) : undefined;
      const syncs: Kept<Sync>[] = [{ value: result.move.sync, version: sync.version }];
      if (older?.value.state === 'held') {
        syncs.push({
          value: { ...older.value, state: 'superseded', updatedAt: deps.now() },
          version: older.version,
        });
      }
      const done = await deps.ledger.write({
        lane: { value: result.move.lane, version: lane.version },
        syncs,
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
  const isCrowded =
    isCare(sync.value.kind) &&
    heldBeside(lane.value, sync.value) !== undefined &&
    (!outcome.apply || outcome.summary.chunks > 0);
  if (isCrowded) return endCrowded(deps, { sync, lane }, outcome);
  const planned: Sync = {
    ...sync.value,
    ...outcome.patch,
    ...(outcome.hold ? { hold: outcome.hold } : {}),
    plan: outcome.summary,
    state: outcome.apply ? 'applying' : 'held',
    attempts: 0,
    updatedAt: deps.now(),
    ...(outcome.apply ? { nextManifest: outcome.manifest } : {}),
  };
  const move = outcome.apply ? { lane: lane.value, sync: planned } : release(lane.value, planned);
  const done = await deps.ledger.write({
    lane: { value: move.lane, version: lane.version },
    syncs: [{ value: move.sync, version: sync.version }],
  });
  if (!done) return publish(deps, claimed, outcome);
  if (outcome.apply) await sendChunks(deps, move.sync);
  else await startNext(deps.queues, move.lane);
}

/** A purge or repair that found something while another sync waits for an approval: that one stands, and this one comes again. */
async function endCrowded(
  deps: PlanDeps,
  { sync, lane }: { sync: Kept<Sync>; lane: Kept<Lane> },
  outcome: Outcome,
): Promise<void> {
  const now = deps.now();
  const { guardReport, problems } = outcome.patch;
  const cancelled: Sync = {
    ...sync.value,
    ...(guardReport === undefined ? {} : { guardReport }),
    ...(problems === undefined ? {} : { problems }),
    state: 'cancelled',
    failure: 'Another sync of the district waits for an approval. Approve or cancel that one, and ask again.',
    finishedAt: now,
    updatedAt: now,
  };
  const move = release(lane.value, cancelled);
  const done = await deps.ledger.write({
    lane: { value: move.lane, version: lane.version },
    syncs: [{ value: move.sync, version: sync.version }],
  });
  if (!done) return publish(deps, cancelled, outcome);
  await startNext(deps.queues, move.lane);
}

async function reject(
  deps: PlanDeps,
  claimed: Sync,
  error: FeedRejected,
  problems: ProblemWriter,
): Promise<void> {
  const found = await stillClaimed(deps, claimed);
  if (!found) return;
  const { sync, lane } = found;
  if (sync.value.state !== 'reading' && sync.value.state !== 'planning') return;
  const rejected: Sync = {
    ...sync.value,
    state: 'rejected',
    rejection: { code: error.code, message: error.message, hint: error.hint, ...error.where },
    problems: { errors: problems.errors, warnings: problems.warnings, parts: problems.parts },
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
