import { RequestError } from '../errors.ts';
import {
  type Due,
  type DueTimes,
  type Late,
  lateness,
  nextCare,
  type Triggers,
  type UploadSync,
  type WholeUpload,
} from './due.ts';
import type { FeedFormat } from './feed-reading.ts';
import { madeUlid } from './made-ulid.ts';
import { nextTime } from './next-time.ts';
import { type PullDeskDeps, startPull } from './pull-desk.ts';
import { type DeskDeps, type NewSync, startSync } from './sync-desk.ts';

export type TriggeredFeed = Triggers & {
  id: string;
  format: FeedFormat;
  /** Where it is pulled from, or how its files come. */
  source: 'upload' | 'sftp' | { fullEveryDays: number };
} & Pick<NewSync, 'guard' | 'include' | 'season' | 'removal'>;

export interface FeedUploads {
  /** The newest upload of a feed of which every file is there. */
  newest(district: string, feed: string): Promise<WholeUpload | undefined>;
  /** `undefined` where not every file is there. */
  whole(district: string, uploadId: string): Promise<WholeUpload | undefined>;
  /** Gives an upload to a sync, once. Returns the one that it was given to first. */
  give(at: { district: string; uploadId: string }, sync: UploadSync): Promise<UploadSync>;
}

export type DueDeps = DeskDeps &
  Pick<PullDeskDeps, 'pulls'> & {
    due: DueTimes;
    uploads: FeedUploads;
    feed(district: string, feed: string): Promise<TriggeredFeed | undefined>;
    /** `undefined` where there is no such district. */
    timeZone(district: string): Promise<string | undefined>;
    /** What is done for a district once a day; each may be done twice. */
    care: readonly ((at: { district: string; timeZone: string }) => Promise<void>)[];
    /** Has somebody mailed what has waited for them until now. */
    digest(at: { district: string; account: string; at: number }): Promise<void>;
    /** Told once for each time that a feed should have come by; after a crash perhaps twice. */
    late(at: { district: string; feed: string } & Late): void;
  };

const hourMs = 3_600_000;

/**
 * Does what has come due, and puts the slot's next time in its place. A crash leaves the slot due, so that the next tick does it
 * again: each step may be done twice. A late tick does once what it missed.
 */
export async function startDue(deps: DueDeps, due: Due): Promise<void> {
  const armed = await deps.due.armed(due);
  // It was armed anew since it was read.
  if (armed?.at !== due.at) return;
  const timeZone = await deps.timeZone(due.district);
  const next = timeZone === undefined ? undefined : await act(deps, armed, timeZone);
  await deps.due.replace(armed, next && { ...armed, ...next });
}

type Next = Pick<Due, 'at'> | undefined;

async function act(deps: DueDeps, due: Due, timeZone: string): Promise<Next> {
  const now = Date.parse(deps.now());
  if (due.kind === 'care') {
    for (const care of deps.care) await care({ district: due.district, timeZone });
    return { at: nextCare({ district: due.district, timeZone, now }) };
  }
  if (due.kind === 'digest') {
    const { district, account = '' } = due;
    await deps.digest({ district, account, at: due.at });
    return undefined;
  }
  const feed = due.feed === undefined ? undefined : await deps.feed(due.district, due.feed);
  if (feed === undefined) return undefined;
  switch (due.kind) {
    case 'schedule':
      if (feed.schedule === undefined) return undefined;
      await (typeof feed.source === 'string' ? sync(deps, due, feed) : pull(deps, due, feed, feed.source));
      return { at: nextTime(feed.schedule, timeZone, now) };
    case 'arrival':
      if (feed.arrival !== undefined) await sync(deps, due, feed);
      return undefined;
    case 'freshness':
      return tellLate(deps, due, feed, now);
    default:
      return due.kind satisfies never;
  }
}

/** What an arrival is of, or else the feed's newest, unless that is synced already. */
async function sync(deps: DueDeps, due: Due, feed: TriggeredFeed): Promise<void> {
  const { district, kind } = due;
  const newest = await deps.uploads.newest(district, feed.id);
  const upload = due.upload === undefined ? newest : await deps.uploads.whole(district, due.upload);
  if (newest === undefined || upload === undefined) return;
  // Where a newer one is synced, an older one would only take it back.
  if (newest.uploadId > upload.uploadId && newest.sync !== undefined) return;
  const { uploadId } = upload;
  const mine = { syncId: triggeredId(due, uploadId), by: kind };
  const { syncId, by } = upload.sync ?? (await deps.uploads.give({ district, uploadId }, mine));
  // Given to a trigger's sync before a crash, it may not have been started; started again, that is the same sync.
  if (by !== 'schedule' && by !== 'arrival') return;
  const { format, guard, include, season, removal } = feed;
  const asked = { district, syncId, dryRun: false, requestedBy: by, guard, include, season, removal };
  await startSync(deps, { ...asked, kind: 'feed', feed: feed.id, feedFormat: format, uploadId });
}

/** Where one is under way anyway, that one will do. */
async function pull(
  deps: DueDeps,
  due: Due,
  feed: TriggeredFeed,
  { fullEveryDays }: { fullEveryDays: number },
): Promise<void> {
  const { district, kind } = due;
  const { format, guard, include, season, removal } = feed;
  const asked = { district, syncId: triggeredId(due, 'pull'), dryRun: false, requestedBy: kind };
  const settings = { feed: feed.id, feedFormat: format, fullEveryDays, guard, include, season, removal };
  await startPull(deps, { ...asked, ...settings }).catch((error: unknown) => {
    if (!(error instanceof RequestError && error.code === 'already-pulling')) throw error;
  });
}

function tellLate(deps: DueDeps, due: Due, feed: TriggeredFeed, now: number): Next {
  const { freshness } = feed;
  if (freshness === undefined) return undefined;
  const periodMs = freshness.withinHours * hourMs;
  const late = lateness(feed, due, now);
  if (late === undefined) return { at: (due.since ?? now) + periodMs };
  deps.late({ district: due.district, feed: feed.id, ...late });
  return { at: due.at + periodMs * (Math.floor((now - due.at) / periodMs) + 1) };
}

/** Of the time that came due; asked for again, it is the same. */
export function triggeredId({ district, kind, feed = '', at }: Due, what: string): string {
  return madeUlid(at, [district, kind, feed, what]);
}
