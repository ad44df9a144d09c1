import type { FeedFormat } from './feed-reading.ts';
import type { Lane, Move } from './lane.ts';
import { claimPull, isPulling, type PulledSync, pullMs, withPull } from './pull-lane.ts';
import type { Acceptable, Only, Sync } from './sync.ts';
import { busy, maxRaces } from './sync-desk.ts';
import type { SyncLedger } from './sync-stores.ts';

export interface PullQueue {
  /** `afterSeconds`: at most 900. */
  pull(district: string, syncId: string, afterSeconds?: number): Promise<void>;
}

export type PullDeskDeps = { ledger: SyncLedger; pulls: PullQueue; now(): string };

export type NewPull = Pick<
  Sync,
  'district' | 'syncId' | 'dryRun' | 'guard' | 'include' | 'season' | 'removal' | 'requestedBy'
> & {
  feed: string;
  feedFormat: FeedFormat;
  fullEveryDays: number;
  full?: true;
  only?: Only;
  accept?: Acceptable[];
};

/**
 * Starts a sync whose feed is pulled first; only then it waits for its turn in the lane, so that a slow vendor holds up nothing else.
 * Asked again for the same id, it starts nothing new.
 * @throws {RequestError} conflict where a pull of the feed is under way
 */
export async function startPull(deps: PullDeskDeps, request: NewPull): Promise<Sync> {
  const { fullEveryDays, full, ...rest } = request;
  const now = deps.now();
  const sync: PulledSync = {
    ...rest,
    kind: 'feed',
    pull: { fullEveryDays, tries: 0, ...(full === undefined ? {} : { full }) },
    requestedAt: now,
    updatedAt: now,
    state: 'queued',
    attempts: 0,
    claims: 0,
  };
  const { district, syncId } = sync;
  for (let race = 0; race < maxRaces; race++) {
    const known = await deps.ledger.sync(district, syncId);
    if (known !== undefined) {
      if (isPulling(known.value)) await deps.pulls.pull(district, syncId);
      return known.value;
    }
    const lane = await deps.ledger.lane(district);
    const move = withPull(lane.value, sync);
    const done = await deps.ledger.write({
      lane: { value: move.lane, version: lane.version },
      syncs: [{ value: move.sync, version: 0 }],
    });
    if (!done) continue;
    await deps.pulls.pull(district, syncId);
    return move.sync;
  }
  throw busy();
}

/** A try that is begun; `before`: the feed's sync before. */
export type BegunPull = { lane: Lane; sync: PulledSync; before: Sync | undefined };

/** Takes a pull for one try; `undefined` where there is nothing to do, or somebody else is at it. */
export async function beginPull(
  deps: Pick<PullDeskDeps, 'ledger' | 'now'>,
  { district, syncId }: { district: string; syncId: string },
): Promise<BegunPull | undefined> {
  for (let race = 0; race < maxRaces; race++) {
    const sync = await deps.ledger.sync(district, syncId);
    const lane = await deps.ledger.lane(district);
    if (sync === undefined || !isPulling(sync.value)) return undefined;
    const claimed = claimPull(lane.value, sync.value, deps.now());
    if (claimed.kind === 'nothing') return undefined;
    const done = await deps.ledger.write({
      lane: { value: claimed.move.lane, version: lane.version },
      syncs: [{ value: claimed.move.sync, version: sync.version }],
    });
    if (!done) continue;
    if (claimed.kind === 'given-up') return undefined;
    const { after } = claimed.move.sync.pull;
    const before = after === undefined ? undefined : await deps.ledger.sync(district, after);
    return { ...claimed.move, before: before?.value };
  }
  throw busy();
}

/** Writes how a try ended, unless it is nobody's any more: it was cancelled, or begun anew. */
export async function settlePull(
  { ledger }: Pick<PullDeskDeps, 'ledger'>,
  { district, syncId, pull }: PulledSync,
  step: (lane: Lane, sync: PulledSync) => Move,
): Promise<Move | undefined> {
  for (let race = 0; race < maxRaces; race++) {
    const sync = await ledger.sync(district, syncId);
    const lane = await ledger.lane(district);
    const isMine =
      sync !== undefined &&
      isPulling(sync.value) &&
      sync.value.pull.tries === pull.tries &&
      lane.value.pulls?.[sync.value.feed]?.running === syncId;
    if (!isMine || !isPulling(sync.value)) return undefined;
    const move = step(lane.value, sync.value);
    const done = await ledger.write({
      lane: { value: move.lane, version: lane.version },
      syncs: [{ value: move.sync, version: sync.version }],
    });
    if (done) return move;
  }
  throw busy();
}

/** Longer than a try may take, and than one waits for the next. Milliseconds. */
const standstillMs = pullMs + 6 * 60_000;

/** Sends again for pulls of a district that stand still: a message was lost, or whoever was at it is gone. */
export async function reconcilePulls(deps: PullDeskDeps, district: string): Promise<void> {
  const lane = await deps.ledger.lane(district);
  for (const { running } of Object.values(lane.value.pulls ?? {})) {
    if (running === undefined) continue;
    const sync = await deps.ledger.sync(district, running);
    if (sync === undefined || Date.parse(deps.now()) - Date.parse(sync.value.updatedAt) < standstillMs)
      continue;
    await deps.pulls.pull(district, running);
  }
}
