import { madeUlid } from '../roster/made-ulid.ts';
import type { Place } from './exchange-keys.ts';
import { type Room, roomInWords } from './quota.ts';
import { refusalOf } from './refusals.ts';
import { keptDays, type Report, type ReportProblem } from './report.ts';

const mostBytes = 5 * 1024 ** 3;

/** An object below `in/`, as it stood there; `modified`: milliseconds since the epoch. */
export type Arrived = { key: string; size: number; etag: string; modified: number };

/** How an object came, as its metadata tells (decision 0033): by a username over SFTP, or as a report that was awaited. */
export type Brought =
  | { via: 'sftp'; username: string }
  | { via: 'https'; report: string }
  | { via: 'service' };

/** IAM cuts names of sessions there. */
const longestSession = 64;

/**
 * `principal`: as S3's event names whoever put the object there. A renamed object has the metadata of the one before, so where the
 * principal is a session of Transfer Family (`AWS:<role>:<user>.<session>@<server>`), its user counts.
 */
export function broughtBy(metadata: Readonly<Record<string, string>>, principal = ''): Brought {
  const { report, 'user-agent': agent, 'user-agent-id': who = '' } = metadata;
  const [, session = '', user] = /^AWS:[^:]+:((.*)\.[^.@]*@s-[0-9a-z]*)$/.exec(principal) ?? [];
  if (user !== undefined && session.length < longestSession) return { via: 'sftp', username: user };
  if (report !== undefined) return { via: 'https', report };
  if (agent !== 'AWSTransfer') return { via: 'service' };
  // Usernames may have an @ of their own; the server's name has none.
  return { via: 'sftp', username: who.slice(0, Math.max(who.lastIndexOf('@'), 0)) };
}

/** The same however often the object is told of; what overwrites it has another. */
export function idOfObject({ key, etag, modified }: Omit<Arrived, 'size'>): string {
  return madeUlid(modified, [key, etag]);
}

type Of = { place: Place; object: Arrived; by: string; via: Report['via'] };

/** A report that nobody had announced. */
export function receivedReport({ place: { account, folder, fileName }, object, by, via }: Of): Report {
  const report: Report = {
    ...{ id: idOfObject(object), account, folder, fileName, kind: 'unknown', state: 'received' },
    ...{ size: object.size, by, via, revision: 1 },
    ...timesOf(object.modified),
  };
  return tooLarge(object) ? refusedFor(report, refusalOf('too-large')) : report;
}

/** S3 copies no larger object, and nobody looks at one. */
export function tooLarge({ size }: Pick<Arrived, 'size'>): boolean {
  return size > mostBytes;
}

/** It is there by now, so it is kept and counts; nobody looks at it. */
export function overQuota(report: Report, room: Room): Report {
  return refusedFor(report, refusalOf('quota-exceeded', roomInWords(room)));
}

function refusedFor(report: Report, problem: ReportProblem): Report {
  return { ...report, state: 'refused', problems: [problem], problemCount: 1 };
}

/** What an awaited report becomes with its object; refused at once where it is not what was announced. */
export function awaitedReport({ multipartId: _, ...before }: Report, object: Arrived): Report {
  const after: Report = {
    ...before,
    ...{ state: 'received', size: object.size, object: idOfObject(object) },
    // S3 leaves out the part of a second, and nothing comes before it was announced.
    ...timesOf(Math.max(object.modified, Date.parse(before.at) + 1)),
  };
  if (tooLarge(object)) return refusedFor(after, refusalOf('too-large'));
  return before.size === object.size ? after : refusedFor(after, otherSize(before.size, object.size));
}

/** @param at milliseconds since the epoch */
function timesOf(at: number): Pick<Report, 'at' | 'until'> {
  return { at: isoOf(at), until: isoOf(at + keptDays * dayMs) };
}

function otherSize(announced: number | undefined, size: number): ReportProblem {
  return {
    code: 'size-differs',
    message: `${announced} bytes were announced, and ${size} came.`,
    hint: 'Upload the file again, once nothing writes to it any more.',
  };
}

const dayMs = 24 * 3_600_000;

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
