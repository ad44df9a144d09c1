import { nextTime, type Schedule } from './next-time.ts';
import { partitionOf } from './state.ts';

/** What starts syncs of a feed by itself, and when somebody is told that nothing came. */
export type Triggers = {
  /** In the district's time zone. */
  schedule?: Schedule | undefined;
  /** An upload that is whole is synced once nothing has come for the quiet time, or at once where its trigger file has come. */
  arrival?: { quietSeconds: number; triggerFile?: string | undefined } | undefined;
  freshness?: { withinHours: number } | undefined;
};

export const dueKinds = ['schedule', 'arrival', 'freshness', 'care', 'digest'] as const;

/**
 * What has a time to come: of a feed, or with `arrival` of one upload of it, or with `care` of the district, or with `digest` of one
 * of its accounts.
 */
export type Slot = {
  district: string;
  kind: (typeof dueKinds)[number];
  feed?: string | undefined;
  upload?: string | undefined;
  account?: string | undefined;
};

/** Milliseconds since the epoch. */
export type Due = Slot & {
  at: number;
  /** Of `freshness`: when the feed's last upload came; before the first, when one was first waited for. */
  since?: number | undefined;
};

/** The next time of each slot. A tick reads what has come due and nothing else. */
export interface DueTimes {
  armed(slot: Slot): Promise<Due | undefined>;
  /** Puts one time of a slot in the place of another; false where the slot has another than `before` by now. */
  replace(before: Due | undefined, after: Due | undefined): Promise<boolean>;
}

const hourMs = 3_600_000;
const maxRaces = 10;

/** Gives a slot the time that is chosen of the one it has. */
async function choose(
  due: DueTimes,
  slot: Slot,
  next: (before: Due | undefined) => Pick<Due, 'at' | 'since'> | undefined,
): Promise<void> {
  for (let race = 0; race < maxRaces; race++) {
    const before = await due.armed(slot);
    const chosen = next(before);
    if (chosen?.at === before?.at && chosen?.since === before?.since) return;
    if (await due.replace(before, chosen && { ...slot, ...chosen })) return;
  }
  throw new Error(`The next ${slot.kind} of a district changes without an end.`);
}

type Place = { district: string; timeZone: string; now: number };

/** Arms what a feed's settings ask for; safe to repeat. What has come due already is left to the tick. */
export async function armFeed(due: DueTimes, at: Place, feed: Triggers & { id: string }): Promise<void> {
  const { now } = at;
  const { schedule, freshness } = feed;
  await choose(due, { district: at.district, kind: 'schedule', feed: feed.id }, (before) => {
    if (schedule === undefined || (before && before.at <= now)) return schedule && before;
    return { at: nextTime(schedule, at.timeZone, now) };
  });
  await choose(due, { district: at.district, kind: 'freshness', feed: feed.id }, (before) => {
    if (freshness === undefined) return undefined;
    const withinMs = freshness.withinHours * hourMs;
    const since = before?.since ?? now;
    if (since + withinMs > now) return { at: since + withinMs, since };
    // It is late already: told of now, unless that has its time anyway.
    return { at: before && before.at <= now + withinMs ? before.at : now, since };
  });
}

export interface ListFeeds {
  list(
    district: string,
    options: { limit: number; cursor?: string | undefined },
  ): Promise<{ items: (Triggers & { id: string })[]; cursor?: string }>;
}

/** Arms what the settings of all feeds of a district ask for, by its present time zone. */
export async function armFeeds(
  { feeds, due }: { feeds: ListFeeds; due: DueTimes },
  at: Place,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await feeds.list(at.district, { limit: 100, cursor });
    for (const feed of page.items) await armFeed(due, at, feed);
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** A district's daily care, at a time of its own in its night. */
export function nextCare({ district, timeZone, now }: Place): number {
  const minutes = 2 * 60 + partitionOf(district, 128);
  const time = [Math.floor(minutes / 60), minutes % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return nextTime({ times: [time] }, timeZone, now);
}

/** Leaves a care that is armed as it is. */
export async function armCare(due: DueTimes, at: Place): Promise<void> {
  await choose(due, { district: at.district, kind: 'care' }, (before) => before ?? { at: nextCare(at) });
}

/** An account is to get a digest at an instant, or at the earlier one that it is armed for. */
export async function armDigest(
  due: DueTimes,
  { district, account, at }: { district: string; account: string; at: number },
): Promise<void> {
  await choose(due, { district, kind: 'digest', account }, (before) => ({
    at: Math.min(at, before?.at ?? at),
  }));
}

/** An upload of a feed of which every file is there. */
export type WholeUpload = {
  uploadId: string;
  /** When its last file came; milliseconds since the epoch. */
  wholeAt: number;
  /** The sync it was given to. */
  sync?: UploadSync | undefined;
  /** Whether the feed's trigger file is one of its files. */
  triggered: boolean;
};

/** `by`: the trigger, or else who asked for it. */
export type UploadSync = { syncId: string; by: string };

/** Called for every file that comes, once an upload is whole. */
export async function uploadCame(
  due: DueTimes,
  at: { district: string; now: number },
  { feed, upload }: { feed: Triggers & { id: string }; upload: WholeUpload },
): Promise<void> {
  await feedCame(due, at.district, feed, upload.wholeAt);
  const { arrival } = feed;
  if (arrival === undefined || upload.sync !== undefined) return;
  if (arrival.triggerFile !== undefined && !upload.triggered) return;
  const quietMs = arrival.triggerFile === undefined ? arrival.quietSeconds * 1000 : 0;
  const slot: Slot = { district: at.district, kind: 'arrival', feed: feed.id, upload: upload.uploadId };
  await choose(due, slot, (before) => ({ at: Math.max(before?.at ?? 0, at.now + quietMs) }));
}

/** The feed is not late, and is expected anew. */
export async function feedCame(
  due: DueTimes,
  district: string,
  { id, freshness }: Triggers & { id: string },
  came: number,
): Promise<void> {
  if (freshness === undefined) return;
  await choose(due, { district, kind: 'freshness', feed: id }, (before) =>
    before?.since !== undefined && before.since >= came
      ? before
      : { at: came + freshness.withinHours * hourMs, since: came },
  );
}

/** Milliseconds since the epoch. */
export type Late = { since: number; expectedBy: number };

/** Whether a feed's upload should have come and did not. */
export function lateness(
  { freshness }: Triggers,
  armed: Pick<Due, 'since'> | undefined,
  now: number,
): Late | undefined {
  if (freshness === undefined || armed?.since === undefined) return undefined;
  const expectedBy = armed.since + freshness.withinHours * hourMs;
  return expectedBy <= now ? { since: armed.since, expectedBy } : undefined;
}
