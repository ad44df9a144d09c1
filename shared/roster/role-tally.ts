import type { PersonFacts } from '../access/facts.ts';
import { windows } from './guard.ts';
import type { RoleEffect } from './plan.ts';
import type { RecentRemovals } from './state.ts';
import { type GuardLimits, type RolesReport, type RoleTotal, share } from './sync.ts';

/** Persons who have a role wherever: after the plan, newly, and no more, of whom `taken` are still there themselves. */
type Holding = { after: number; come: number; gone: number; taken: number };

/** Counts what a plan does to roles while the persons go by, each once. */
export class RoleTally {
  readonly #totals = new Map<string, RoleTotal>();
  readonly #holdings = new Map<string, Holding>();

  /** Goes on counting from the totals of a part that was applied before. */
  constructor(before: readonly RoleTotal[] = []) {
    for (const total of before) this.#totals.set(keyOf(total), { ...total });
  }

  holds(facts: PersonFacts): void {
    for (const key of groupsOf(facts)) this.#holding(key).after++;
  }

  moves(effects: readonly RoleEffect[], before: PersonFacts | undefined, after?: PersonFacts): void {
    for (const { system, gained, lost, requested = [] } of effects) {
      for (const role of rolesOf(gained)) this.#total(system, role).gained++;
      for (const role of rolesOf(lost)) this.#total(system, role).lost++;
      for (const role of rolesOf(requested)) this.#total(system, role).requested++;
    }
    const [old, now] = [groupsOf(before), groupsOf(after)];
    for (const key of now) if (!old.has(key)) this.#holding(key).come++;
    for (const key of old) {
      if (!now.has(key)) this.#holding(key).gone++;
      // Who has the role again at another school has not lost it; whoever goes is counted as a removal.
      if (!now.has(anywhere(key)) && after?.status === 'active') this.#holding(key).taken++;
    }
  }

  totals(): RoleTotal[] {
    return [...this.#totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
  }

  /** From how many people who stay a role is taken, by group. */
  taken(): Map<string, number> {
    return new Map(
      [...this.#holdings].filter(([, { taken }]) => taken > 0).map(([key, { taken }]) => [key, taken]),
    );
  }

  /**
   * Whether a role is taken from more people who stay than the limits let go unasked, in the district or at a school, by this plan or
   * together with earlier ones; percent of those who had it.
   */
  guard(limits: GuardLimits, earlier: { recent: RecentRemovals; at: string }): RolesReport {
    const report: RolesReport = { active: 0, lost: 0, percent: 0, breached: false, breaches: [] };
    for (const [key, holding] of [...this.#holdings].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const active = holding.after - holding.come + holding.gone;
      if (key === anywhere(key)) {
        report.active += active;
        report.lost += holding.taken;
      }
      const breach = breachOf(key, { active, taken: holding.taken }, { limits, ...earlier });
      if (breach) report.breaches.push(breach);
    }
    report.breached = report.breaches.length > 0;
    report.percent = share(report.lost, report.active);
    return report;
  }

  #holding(key: string): Holding {
    const holding = this.#holdings.get(key) ?? { after: 0, come: 0, gone: 0, taken: 0 };
    this.#holdings.set(key, holding);
    return holding;
  }

  #total(system: string, role: string): RoleTotal {
    const key = keyOf({ system, role });
    const total = this.#totals.get(key) ?? { system, role, gained: 0, lost: 0, requested: 0 };
    this.#totals.set(key, total);
    return total;
  }
}

function keyOf({ system, role }: { system: string; role: string }): string {
  return `${system}\t${role}`;
}

/** Of `role@scope-type:id`, each role once. */
function rolesOf(named: readonly string[]): Set<string> {
  return new Set(named.map((one) => one.slice(0, one.indexOf('@'))));
}

/** `system TAB role TAB school`, the school empty for any: every group that the person is in. */
function groupsOf(facts: PersonFacts | undefined): Set<string> {
  const groups = new Set<string>();
  for (const { system, role, scope } of facts?.assignments ?? []) {
    groups.add(`${system}\t${role}\t`);
    if (scope.type === 'school') for (const id of scope.ids) groups.add(`${system}\t${role}\t${id}`);
  }
  return groups;
}

const anywhere = (group: string): string => group.slice(0, group.lastIndexOf('\t') + 1);

function breachOf(
  key: string,
  { active, taken }: { active: number; taken: number },
  { limits, recent, at }: { limits: GuardLimits; recent: RecentRemovals; at: string },
): RolesReport['breaches'][number] | undefined {
  if (taken === 0) return undefined;
  for (const { window, ms } of windows) {
    const from = new Date(Date.parse(at) - ms).toISOString();
    const earlier = recent
      .filter((entry) => entry.at !== at && entry.at > from)
      .reduce((sum, { roles = {} }) => sum + (roles[key] ?? 0), 0);
    const [stood, lost] = [active + earlier, taken + earlier];
    if (lost < limits.atLeast || 100 * lost <= limits.percent * stood) continue;
    const [system = '', role = '', school = ''] = key.split('\t');
    const place = school === '' ? {} : { school };
    return { system, role, ...place, window, active: stood, lost, percent: share(lost, stood) };
  }
  return undefined;
}
