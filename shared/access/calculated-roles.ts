import type { Calculation, Catalogue } from './catalogue.ts';
import type { Assignment, Attribute, DistrictFacts, Person, ProfileKind, RecordFacts } from './facts.ts';

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
  const roles = recordsBehind(catalogue, person, district.schoolYear).keys();
  return [...roles].map((role) => ({
    id: `calculated:${role}`,
    system: catalogue.system,
    role,
    scope: { type: 'district', ids: [district.id] },
    source: 'calculated',
  }));
}

/** A record that a calculated role follows from. */
export type RecordRef = { kind: ProfileKind | 'applicant'; id: string };

/** The calculated roles that a person has today, each with the records that give it, those of the login's profile first. */
export function recordsBehind(
  catalogue: Catalogue,
  person: Recorded,
  year: string | undefined,
): Map<string, RecordRef[]> {
  const all = new Map<string, RecordRef[]>();
  for (const tied of [person, ...(person.others ?? [])]) {
    for (const [role, records] of rolesOf(catalogue, tied, year)) {
      all.set(role, [...(all.get(role) ?? []), ...records]);
    }
  }
  return all;
}

function rolesOf(catalogue: Catalogue, login: Tied, year: string | undefined): [string, RecordRef[]][] {
  const records = tiedRecords(login);
  if (records === undefined) return [];
  const profile = login.login?.profile;
  const own: RecordRef[] = profile === undefined ? [] : [profile];
  const roles = catalogue.roles.flatMap(({ id, calculated }): [string, RecordRef[]][] => {
    const given = calculated === undefined ? undefined : givenBy(calculated, records, year);
    return given === undefined ? [] : [[id, [...own, ...given]]];
  });
  const prefix = catalogue.attributeRoles?.prefix;
  if (prefix === undefined) return roles;
  const attributes = attributesOf(login).map(({ name }): [string, RecordRef[]] => [`${prefix}${name}`, own]);
  return [...roles, ...new Map(attributes)];
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

/** The records besides the profile's own that give the role; `undefined` where none does. */
function givenBy(
  calculation: Calculation,
  { student, household, evaluates = [] }: RecordFacts,
  year: string | undefined,
): RecordRef[] | undefined {
  switch (calculation.kind) {
    case 'student':
      return hasStatus(student, calculation.status, year) ? [] : undefined;
    case 'household-student':
      return refs(
        'student',
        (household?.students ?? []).filter(
          (one) => one.relationship === calculation.relationship && hasStatus(one, calculation.status, year),
        ),
      );
    case 'household-applicant':
      return refs(
        'applicant',
        (household?.applicants ?? []).filter(
          (one) => one.relationship === calculation.relationship && one.status !== calculation.statusNot,
        ),
      );
    case 'evaluator':
      return refs(
        'applicant',
        evaluates.map((id) => ({ id })),
      );
    default:
      return calculation satisfies never;
  }
}

function refs(kind: RecordRef['kind'], records: readonly { id: string }[]): RecordRef[] | undefined {
  return records.length === 0 ? undefined : records.map(({ id }) => ({ kind, id }));
}

function hasStatus(
  student: { status: Record<string, string> } | undefined,
  status: string,
  year: string | undefined,
): boolean {
  if (student === undefined || year === undefined) return false;
  return Object.hasOwn(student.status, year) && student.status[year] === status;
}
