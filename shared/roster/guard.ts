import { placeOf, type Tallies } from './cells.ts';
import { type Entity, entities } from './records.ts';
import type { RecentRemovals } from './state.ts';
import { type GuardBreach, type GuardLimits, type GuardReport, share } from './sync.ts';

export type Removing = {
  /** Active before the sync. */
  active: Tallies;
  /** What it would take away and nobody expects. */
  removals: Tallies;
  recent: RecentRemovals;
  /** When the sync began, ISO 8601. */
  at: string;
};

const hourMs = 3_600_000;
export const windows = [
  { window: 'run', ms: 0 },
  { window: '24h', ms: 24 * hourMs },
  { window: '7d', ms: 7 * 24 * hourMs },
] as const;

/** Of the breaches that a report lists; those of whole entities come first. */
const mostListed = 200;

/**
 * Whether removals may go on unasked: of a whole entity, of a school, of a role and of a role at a school, by this sync and with
 * those of the last 24 hours and 7 days. A breach needs both the number and strictly more than the share, so that a small school
 * may lose three people and a large one its usual leavers.
 */
export function guard(limits: GuardLimits, removing: Removing): GuardReport {
  const rows: GuardReport['entities'] = [];
  const breaches: GuardBreach[] = [];
  for (const entity of entities) {
    const active = removing.active[entity]?.['\t'] ?? 0;
    const removals = removing.removals[entity]?.['\t'] ?? 0;
    if (active === 0 && removals === 0) continue;
    const mine = breachesOf(limits, removing, entity);
    breaches.push(...mine);
    rows.push({ entity, active, removals, percent: share(removals, active), breached: mine.length > 0 });
  }
  breaches.sort((a, b) => rank(a) - rank(b));
  return { limits, breached: breaches.length > 0, entities: rows, breaches: breaches.slice(0, mostListed) };
}

function breachesOf(
  limits: GuardLimits,
  { active, removals, recent, at }: Removing,
  entity: Entity,
): GuardBreach[] {
  const breaches: GuardBreach[] = [];
  for (const [cell, count] of Object.entries(removals[entity] ?? {})) {
    for (const { window, ms } of windows) {
      const from = new Date(Date.parse(at) - ms).toISOString();
      const earlier = recent
        .filter((entry) => entry.at !== at && entry.at > from)
        .reduce((sum, { removed }) => sum + (removed[entity]?.[cell] ?? 0), 0);
      // Of what stood when the window began.
      const stood = (active[entity]?.[cell] ?? 0) + earlier;
      const lost = count + earlier;
      if (lost < limits.atLeast || 100 * lost <= limits.percent * stood) continue;
      breaches.push({
        entity,
        ...placeOf(cell),
        window,
        active: stood,
        removals: lost,
        percent: share(lost, stood),
      });
      break;
    }
  }
  return breaches;
}

const rank = ({ school, role }: GuardBreach): number =>
  (school === undefined ? 0 : 2) + (role === undefined ? 0 : 1);

/** What a breach holds: every removal, or where only schools are in breach, theirs. */
export type Hold = { all: boolean; schools: ReadonlySet<string> };

export const nothingHeld: Hold = { all: false, schools: new Set() };

export function holdOf({ breaches }: GuardReport): Hold {
  const schools = breaches.map(({ school }) => school);
  return {
    all: schools.includes(undefined) || breaches.length >= mostListed,
    schools: new Set(schools.filter((school) => school !== undefined)),
  };
}
