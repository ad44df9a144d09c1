import type { Calculation, Catalogue } from './catalogue.ts';
import type { Assignment, Attribute, DistrictFacts, Person, RecordFacts } from './facts.ts';

/** What calculated roles follow from: nothing that a person assigns. */
export type Recorded = Pick<Person, 'id' | 'login' | 'records' | 'others'>;
type Tied = Pick<Person, 'login' | 'records'>;

/**
 * The roles of the catalogue that a login's records give today, in the catalogue's order, then one per attribute. They follow
 * the records at once, so that none is ever stored. Source: 003:15-19.
 */
export function calculatedRoles(
  catalogue: Catalogue,
  person: Recorded,
  district: Pick<DistrictFacts, 'id' | 'schoolYear'>,
): Assignment[] {
  const all = [person, ...(person.others ?? [])].flatMap((tied) =>
    rolesOf(catalogue, tied, district.schoolYear),
  );
  return [...new Set(all)].map((role) => ({
    id: `calculated:${role}`,
    system: catalogue.system,
    role,
    scope: { type: 'district', ids: [district.id] },
    source: 'calculated',
  }));
}

function rolesOf(catalogue: Catalogue, login: Tied, year: string | undefined): string[] {
  const records = tiedRecords(login);
  if (records === undefined) return [];
  const roles = catalogue.roles.flatMap(({ id, calculated }) =>
    calculated !== undefined && holds(calculated, records, year) ? [id] : [],
  );
  const prefix = catalogue.attributeRoles?.prefix;
  return prefix === undefined
    ? roles
    : [...roles, ...attributesOf(login).map(({ name }) => `${prefix}${name}`)];
}

/** Attributes count on a student, household or donor record. */
export function attributesOf({ login, records }: Tied): Attribute[] {
  const kind = login?.profile?.kind;
  return kind === undefined || kind === 'staff' ? [] : (records?.attributes ?? []);
}

/** Only records of the kind that the profile ties the login to. */
function tiedRecords({ login, records }: Tied): RecordFacts | undefined {
  if (records === undefined || login === undefined) return undefined;
  const { student, household, ...others } = records;
  const kind = login.profile?.kind;
  return {
    ...others,
    ...(kind === 'student' && student ? { student } : {}),
    ...(kind === 'household' && household ? { household } : {}),
  };
}

function holds(calculation: Calculation, records: RecordFacts, year: string | undefined): boolean {
  switch (calculation.kind) {
    case 'student':
      return hasStatus(records.student, calculation.status, year);
    case 'household-student':
      return (records.household?.students ?? []).some(
        (one) => one.relationship === calculation.relationship && hasStatus(one, calculation.status, year),
      );
    case 'household-applicant':
      return (records.household?.applicants ?? []).some(
        (one) => one.relationship === calculation.relationship && one.status !== calculation.statusNot,
      );
    case 'evaluator':
      return (records.evaluates ?? []).length > 0;
    default:
      return calculation satisfies never;
  }
}

function hasStatus(
  student: { status: Record<string, string> } | undefined,
  status: string,
  year: string | undefined,
): boolean {
  if (student === undefined || year === undefined) return false;
  return Object.hasOwn(student.status, year) && student.status[year] === status;
}
