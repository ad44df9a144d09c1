import { RequestError } from '../errors.ts';
import { enqueue, type Lane, type Move } from './lane.ts';
import { type FeedPull, type PullMark, type PullState, type SyncPull, withoutRunning } from './pulls.ts';
import { isOver, type Sync } from './sync.ts';

/** A sync whose feed is pulled. */
export type PulledSync = Sync & { feed: string; pull: SyncPull };

export function isPulling(sync: Sync | undefined): sync is PulledSync {
  return sync?.pull !== undefined && sync.feed !== undefined && sync.uploadId === undefined;
}

/** A pull may take so long, begun once; a function of the cloud ends after 15 minutes. Milliseconds. */
export const pullMs = 14 * 60_000;
/** After so many tries it is given up. */
const maxTries = 6;

/** Puts a new sync behind a pull. @throws {RequestError} conflict where one of the feed is under way */
export function withPull(lane: Lane, sync: PulledSync): Move {
  const before = lane.pulls?.[sync.feed] ?? {};
  if (before.running !== undefined) {
    throw new RequestError(
      'conflict',
      'already-pulling',
      `The feed "${sync.feed}" is being pulled already.`,
      {
        detail: { syncId: before.running },
      },
    );
  }
  const after = before.last?.syncId;
  const pull = { ...sync.pull, ...(after === undefined ? {} : { after }) };
  const begun = told({ ...before, running: sync.syncId }, sync, { state: 'waiting', at: sync.requestedAt });
  return { lane: putPull(lane, sync.feed, begun), sync: { ...sync, pull } };
}

export type ClaimedPull =
  | { kind: 'begun'; move: { lane: Lane; sync: PulledSync } }
  | { kind: 'given-up'; move: Move }
  /** It is over, pulled already, or somebody is at it. */
  | { kind: 'nothing' };

/** Begins a pull, or begins it anew: what an earlier try has left counts no more. */
export function claimPull(lane: Lane, sync: PulledSync, now: string): ClaimedPull {
  const running = lane.pulls?.[sync.feed]?.running;
  if (isOver(sync.state) || running !== sync.syncId) return { kind: 'nothing' };
  const { begunAt, tries } = sync.pull;
  if (begunAt !== undefined && Date.parse(now) - Date.parse(begunAt) < pullMs) return { kind: 'nothing' };
  if (tries >= maxTries) return { kind: 'given-up', move: givenUp(lane, sync, now) };
  const begun = { ...sync, pull: { ...sync.pull, tries: tries + 1, begunAt: now }, updatedAt: now };
  return { kind: 'begun', move: { lane: toldOf(lane, begun, { state: 'pulling', at: now }), sync: begun } };
}

/** What a pull goes on from; `undefined` for a full one. @param before the feed's sync before */
export function sinceOf(
  lane: Lane,
  { feed, pull }: PulledSync,
  before: Sync | undefined,
): PullMark | undefined {
  const mark = lane.pulls?.[feed]?.mark;
  if (mark === undefined || pull.full === true || pull.begunAt === undefined) return undefined;
  const ageMs = Date.parse(pull.begunAt) - Date.parse(mark.fullAt);
  if (ageMs >= pull.fullEveryDays * 24 * 3_600_000) return undefined;
  // What was pulled for it and not applied may be the reason why it was not.
  const isLost = before?.uploadId !== undefined && isOver(before.state) && before.state !== 'applied';
  return isLost || before?.state === 'rejected' ? undefined : mark;
}

export type Pulled = { at: string; mode: 'full' | 'delta'; objects: number; mark?: PullMark | undefined };

/** The pull is there as an upload: from here on the sync is like any other. */
export function pulled(lane: Lane, sync: PulledSync, got: Pulled & { uploadId: string }): Move {
  const { uploadId, at } = got;
  const ended = ofPull(sync, got);
  return {
    lane: enqueue(toldOf(lane, ended, { state: 'pulled', at }), sync.syncId),
    sync: { ...ended, uploadId, updatedAt: at },
  };
}

/** The vendor has nothing new: the roster is as the vendor has it, so that the sync is done. */
export function unchanged(lane: Lane, sync: PulledSync, got: Pulled): Move {
  const ended = ofPull(sync, got);
  const known = toldOf(lane, ended, { state: 'unchanged', at: got.at });
  const { mark } = got;
  const before = known.pulls?.[sync.feed] ?? {};
  return {
    // Not where a rollback has undone meanwhile what it goes on from.
    lane:
      mark === undefined || before.mark === undefined
        ? known
        : putPull(known, sync.feed, { ...before, mark }),
    sync: {
      ...ended,
      pull: { ...ended.pull, unchanged: true },
      ...{ state: 'applied', finishedAt: got.at, updatedAt: got.at },
    },
  };
}

/** The vendor did not answer as it should: the pull is begun anew later, or given up after the last try. */
export function waits(lane: Lane, sync: PulledSync, why: { at: string; message: string }): Move {
  if (sync.pull.tries >= maxTries) return givenUp(lane, sync, why.at, why.message);
  const { begunAt: _, ...pull } = sync.pull;
  return {
    lane: toldOf(lane, sync, { state: 'waiting', ...why }),
    sync: { ...sync, pull, updatedAt: why.at },
  };
}

/** Seconds until the next try. SQS delays no message for longer than 15 minutes. */
export function pauseSeconds(tries: number): number {
  return Math.min(900, 60 * 3 ** (tries - 1));
}

export function rejectedPull(
  lane: Lane,
  sync: PulledSync,
  {
    at,
    ...rejection
  }: { at: string; code: NonNullable<Sync['rejection']>['code']; message: string; hint: string },
): Move {
  const { message } = rejection;
  return {
    lane: toldOf(lane, sync, { state: 'rejected', at, message }),
    sync: { ...sync, state: 'rejected', rejection, finishedAt: at, updatedAt: at },
  };
}

function givenUp(lane: Lane, sync: PulledSync, at: string, why = 'The pull did not come to its end.'): Move {
  const message = `${why} It was tried ${sync.pull.tries} times; the roster stands as it was.`;
  return {
    lane: toldOf(lane, sync, { state: 'failed', at, message }),
    sync: { ...sync, state: 'failed', failure: message, finishedAt: at, updatedAt: at },
  };
}

function ofPull(sync: PulledSync, { mode, objects, mark }: Pulled): PulledSync {
  return { ...sync, pull: { ...sync.pull, mode, objects, ...(mark === undefined ? {} : { mark }) } };
}

type Said = { state: PullState; at: string; message?: string };

function toldOf(lane: Lane, sync: PulledSync, said: Said): Lane {
  const before = lane.pulls?.[sync.feed] ?? {};
  const isUnderWay = said.state === 'waiting' || said.state === 'pulling';
  return putPull(lane, sync.feed, told(isUnderWay ? before : withoutRunning(before), sync, said));
}

function told(pull: FeedPull, { syncId }: Sync, said: Said): FeedPull {
  return { ...pull, last: { syncId, ...said } };
}

function putPull(lane: Lane, feed: string, pull: FeedPull): Lane {
  return { ...lane, pulls: { ...lane.pulls, [feed]: pull } };
}
