import type { Membership, Person } from '../../access/facts.ts';
import { isOpen } from '../../access/periods.ts';
import type { User, UserRole } from '../../roster/records.ts';
import type { ReportScope } from '../generated-kinds.ts';

/** Somebody whom a report may tell of: the roster's record, and what checks know of them. */
export type ToldPerson = { user: User; person: Person };

/** What a report calls things, and how far it goes: only places inside are named. */
export type Surroundings = {
  scope: ReportScope;
  /** A school in whose folder the report lies, which then tells of nothing beyond it. */
  within?: string;
  orgs: ReadonlyMap<string, string>;
  classes: ReadonlyMap<string, string>;
  /** The calendar day in the district. */
  today: string;
};

/** A report's rows have a text for each column. */
export type Row = readonly string[];
export type Sheet<Told> = { columns: readonly string[]; rowsOf(told: Told, around: Surroundings): Row[] };

export function isStudent({ user, person }: ToldPerson): boolean {
  return person.roster?.student === true || user.roles.some(({ role }) => role === 'student');
}

/** What the person is where the report looks, today. */
export function rolesIn({ user }: ToldPerson, { scope, within, today }: Surroundings): UserRole[] {
  return user.roles.filter(
    ({ orgId, beginDate: begin, endDate: end }) =>
      isOpen({ begin, end }, today) &&
      (within === undefined || orgId === within) &&
      (scope.type === 'district' || scope.type === 'class' || scope.ids.includes(orgId)),
  );
}

/** Classes that the person is in today, of those where the report looks. */
export function membershipsIn({ person }: ToldPerson, around: Surroundings): Membership[] {
  const { scope, within, today } = around;
  return (person.roster?.memberships ?? []).filter(
    ({ classId, schoolId, begin, end }) =>
      isOpen({ begin, end }, today) &&
      (within === undefined || schoolId === within) &&
      (scope.type === 'district' || scope.ids.includes(scope.type === 'class' ? classId : schoolId)),
  );
}

/** Schools inside that the person belongs to or attends, by name, sorted. */
export function schoolsIn(told: ToldPerson, around: Surroundings): string[] {
  const ids = [
    ...rolesIn(told, around).map(({ orgId }) => orgId),
    ...membershipsIn(told, around).map(({ schoolId }) => schoolId),
  ];
  return named(ids, around.orgs);
}

/** Each once, by name or, where there is none, by id; sorted. */
export function named(ids: readonly string[], names: ReadonlyMap<string, string>): string[] {
  return [...new Set(ids)].map((id) => names.get(id) ?? id).sort();
}

/** Several values in one cell. */
export function joined(values: readonly string[]): string {
  return values.join('; ');
}
