import type { PersonFacts } from '../access/facts.ts';
import type { RoleEffect } from './plan.ts';
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
    for (const key of namesOf(facts)) this.#holding(key).after++;
  }

  moves(effects: readonly RoleEffect[], before: PersonFacts | undefined, after?: PersonFacts): void {
    for (const { system, gained, lost, requested = [] } of effects) {
      for (const role of rolesOf(gained)) this.#total(system, role).gained++;
      for (const role of rolesOf(lost)) this.#total(system, role).lost++;
      for (const role of rolesOf(requested)) this.#total(system, role).requested++;
    }
    const [old, now] = [namesOf(before), namesOf(after)];
    for (const key of now) if (!old.has(key)) this.#holding(key).come++;
    for (const key of old) {
      if (now.has(key)) continue;
      const holding = this.#holding(key);
      holding.gone++;
      // Whoever goes is counted as a removal.
      if (after?.status === 'active') holding.taken++;
    }
  }

  totals(): RoleTotal[] {
    return [...this.#totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
  }

  /** Whether the plan takes a role from more people who stay than the limits let go unasked; percent of those who had it. */
  guard({ atLeast, percent: most }: GuardLimits): RolesReport {
    const report: RolesReport = { active: 0, lost: 0, percent: 0, breached: false, breaches: [] };
    for (const [key, { after, come, gone, taken }] of [...this.#holdings].sort(([a], [b]) =>
      a < b ? -1 : 1,
    )) {
      const active = after - come + gone;
      report.active += active;
      report.lost += taken;
      if (taken < atLeast || 100 * taken <= most * active) continue;
      const [system = '', role = ''] = key.split('\t');
      report.breaches.push({ system, role, active, lost: taken, percent: share(taken, active) });
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

/** `system TAB role`, wherever the person has it. */
function namesOf(facts: PersonFacts | undefined): Set<string> {
  return new Set((facts?.assignments ?? []).map(keyOf));
}
