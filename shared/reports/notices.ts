import * as z from 'zod';
import { nextTime, wallClock } from '../roster/next-time.ts';
import type { ServiceEvent } from './service-event.ts';

/** What people hear of by mail. An upload that nobody can use is another notice than one that all went well with. */
export const noticeKinds = [
  'report.uploaded',
  'report.refused',
  'report.ready',
  'report.failed',
  'report.downloaded',
  'report.unheard',
  'sync.applied',
  'sync.held',
  'sync.failed',
  'webhook.disabled',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** What of an upload is said by its event's fact `outcome`. */
export function noticeOf({ kind, facts }: ServiceEvent): NoticeKind | undefined {
  switch (kind) {
    case 'report.uploaded':
      return facts.outcome === 'accepted' || facts.outcome === 'checked' ? kind : 'report.refused';
    case 'roster.changed':
    case 'assignments.changed':
      return undefined;
    default:
      return kind;
  }
}

/** Whoever may do this hears of it, and nobody else (role-systems §1; contract §7). */
export type Audience = { action: string; resource: { type: string; id: string } };

export function audienceOf(event: ServiceEvent): Audience | undefined {
  const kind = noticeOf(event);
  if (kind === undefined) return undefined;
  if (kind === 'report.unheard' || kind === 'webhook.disabled' || kind.startsWith('sync.')) {
    // A permission that district data administrators alone have (001:199).
    const resource = { type: 'district', id: event.district };
    return { action: 'hmh:roster.automated_import', resource };
  }
  if (event.account === undefined) return undefined;
  return { action: 'nsc:notification.receive', resource: { type: 'account', id: event.account } };
}

export const ways = ['immediate', 'digest', 'off'] as const;
export type Way = (typeof ways)[number];

/** Without somebody who hears of these, something stays undone. */
const needed: ReadonlySet<NoticeKind> = new Set([
  'report.refused',
  'report.failed',
  'report.unheard',
  'sync.held',
  'sync.failed',
  'webhook.disabled',
]);

export function isOptional(kind: NoticeKind): boolean {
  return !needed.has(kind);
}

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM, from 00:00 to 23:59');

/** Times are those of the district's clocks. */
export const Preferences = z.object({
  /** What is not named goes by its default. */
  events: z.partialRecord(z.enum(noticeKinds), z.enum(ways)).default({}),
  /** Nothing is mailed from the one until the other; it comes after that. */
  quietHours: z.strictObject({ from: Clock, until: Clock }).optional(),
  digestAt: Clock.default('07:00'),
});
export type Preferences = z.infer<typeof Preferences>;
export const noPreferences: Preferences = Preferences.parse({});

export function wayOf({ events }: Preferences, kind: NoticeKind): Way {
  const way = events[kind] ?? (kind === 'report.downloaded' ? 'digest' : 'immediate');
  // What is needed cannot be turned off, however it came to be written so.
  return way === 'off' && !isOptional(kind) ? 'immediate' : way;
}

/** When somebody is told; `later` in milliseconds since the epoch. */
export type Time = { when: 'now' } | { when: 'never' } | { when: 'later'; at: number };

export function timeFor(
  preferences: Preferences,
  kind: NoticeKind,
  { timeZone, now }: { timeZone: string; now: number },
): Time {
  const way = wayOf(preferences, kind);
  if (way === 'off') return { when: 'never' };
  const after = way === 'digest' ? nextTime({ times: [preferences.digestAt] }, timeZone, now) : now;
  const at = quietUntil(preferences, timeZone, after) ?? after;
  return at === now ? { when: 'now' } : { when: 'later', at };
}

/** When the quiet hours end that an instant lies in. */
function quietUntil({ quietHours }: Preferences, timeZone: string, at: number): number | undefined {
  if (quietHours === undefined) return undefined;
  const { from, until } = quietHours;
  const clock = new Date(wallClock(timeZone, at)).toISOString().slice(11, 16);
  const isQuiet = from <= until ? from <= clock && clock < until : clock >= from || clock < until;
  return isQuiet ? nextTime({ times: [until] }, timeZone, at) : undefined;
}
