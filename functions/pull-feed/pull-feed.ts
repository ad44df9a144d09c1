import type { KnownPuller } from '../../shared/feeds/pullers.ts';
import {
  type Credentials,
  type Pull,
  PullRejected,
  type VendorHttp,
  VendorUnavailable,
} from '../../shared/feeds/pulling.ts';
import type { Feed } from '../../shared/messages/districts.ts';
import { startNext } from '../../shared/roster/drive-lane.ts';
import { type DueTimes, feedCame } from '../../shared/roster/due.ts';
import { madeUlid } from '../../shared/roster/made-ulid.ts';
import { type BegunPull, beginPull, type PullDeskDeps, settlePull } from '../../shared/roster/pull-desk.ts';
import {
  type PulledSync,
  pauseSeconds,
  pulled,
  pullMs,
  rejectedPull,
  sinceOf,
  unchanged,
  waits,
} from '../../shared/roster/pull-lane.ts';
import type { PullMark } from '../../shared/roster/pulls.ts';
import type { SyncQueues } from '../../shared/roster/sync-stores.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { StoredUpload } from '../../shared/store/uploads.ts';
import type { VendorSecret } from '../../shared/store/vendor-secrets.ts';
import { type TakenFile, type TakeOverDeps, takeOver } from './take-over.ts';

export type PullFeedDeps = PullDeskDeps & {
  queues: SyncQueues;
  pullers: readonly KnownPuller[];
  feed(district: string, feed: string): Promise<Feed | undefined>;
  secret(district: string, feed: string, version: string): Promise<VendorSecret | undefined>;
  /** A client for one pull that reaches these servers and no other; `until`: milliseconds since the epoch. */
  http(origins: readonly string[], until: number): VendorHttp;
  write(at: { district: string; uploadId: string; fileName: string }): ReturnType<TakeOverDeps['write']>;
  uploads: { create(district: string, upload: StoredUpload): Promise<void> };
  due: DueTimes;
  events: Pick<Events, 'pullHindered' | 'pullEnded'>;
};

/**
 * One try to pull the feed of a sync. Safe to repeat, even at once: each try writes to an upload of its own, and only the newest try can
 * hand it to the sync. A vendor that does not answer is asked again later; what can never work is told and left.
 */
export async function pullFeed(deps: PullFeedDeps, at: { district: string; syncId: string }): Promise<void> {
  const begun = await beginPull(deps, at);
  if (begun === undefined) return;
  const secrets: string[] = [];
  try {
    await pullOnce(deps, begun, secrets);
  } catch (error) {
    if (error instanceof PullRejected) await reject(deps, begun.sync, error, secrets);
    else if (error instanceof VendorUnavailable) await wait(deps, begun.sync, error, secrets);
    else throw error;
  }
}

async function pullOnce(deps: PullFeedDeps, begun: BegunPull, secrets: string[]): Promise<void> {
  const { sync } = begun;
  const pulledAt = sync.pull.begunAt ?? deps.now();
  const opened = await openFeed(deps, sync);
  secrets.push(...Object.values(opened.credentials));
  const mark = sinceOf(begun.lane, sync, begun.before);
  const pull = await opened.known.pull({
    url: opened.url,
    credentials: opened.credentials,
    http: deps.http(opened.origins, Date.parse(pulledAt) + pullMs),
    now: () => new Date(deps.now()),
    include: sync.include,
    since: mark?.cursor,
  });
  if (pull.mode === 'delta' && mark === undefined) {
    throw new Error('A puller gives changes where everything was asked for.');
  }
  const { district, syncId } = sync;
  const uploadId = madeUlid(Date.parse(pulledAt), [district, syncId, sync.pull.tries]);
  const taken = await takeOver(
    {
      write: (fileName) => deps.write({ district, uploadId, fileName }),
      progress: (objects) => deps.ledger.progress({ district, syncId }, objects, 0, 'rows'),
    },
    inTime(pull, () => Date.parse(deps.now()) < Date.parse(pulledAt) + pullMs),
    { format: sync.feedFormat ?? '', pulledAt },
  );
  const next = nextMark(pull, taken.end.cursor, { pulledAt, before: mark });
  await handOver(deps, sync, { ...taken, mode: pull.mode, uploadId, mark: next, feed: opened.feed });
}

type Opened = {
  feed: Feed;
  known: KnownPuller;
  url: URL;
  credentials: Credentials;
  origins: readonly string[];
};

/** @throws {PullRejected} where the settings or the credentials do not fit any more */
async function openFeed(deps: PullFeedDeps, { district, feed: id, feedFormat }: PulledSync): Promise<Opened> {
  const feed = await deps.feed(district, id);
  const known = deps.pullers.find(({ format }) => format === feed?.format);
  if (
    feed === undefined ||
    typeof feed.source === 'string' ||
    feed.format !== feedFormat ||
    known === undefined
  ) {
    throw new PullRejected(
      'vendor-address',
      'The feed is not set up for an API any more, or in a format that this release does not pull.',
      'Look at the settings of the feed, and start a new sync.',
    );
  }
  const url = new URL(feed.source.url);
  const secret = await deps.secret(district, id, feed.source.credentials.version);
  if (secret === undefined || secret.origin !== url.origin) {
    throw new PullRejected(
      'vendor-refused',
      'There are no credentials for this address.',
      'Put the settings of the feed again, with its credentials.',
    );
  }
  const { credentials } = secret;
  const origins = [url.origin, ...(known.origins ?? []), ...originsIn(credentials)];
  return { feed, known, url, credentials, origins };
}

/** Servers that the credentials name beside the feed's, as `tokenUrl` does: whoever gave the one gave the other. */
function originsIn(credentials: Credentials): string[] {
  return Object.entries(credentials).flatMap(([name, value]) =>
    name.endsWith('Url') && URL.canParse(value) ? [new URL(value).origin] : [],
  );
}

function inTime(pull: Pull, isTimeLeft: () => boolean): Pull {
  async function* items() {
    for await (const item of pull.items) {
      if (!isTimeLeft()) {
        throw new PullRejected(
          'pull-too-long',
          'The pull took longer than 14 minutes.',
          'Ask the vendor whether the API can give larger pages, or take the feed as files.',
        );
      }
      yield item;
    }
  }
  return { mode: pull.mode, items: items(), end: () => pull.end() };
}

const maxCursorBytes = 10_000;

function nextMark(
  { mode }: Pull,
  cursor: PullMark['cursor'] | undefined,
  { pulledAt, before }: { pulledAt: string; before: PullMark | undefined },
): PullMark | undefined {
  if (cursor === undefined) return undefined;
  if (JSON.stringify(cursor).length > maxCursorBytes)
    throw new Error('A puller gives a cursor that is too long.');
  return { cursor, fullAt: mode === 'full' ? pulledAt : (before?.fullAt ?? pulledAt) };
}

type HandedOver = {
  files: TakenFile[];
  objects: number;
  mode: Pull['mode'];
  uploadId: string;
  mark: PullMark | undefined;
  feed: Feed;
};

async function handOver(deps: PullFeedDeps, sync: PulledSync, got: HandedOver): Promise<void> {
  const { district, syncId } = sync;
  const { files, objects, mode, uploadId, mark, feed } = got;
  const at = deps.now();
  const isNew = mode === 'full' || objects > 0;
  if (isNew) {
    await deps.uploads.create(district, {
      ...{ uploadId, createdAt: at, by: 'pull-feed', feed: feed.id },
      sync: { syncId, by: sync.requestedBy },
      files: files.map((file) => ({ ...file, arrivedAt: at })),
    });
  }
  const move = await settlePull(deps, sync, (lane, mine) =>
    isNew
      ? pulled(lane, mine, { at, mode, objects, mark, uploadId })
      : unchanged(lane, mine, { at, mode, objects, mark }),
  );
  if (move === undefined) return;
  if (!sync.dryRun && sync.only === undefined) await feedCame(deps.due, district, feed, Date.parse(at));
  const state = isNew ? 'pulled' : 'unchanged';
  deps.events.pullEnded({ district, feed: feed.id, syncId, state, objects });
  await startNext(deps.queues, move.lane);
}

async function reject(
  deps: PullFeedDeps,
  sync: PulledSync,
  { code, message, hint }: PullRejected,
  secrets: readonly string[],
): Promise<void> {
  const { district, syncId, feed } = sync;
  const why = { code, message: without(secrets, message), hint: without(secrets, hint), at: deps.now() };
  const move = await settlePull(deps, sync, (lane, mine) => rejectedPull(lane, mine, why));
  if (move) deps.events.pullHindered({ district, feed, syncId, state: 'rejected', code });
}

async function wait(
  deps: PullFeedDeps,
  sync: PulledSync,
  { message }: VendorUnavailable,
  secrets: readonly string[],
): Promise<void> {
  const { district, syncId, feed, pull } = sync;
  const why = { message: without(secrets, message), at: deps.now() };
  const move = await settlePull(deps, sync, (lane, mine) => waits(lane, mine, why));
  if (move === undefined) return;
  const isOver = move.sync.state === 'failed';
  const state = isOver ? 'failed' : 'waiting';
  deps.events.pullHindered({ district, feed, syncId, state, code: 'vendor-unavailable' });
  if (!isOver) await deps.pulls.pull(district, syncId, pauseSeconds(pull.tries));
}

/** What a puller says goes to people and is kept; it must not quote what the feed signs in with. */
function without(secrets: readonly string[], text: string): string {
  return secrets.reduce((said, secret) => (secret.length < 4 ? said : said.replaceAll(secret, '…')), text);
}
