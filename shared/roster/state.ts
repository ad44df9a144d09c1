import { createHash } from 'node:crypto';
import type { Tallies } from './cells.ts';
import type { Entity, RecordStatus } from './records.ts';

/**
 * The state of a district after a commit, as it stands in S3: one manifest that names one object per entity and
 * partition, each named by the hash of its content. A partition's text has one line per record,
 * `status TAB id TAB json`, sorted by id, the status with marks behind it where it has any (`suspended changed=… since=…`); a feed's normal form has the same lines in the order of the feed.
 */
export type DerivedKind = 'person' | 'class' | 'org';
/**
 * `conflict`: roles that rules would have given beside others, by person; told with every plan, and so is `shared`: users who have one e-mail
 * or username. Of one partition: `beneath`, what the feed says itself of records with overrides; `alias`, ids of feeds that stand for others of
 * the roster; `match`, records of different feeds that look like one person. `purged`: keys whose items still hold what stood there before a
 * purge; the next plan erases it.
 */
export type StateKind =
  | Entity
  | DerivedKind
  | 'conflict'
  | 'shared'
  | 'beneath'
  | 'purged'
  | 'alias'
  | 'match';

export type PartitionState = {
  /** Object key; absent for an empty partition. */
  key?: string;
  /** Lines that are active. */
  active: number;
  /** Digest of the normal form that this partition came from; absent where something was held back. */
  feed?: string;
};

export type Manifest = {
  district: string;
  /** Changes of the code or rules that derive access facts; another value derives all of them anew. */
  derivation: string;
  /** Version of the edits of people that the roster was made with. */
  edits?: string;
  kinds: Partial<Record<StateKind, PartitionState[]>>;
  /** Active records by group. */
  active?: Tallies;
  recent?: RecentRemovals;
  /** The last good run of the district's first feed, and those of its others by name; plans without a feed carry them on. */
  fed?: Fed;
  others?: Record<string, Fed>;
};

/**
 * What syncs took away without asking in the last days, less what came back; by the start of the sync, ISO 8601. `roles`: from people who
 * stayed, by `system TAB role TAB school`, the school empty for any.
 */
export type RecentRemovals = { at: string; removed: Tallies; roles?: Record<string, number> }[];

/** What the last good feed looked like: the next one is judged by it before anything is compared. */
export type Fed = {
  /** Orgs of other feeds that this one speaks of too. */
  sharedOrgs?: string[];
  /** By file name; of the last feed that had the file in full. */
  files: Record<string, FedFile>;
  /** This feed sends changes at times, so that it may have nothing to report. */
  sendsChanges?: true;
  /** The newest of its active academic sessions, `YYYY`. */
  schoolYear?: string;
};

/** `columns`: those of the format, in its order. */
export type FedFile = { columns: string[]; otherColumns: string[]; rows: number };

export type StateLine = { status: RecordStatus; id: string; json: string } & Marks;

/** When a record changed, and how it goes. */
export type Marks = {
  /** Start of the sync that last changed what is seen of the record, ISO 8601; absent on lines of states from before this mark. */
  changed?: string;
  /** When it was suspended or marked: the start of that sync, ISO 8601. */
  since?: string;
  /** Good runs in a row that missed it; it is active yet. */
  missing?: number;
  /** Day on which the new school year's feed had no place for it: staff keep it for some days more. */
  ended?: string;
  /** The feed that brings it, where that is not the district's first. */
  feed?: string;
  /** Of the newest row of changes that was taken: when the source changed the record, ISO 8601. An older row is not. */
  modified?: string;
};

export function writeLine(line: StateLine): string {
  const { status, id, json, changed, since, missing, ended, feed, modified } = line;
  const of = changed === undefined ? '' : ` changed=${changed}`;
  const at = since === undefined ? '' : ` since=${since}`;
  const runs = missing === undefined ? '' : ` missing=${missing}`;
  const day = ended === undefined ? '' : ` ended=${ended}`;
  const from = feed === undefined ? '' : ` feed=${feed}`;
  const source = modified === undefined ? '' : ` modified=${modified}`;
  return `${status}${of}${at}${runs}${day}${from}${source}\t${id}\t${json}\n`;
}

const activeSince = 'active changed=';

function readStatus(text: string): Pick<StateLine, 'status'> & Marks {
  // Of most lines, so that they are read without more ado.
  if (text.startsWith(activeSince) && text.indexOf(' ', activeSince.length) < 0) {
    return { status: 'active', changed: text.slice(activeSince.length) };
  }
  const [status, ...marks] = text.split(' ');
  const { changed, since, missing, ended, feed, modified } = Object.fromEntries(
    marks.map((mark) => mark.split('=')),
  );
  return {
    // Written by writeLine only.
    status: status as RecordStatus,
    ...(changed === undefined ? {} : { changed }),
    ...(since === undefined ? {} : { since }),
    ...(missing === undefined ? {} : { missing: Number(missing) }),
    ...(ended === undefined ? {} : { ended }),
    ...(feed === undefined ? {} : { feed }),
    ...(modified === undefined ? {} : { modified }),
  };
}

/** Ids and JSON hold no tab or line end: adapters refuse control characters, JSON escapes them. */
export function* readLines(text: string): Generator<StateLine> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf('\n', from);
    const first = text.indexOf('\t', from);
    const second = text.indexOf('\t', first + 1);
    const status = text.slice(from, first);
    const id = text.slice(first + 1, second);
    const json = text.slice(second + 1, end);
    yield status === 'active' ? { status, id, json } : { ...readStatus(status), id, json };
    from = end + 1;
  }
}

/** 32-bit FNV-1a over UTF-16 units, mixed; stable for ever, since stored partitions depend on it. */
function hash32(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** `count` is a power of two, so that a partition of a coarser state holds all ids of its finer ones. */
export function partitionOf(id: string, count: number): number {
  return hash32(id) & (count - 1);
}

/** Of the feed's own text; what a planner holds at once grows with it (docs/benchmarks.md). */
export const partitionBytes = 4 * 1024 * 1024;
const maxPartitions = 1024;

/** How many partitions keep each within about `partitionBytes`; never fewer than the state already has. */
export function partitionCount(bytes: number, before: number): number {
  let count = Math.max(1, before);
  while (count * partitionBytes < bytes && count < maxPartitions) count *= 2;
  return count;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function stateKey(district: string, kind: StateKind, digest: string): string {
  return `state/${district}/${kind}/${digest}.ndjson`;
}

export function manifestKey(district: string, digest: string): string {
  return `state/${district}/manifest/${digest}.json`;
}

/** The other way round of `manifestKey`. */
export function manifestDigest(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
}
