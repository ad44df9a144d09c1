import { createHash } from 'node:crypto';
import type { UserRole } from '../roster/records.ts';
import { type CatalogueSet, findRole, type Role } from './catalogue.ts';
import type { Assignment, OrgFacts, Period, Scope } from './facts.ts';
import type { MappingRule } from './mapping-rules.ts';
import { type MatchedPerson, matches } from './match.ts';
import { byText } from './order.ts';
import { isSchool } from './orgs.ts';

/** What decides about a district's mapped assignments beside the roster. */
export type Mapping = { district: string; rules: readonly MappingRule[]; catalogues: CatalogueSet };

/** `undefined` for an org that the roster doesn't have. */
export type OrgLookup = (orgId: string) => OrgFacts | undefined;

/**
 * What active rules make of a person's roster roles, sorted by id. One per rule, role and school, more only where the
 * roster gives the role for periods that don't touch. A privileged role comes out as a request, never as an assignment. Of the
 * roles that exclude each other at a school, the person keeps the first; the others come out as conflicts. `more`: other records of
 * the same person, each matched by what it says itself.
 */
export function assignmentsFor(
  { more = [], ...person }: MatchedPerson & { more?: readonly MatchedPerson[] },
  orgs: OrgLookup,
  mapping: Mapping,
): { assignments: Assignment[]; requests: Assignment[]; conflicts: Conflict[] } {
  const all: Given[] = [];
  for (const rule of mapping.rules) {
    const catalogue = mapping.catalogues.get(rule.give.system);
    const role = catalogue && findRole(catalogue, rule.give.role);
    if (!rule.active || !role) continue;
    const order = catalogue.oneOf?.indexOf(role.id) ?? -1;
    all.push(
      ...givenBy(rule, { role, orgs, mapping, records: [person, ...more], userId: person.userId }).map(
        (given) => ({ ...given, role, order }),
      ),
    );
  }
  const conflicts = conflictsAmong(all);
  const dropped = new Set(conflicts.map((conflict) => conflict.dropped));
  const kept = all.filter(({ assignment }) => !dropped.has(assignment));
  const of = (privileged: boolean) =>
    kept.filter(({ role }) => role.privileged === privileged).map(({ assignment }) => assignment);
  return { assignments: sorted(of(false)), requests: sorted(of(true)), conflicts };
}

/** A role that a rule would give, and that the person doesn't get beside the role kept. */
export type Conflict = { kept: Assignment; dropped: Assignment };

/** `orgIds`: where the roster's roles are held. `order`: among the roles that exclude each other, -1 where none do. */
type Given = { assignment: Assignment; orgIds: ReadonlySet<string>; role: Role; order: number };

/** Looks at the first roles first: what was dropped drops nothing itself. */
function conflictsAmong(all: readonly Given[]): Conflict[] {
  const conflicts: Conflict[] = [];
  const kept: Given[] = [];
  for (const one of all.filter(({ order }) => order >= 0).sort((a, b) => a.order - b.order)) {
    const higher = kept.find((other) => other.order < one.order && excludes(other, one));
    if (higher) conflicts.push({ kept: higher.assignment, dropped: one.assignment });
    else kept.push(one);
  }
  return conflicts;
}

/** Held at one org at one time, in one system. */
function excludes(a: Given, b: Given): boolean {
  return (
    a.assignment.system === b.assignment.system &&
    [...a.orgIds].some((id) => b.orgIds.has(id)) &&
    overlap(a.assignment, b.assignment)
  );
}

function overlap(a: Assignment, b: Assignment): boolean {
  const startsBefore = (one: Assignment, other: Assignment) =>
    one.from === undefined || other.until === undefined || one.from < other.until;
  return startsBefore(a, b) && startsBefore(b, a);
}

type Giving = {
  role: Role;
  orgs: OrgLookup;
  mapping: Mapping;
  records: readonly MatchedPerson[];
  userId: string;
};

function givenBy(
  rule: MappingRule,
  { role, orgs, mapping, records, userId }: Giving,
): Pick<Given, 'assignment' | 'orgIds'>[] {
  const periods = new Map<string, { scope: Scope; periods: Period[]; orgIds: Set<string> }>();
  for (const { person, held } of records.flatMap((one) =>
    one.roles.map((role) => ({ person: one, held: role })),
  )) {
    const org = orgs(held.orgId);
    if (org?.status !== 'active' || !rule.match.some((one) => matches(one, person, { held, org }))) continue;
    const scope = scopeOf(role, { orgId: held.orgId, org, district: mapping.district });
    if (!scope) continue;
    const key = scope.ids.join();
    const known = periods.get(key) ?? { scope, periods: [], orgIds: new Set() };
    known.periods.push(periodOf(held));
    known.orgIds.add(held.orgId);
    periods.set(key, known);
  }
  return [...periods.values()].flatMap(({ scope, periods: all, orgIds }) =>
    joined(all).map((period, i) => {
      const identity = [mapping.district, userId, role.id, scope, rule.id, rule.give.system];
      const assignment: Assignment = {
        id: assignmentId(i === 0 ? identity : [...identity, period.begin]),
        system: rule.give.system,
        role: role.id,
        scope,
        source: 'roster',
        ...(period.begin === undefined ? {} : { from: period.begin }),
        ...(period.end === undefined ? {} : { until: period.end }),
        rule: rule.id,
      };
      return { assignment, orgIds };
    }),
  );
}

/** Neither a class nor a customer can be told from a person's role at an org, so no rule gives a role for one. */
function scopeOf(role: Role, at: { orgId: string; org: OrgFacts; district: string }): Scope | undefined {
  switch (role.scope) {
    case 'district':
      return { type: 'district', ids: [at.district] };
    case 'school':
      return isSchool(at.org) ? { type: 'school', ids: [at.orgId] } : undefined;
    case 'account':
      return { type: 'account', ids: [at.orgId] };
    case 'class':
    case 'customer':
      return undefined;
    default:
      return role.scope satisfies never;
  }
}

function periodOf({ beginDate, endDate }: UserRole): Period {
  return {
    ...(beginDate === undefined ? {} : { begin: beginDate }),
    ...(endDate === undefined ? {} : { end: endDate }),
  };
}

/** Periods that overlap or touch become one; sorted, and without those that hold no day. */
function joined(periods: readonly Period[]): Period[] {
  const joint: Period[] = [];
  const inOrder = periods
    .filter(({ begin, end }) => begin === undefined || end === undefined || begin < end)
    .sort((a, b) => byText(a.begin ?? '', b.begin ?? ''));
  for (const period of inOrder) {
    const last = joint.at(-1);
    if (last === undefined || (last.end !== undefined && last.end < (period.begin ?? ''))) {
      joint.push({ ...period });
    } else if (period.end === undefined) {
      delete last.end;
    } else if (last.end !== undefined && last.end < period.end) {
      last.end = period.end;
    }
  }
  return joint;
}

/** The same on every run, so that a sync that changes nothing changes no assignment. 16 hex digits: ids of one person differ. */
function assignmentId(identity: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
}

function sorted(assignments: readonly Assignment[]): Assignment[] {
  return [...assignments].sort((a, b) => byText(a.id, b.id));
}
