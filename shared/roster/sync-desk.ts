import { RequestError } from '../errors.ts';
import { approved, heldPlan, refuseMoved } from './approve.ts';
import { startNext } from './drive-lane.ts';
import type { FeedFormat } from './feed-reading.ts';
import { abandon, enqueue, type Lane, type Move, maxQueued } from './lane.ts';
import { movedKeys } from './moved-keys.ts';
import { defaultRemoval, normalSeason } from './season.ts';
import { type Acceptable, defaultGuard, isCare, isOver, type Only, type Sync } from './sync.ts';
import type { Kept, Objects, SyncLedger, SyncQueues } from './sync-stores.ts';

/** What people and machines do with syncs: start, approve, cancel. Of mapping rules, see mapping-desk.ts. */
export type DeskDeps = { ledger: SyncLedger; queues: SyncQueues; now(): string };

export type NewSync = Pick<
  Sync,
  'district' | 'syncId' | 'dryRun' | 'guard' | 'include' | 'season' | 'removal' | 'requestedBy'
> &
  (
    | {
        kind: 'feed';
        feed: string;
        feedFormat?: FeedFormat;
        uploadId: string;
        snapshot?: true;
        only?: Only;
        accept?: Acceptable[];
      }
    | { kind: 'mapping'; mapping: string }
    | { kind: 'edits'; edits?: string }
    | { kind: 'rollback'; undoes: string }
    | { kind: 'purge' | 'repair'; erases?: string[] }
  );

/** What a sync without a feed goes by, where nobody says otherwise. */
export const withoutFeed = {
  guard: defaultGuard,
  include: { phones: false, demographics: false },
  season: normalSeason,
  removal: defaultRemoval,
} as const;

/** How often a lost race is run again before the caller is told to. */
export const maxRaces = 10;

/**
 * Asked again for the same id, it starts nothing new. `mark` notes in the lane what belongs to the sync, in the same write.
 * @throws {RequestError} conflict where too many syncs wait, and what `mark` throws.
 */
export async function startSync(
  deps: DeskDeps,
  request: NewSync,
  mark: (lane: Lane) => Lane = (lane) => lane,
): Promise<Sync> {
  const now = deps.now();
  const sync: Sync = {
    ...request,
    requestedAt: now,
    updatedAt: now,
    state: 'queued',
    attempts: 0,
    claims: 0,
  };
  for (let race = 0; race < maxRaces; race++) {
    const known = await deps.ledger.sync(request.district, request.syncId);
    const lane = await deps.ledger.lane(request.district);
    if (known) {
      await startNext(deps.queues, lane.value);
      return known.value;
    }
    if (lane.value.queue.length >= maxQueued) {
      throw new RequestError(
        'conflict',
        'too-many-queued',
        `${maxQueued} syncs of this district are waiting already.`,
      );
    }
    const moved = { ...enqueue(mark(lane.value), sync.syncId), ...lookedAt(lane.value, sync) };
    const done = await deps.ledger.write({
      lane: { value: moved, version: lane.version },
      syncs: [{ value: sync, version: 0 }],
    });
    if (!done) continue;
    // Whoever is before it was sent for when it came.
    if (moved.queue[0] === sync.syncId) await startNext(deps.queues, moved);
    return sync;
  }
  throw busy();
}

/** The week of a purge or repair begins with it, whoever asked. */
function lookedAt({ looked }: Lane, { kind, requestedAt }: Sync): Pick<Lane, 'looked'> {
  return isCare(kind) ? { looked: { ...looked, [kind]: requestedAt } } : {};
}
/** An approval looks at the plan, and at what has changed since it was made. */
export type ApprovalDeps = DeskDeps & { objects: Pick<Objects, 'get'> };

/**
 * Applies what is held, once; or notes the first of two approvals where it takes two persons.
 * @throws {RequestError} conflict where nothing is held, the hash is another plan's, records that the plan changes or the draft
 * of a mapping have moved since, or the same person approves twice.
 */
export async function approveSync(
  deps: ApprovalDeps,
  asked: { district: string; syncId: string; planHash: string; by: string },
): Promise<Sync> {
  return moveSync(deps, asked, async (lane, sync) => {
    const plan = heldPlan(lane, sync, asked.planHash);
    const { district, committed } = lane;
    refuseMoved(await movedKeys(deps.objects, plan, { district, from: sync.heldOn, to: committed.manifest }));
    return approved(lane, sync, { plan, by: asked.by, at: deps.now() });
  });
}

/** @throws {RequestError} conflict where the sync is over. */
export async function cancelSync(
  deps: DeskDeps,
  at: { district: string; syncId: string; by: string },
): Promise<Sync> {
  return moveSync(deps, at, (lane, sync) => {
    if (isOver(sync.state) || sync.state === 'finishing') {
      throw new RequestError(
        'conflict',
        'over',
        `The sync is ${sync.state}; it cannot be cancelled any more.`,
      );
    }
    const now = deps.now();
    return abandon(lane, { ...sync, state: 'cancelled', finishedAt: now, updatedAt: now });
  });
}

async function moveSync(
  deps: DeskDeps,
  at: { district: string; syncId: string },
  step: (lane: Lane, sync: Sync) => Move | Promise<Move>,
): Promise<Sync> {
  for (let race = 0; race < maxRaces; race++) {
    const sync: Kept<Sync> | undefined = await deps.ledger.sync(at.district, at.syncId);
    if (!sync) throw new RequestError('not-found', 'unknown-sync', 'There is no such sync in this district.');
    const lane = await deps.ledger.lane(at.district);
    const move = await step(lane.value, sync.value);
    const done = await deps.ledger.write({
      lane: { value: move.lane, version: lane.version },
      syncs: [{ value: move.sync, version: sync.version }],
    });
    if (!done) continue;
    await startNext(deps.queues, move.lane);
    return move.sync;
  }
  throw busy();
}

export function busy(): RequestError {
  return new RequestError('conflict', 'busy', 'The district is busy just now. Try again in a moment.');
}
