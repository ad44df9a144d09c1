import { CommittedState } from './committed-state.ts';
import { type Cursor, dayMs, decodeCursor, encodeCursor } from './feed-cursor.ts';
import type { Entity } from './records.ts';
import { type RosterChange, type RosterPlace, rosterSteps, toldKinds } from './roster-steps.ts';
import { manifestDigest, manifestKey } from './state.ts';
import type { LogEntry, Told } from './told.ts';

/** One thing that is no longer as it was: to be fetched, or dropped. */
export type ChangeItem = { sequence: number; at: string } & (
  | Told
  | { type: 'roster'; change: RosterChange['change']; id: string; entity: Entity }
  /** What the roster says of somebody for checks: roles, classes, orgs. */
  | { type: 'access'; change: RosterChange['change']; id: string }
);

export const resyncReasons = ['start', 'unknown-cursor', 'too-old', 'gone'] as const;
export type ResyncReason = (typeof resyncReasons)[number];

export type FeedPage = { items: ChangeItem[]; cursor: string; more: boolean; resync?: ResyncReason };

export type ChangeFeedDeps = {
  log: {
    /** After a number, in order and without gaps. */
    read(district: string, after: number, limit: number): Promise<{ entries: LogEntry[]; more: boolean }>;
    /** The newest number; nothing is written under it or an older one any more. */
    tip(district: string): Promise<number>;
    /** The last number that was given out. */
    last(district: string): Promise<number>;
  };
  /** Key of the manifest that is committed now. */
  committed(district: string): Promise<string | undefined>;
  objects: { find(key: string): Promise<string | undefined> };
  now(): string;
};

type Asked = { district: string; after?: string | undefined; limit: number };

/** Entries and commits that are told together, each thing once. */
export const roundEntries = 1000;
const roundCommits = 8;

/** Characters of state that one page reads, beyond which it ends without being full. */
const pageText = 16 * 1024 * 1024;

/** What a cursor needs is kept no longer. */
class StateGone extends Error {}

/**
 * What changed after a cursor, in order, as ids. Paging tells everything that any entry up to the end of a round touched, once. Never
 * refuses: where it cannot go on from a cursor it says so, with one to start anew from.
 */
export async function changePage(deps: ChangeFeedDeps, asked: Asked): Promise<FeedPage> {
  if (asked.after === undefined) return start(deps, asked.district, 'start');
  const cursor = decodeCursor(asked.after, { district: asked.district, now: deps.now() });
  if (typeof cursor === 'string') return start(deps, asked.district, cursor);
  try {
    return await follow(deps, cursor, asked.limit);
  } catch (error) {
    if (error instanceof StateGone) return start(deps, asked.district, 'gone');
    throw error;
  }
}

/** A commit between the two reads is told to a follower once more; the other way round it could be missed. */
async function start(deps: ChangeFeedDeps, district: string, resync: ResyncReason): Promise<FeedPage> {
  const since = deps.now();
  const told = await deps.log.tip(district);
  const manifest = await deps.committed(district);
  const cursor = { district, told, since, ...(manifest && { manifest: manifestDigest(manifest) }) };
  return { items: [], cursor: encodeCursor(cursor), more: false, resync };
}

async function follow(deps: ChangeFeedDeps, cursor: Cursor, limit: number): Promise<FeedPage> {
  const { district, round } = cursor;
  const now = deps.now();
  const read = await deps.log.read(district, cursor.told, roundEntries);
  const entries = roundOf(read.entries, round?.until);
  const last = entries.at(-1);
  if (round !== undefined && last?.sequence !== round.until) throw new StateGone();
  if (last === undefined) {
    if (cursor.told > (await deps.log.last(district))) return start(deps, district, 'unknown-cursor');
    const isOld = !read.more && Date.parse(now) - Date.parse(cursor.since) > dayMs;
    return { items: [], cursor: encodeCursor(isOld ? { ...cursor, since: now } : cursor), more: read.more };
  }
  const found = await fill(itemsOf(deps, cursor, entries), limit);
  if (found.place !== undefined) {
    const at = { ...cursor, round: { until: last.sequence, ...found.place } };
    return { items: found.items, cursor: encodeCursor(at), more: true };
  }
  const manifest = entries.findLast((entry) => entry.manifest !== undefined)?.manifest;
  const next: Cursor = { district, told: last.sequence, since: last.at };
  const known = manifest === undefined ? cursor.manifest : manifestDigest(manifest);
  return {
    items: found.items,
    cursor: encodeCursor(known === undefined ? next : { ...next, manifest: known }),
    more: read.more || last.sequence !== read.entries.at(-1)?.sequence,
  };
}

/** Up to where the round was pinned, or as far as one goes. */
function roundOf(entries: readonly LogEntry[], until: number | undefined): readonly LogEntry[] {
  if (until !== undefined) return entries.filter(({ sequence }) => sequence <= until);
  const commits = entries.filter(({ manifest }) => manifest !== undefined);
  const beyond = commits[roundCommits];
  return beyond === undefined ? entries : entries.filter(({ sequence }) => sequence < beyond.sequence);
}

type Place = { sequence: number; index?: number; roster?: RosterPlace };
/** `place`: behind the item, or where reading stopped without one. */
type Step = { item?: ChangeItem; place: Place };

/** As many items as fit; `place` where there is more of the round. */
async function fill(
  steps: AsyncGenerator<Step>,
  limit: number,
): Promise<{ items: ChangeItem[]; place?: Place }> {
  const items: ChangeItem[] = [];
  let behind: Place | undefined;
  for await (const { item, place } of steps) {
    if (item === undefined) return { items, place };
    if (items.length === limit && behind !== undefined) return { items, place: behind };
    items.push(item);
    behind = place;
  }
  return { items };
}

/** The round's items from the cursor's place on. Changes of the roster stand where its last commit does. */
async function* itemsOf(
  deps: ChangeFeedDeps,
  cursor: Cursor,
  entries: readonly LogEntry[],
): AsyncGenerator<Step> {
  const { round } = cursor;
  const standing = standingLast(entries);
  const commit = entries.findLast(({ manifest }) => manifest !== undefined);
  for (const { sequence, at } of entries) {
    const place = round?.sequence === sequence ? round : undefined;
    if (sequence < (round?.sequence ?? 0)) continue;
    for (const [index, told] of (standing.get(sequence) ?? []).entries()) {
      if (index < (place?.index ?? 0)) continue;
      yield { item: { sequence, at, ...told }, place: { sequence, index: index + 1 } };
    }
    if (sequence !== commit?.sequence) continue;
    const from = place?.roster ?? { kind: 0, partition: 0 };
    for await (const { change, roster } of rosterItems(deps, { cursor, entries, from })) {
      const index = standing.get(sequence)?.length ?? 0;
      const behind = { sequence, index, roster };
      yield change === undefined ? { place: behind } : { place: behind, item: { sequence, at, ...change } };
    }
  }
}

type RosterItem =
  | { type: 'roster'; change: RosterChange['change']; id: string; entity: Entity }
  | { type: 'access'; change: RosterChange['change']; id: string };

/** Stops without a change where a page has read enough. */
async function* rosterItems(
  deps: ChangeFeedDeps,
  { cursor, entries, from }: { cursor: Cursor; entries: readonly LogEntry[]; from: RosterPlace },
): AsyncGenerator<{ change?: RosterItem; roster: RosterPlace }> {
  const { district, manifest } = cursor;
  let text = 0;
  const objects = {
    async get(key: string): Promise<string> {
      const found = await deps.objects.find(key);
      if (found === undefined) throw new StateGone();
      text += found.length;
      return found;
    },
  };
  const known = manifest === undefined ? undefined : manifestKey(district, manifest);
  const keys = [known, ...entries.flatMap((entry) => entry.manifest ?? [])];
  const steps = keys.filter((key, at) => at === 0 || key !== keys[at - 1]);
  const states: CommittedState[] = [];
  for (const key of steps) states.push(await CommittedState.open(objects, district, key));
  for await (const { kind, partition, changes } of rosterSteps(states, from)) {
    for (const { id, change } of changes) {
      const entity = toldKinds[kind];
      yield {
        change:
          entity === undefined || entity === 'person'
            ? { type: 'access', change, id }
            : { type: 'roster', change, id, entity },
        roster: { kind, partition, after: id },
      };
    }
    if (text > pageText) yield { roster: { kind, partition: partition + 1 } };
  }
}

/** What each entry tells that no later one tells anew, by its number. */
function standingLast(entries: readonly LogEntry[]): ReadonlyMap<number, Told[]> {
  const keyOf = ({ type, kind, id }: Told) => JSON.stringify([type, kind, id]);
  const first = new Map<string, Told['change']>();
  const last = new Map<string, Told>();
  for (const { told } of entries) {
    for (const one of told) {
      if (!first.has(keyOf(one))) first.set(keyOf(one), one.change);
      last.set(keyOf(one), one);
    }
  }
  return new Map(
    entries.map(({ sequence, told }) => [
      sequence,
      told
        .filter((one) => last.get(keyOf(one)) === one)
        .map((one) => ({ ...one, change: whole(first.get(keyOf(one)), one.change) })),
    ]),
  );
}

/** What becomes of something by all of its changes. What came and went is told too: it may have been read meanwhile. */
function whole(first: Told['change'] | undefined, last: Told['change']): Told['change'] {
  if (last === 'removed') return last;
  return first === 'created' ? 'created' : 'updated';
}
