import { RequestError } from '../errors.ts';
import { type Lane, type Move, withHeld } from './lane.ts';
import type { MovedKeys } from './moved-keys.ts';
import type { Approval, PlanSummary, Sync } from './sync.ts';

/**
 * The plan that an approval by its hash would be of.
 * @throws {RequestError} conflict: not-held, other-plan, draft-moved or sync-under-way
 */
export function heldPlan(lane: Lane, sync: Sync, planHash: string): PlanSummary {
  if (sync.state !== 'held' || !lane.held?.includes(sync.syncId)) {
    throw new RequestError(
      'conflict',
      'not-held',
      `The sync is ${sync.state}; only a held one can be approved.`,
    );
  }
  if (sync.plan?.hash !== planHash) {
    throw new RequestError('conflict', 'other-plan', 'The hash is not that of the plan that is held.');
  }
  if (sync.mapping !== undefined && lane.draft?.version !== sync.mapping) {
    throw new RequestError(
      'conflict',
      'draft-moved',
      'The draft has changed since it was simulated. Simulate it again.',
    );
  }
  // What it is about to commit could not be looked at.
  if (lane.active !== undefined) {
    throw new RequestError(
      'conflict',
      'sync-under-way',
      'Another sync of the district is under way. Approve again when it has ended.',
    );
  }
  return sync.plan;
}

/** @throws {RequestError} conflict, with the keys, where there are any */
export function refuseMoved({ keys, total }: MovedKeys): void {
  if (total === 0) return;
  throw new RequestError(
    'conflict',
    'state-moved',
    'Records that this plan changes have changed since it was made. Look at them, and sync again.',
    { detail: { keys, total } },
  );
}

/**
 * The approval, or where more is held than one person may let go, the first of two. The sync plans again by it, and applies what
 * was approved and nothing else.
 * @throws {RequestError} conflict: same-person
 */
export function approved(lane: Lane, sync: Sync, { plan, by, at }: Approval & { plan: PlanSummary }): Move {
  const { hold, nextManifest: _, nextEdits: __, heldOn: ___, ...rest } = sync;
  const [first] = hold?.approvals ?? [];
  if (
    hold !== undefined &&
    awaiting(sync, plan) > (sync.guard.secondPersonAbove ?? Number.POSITIVE_INFINITY)
  ) {
    if (first === undefined) {
      const waits = { ...hold, approvals: [{ by, at }], awaits: 'second-person' as const };
      return { lane, sync: { ...sync, hold: waits, updatedAt: at } };
    }
    if (first.by === by) {
      throw new RequestError(
        'conflict',
        'same-person',
        'You have approved this plan already. It takes more away than one person may let go: somebody else has to approve it too.',
      );
    }
  }
  const approval = {
    ...{ planHash: plan.hash, content: plan.content, by, at },
    ...(first === undefined ? {} : { first }),
    ...removalsOf(sync, plan),
    ...(plan.renamed === undefined ? {} : { renames: plan.renamed.digest }),
  };
  const held = (lane.held ?? []).filter((other) => other !== sync.syncId);
  return {
    lane: { ...withHeld(lane, held), queue: [sync.syncId, ...lane.queue] },
    sync: { ...rest, approval, state: 'queued', attempts: 0, updatedAt: at },
  };
}

/** How many removals wait: of a plan that is held as a whole, those too that the guard would let go. */
function awaiting({ nextManifest }: Sync, plan: PlanSummary): number {
  return nextManifest === undefined ? plan.removals : plan.held;
}

/** Where a part was applied, what was held is all that is left to take away. */
function removalsOf({ parts }: Sync, plan: PlanSummary): { removals?: string } {
  const removals = parts === undefined ? plan.removalsDigest : plan.heldDigest;
  return removals === undefined ? {} : { removals };
}
