import type { PersonFacts } from '../access/facts.ts';
import type { RoleEffect } from './plan.ts';
import { rolesIn } from './role-changes.ts';
import type { GuardLimits, GuardReport, RoleTotal } from './sync.ts';

/** Counts what a plan does to roles while the persons go by, each once. */
export class RoleTally {
  readonly #totals = new Map<string, RoleTotal>();
  /** Roles that people hold after the plan, one for each scope id, and those of the plan that come and go. */
  #held = 0;
  #gained = 0;
  #lost = 0;
  /** Of people who stay, and not had again at another place. */
  #takenAway = 0;

  /** Goes on counting from the totals of a part that was applied before. */
  constructor(before: readonly RoleTotal[] = []) {
    for (const total of before) this.#totals.set(keyOf(total), { ...total });
  }

  holds({ assignments }: PersonFacts): void {
    this.#held += rolesIn(assignments).size;
  }

  /** `stays`: whether the person is active after the plan. */
  moves(effects: readonly RoleEffect[], stays: boolean): void {
    for (const { system, gained, lost, requested = [] } of effects) {
      this.#gained += gained.length;
      this.#lost += lost.length;
      const again = rolesOf(gained);
      if (stays) this.#takenAway += lost.filter((named) => !again.has(roleOf(named))).length;
      for (const role of rolesOf(gained)) this.#total(system, role).gained++;
      for (const role of rolesOf(lost)) this.#total(system, role).lost++;
      for (const role of rolesOf(requested)) this.#total(system, role).requested++;
    }
  }

  totals(): RoleTotal[] {
    return [...this.#totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
  }

  /** Whether the plan takes more roles away than the limits let go unasked; percent of those held before it. */
  guard({ atLeast, percent: most }: GuardLimits): NonNullable<GuardReport['roles']> {
    const active = this.#held - this.#gained + this.#lost;
    const lost = this.#takenAway;
    const percent = active === 0 ? 0 : (100 * lost) / active;
    const breached = lost >= atLeast && percent > most;
    return { active, lost, percent: Math.round(percent * 100) / 100, breached };
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
  return new Set(named.map(roleOf));
}

const roleOf = (named: string): string => named.slice(0, named.indexOf('@'));
