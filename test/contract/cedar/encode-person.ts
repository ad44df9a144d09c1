import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Catalogue } from '../../../shared/access/catalogue.ts';
import type { Assignment, DistrictFacts, Membership, Person } from '../../../shared/access/facts.ts';

/**
 * People and assignments as Cedar entities, on one day. Written from role-systems §0 and docs/cedar.md alone: it shares no code
 * with the interpreter, so that an agreement of the two engines says something.
 */
export type Day = { catalogue: Catalogue; district: DistrictFacts; today: string };

export type Uid = { __entity: { type: string; id: string } };

export type Value = EntityJson['attrs'][string];

export function uid({ catalogue }: Pick<Day, 'catalogue'>, type: string, id: string): Uid {
  const { system } = catalogue;
  return { __entity: { type: `${system.slice(0, 1).toUpperCase()}${system.slice(1)}::${type}`, id } };
}

export function uids(day: Day, type: string, ids: readonly string[]): Uid[] {
  return [...new Set(ids)].map((id) => uid(day, type, id));
}

export function datetime(day: string): Value {
  return { __extn: { fn: 'datetime', arg: day } };
}

/** `[begin, end)`. */
function covers(today: string, begin: string | undefined, end: string | undefined): boolean {
  if (begin !== undefined && today < begin) return false;
  return end === undefined || today < end;
}

function present(person: Person, { today }: Day): Membership[] {
  return person.roster?.memberships.filter(({ begin, end }) => covers(today, begin, end)) ?? [];
}

function attended(person: Person, day: Day): Membership[] {
  return present(person, day).filter(({ role }) => role === 'student');
}

function ownOrgs({ roster }: Person, { today }: Day): string[] {
  const dated = roster?.datedOrgs?.filter(({ begin, end }) => covers(today, begin, end)) ?? [];
  return [...(roster?.orgIds ?? []), ...dated.map(({ orgId }) => orgId)];
}

/** Given by hand or by the roster, whether or not it has an effect. */
export function assignmentsOf(person: Person, { catalogue }: Day): Assignment[] {
  return [...person.manual, ...(person.roster?.assignments ?? [])].filter(
    ({ system }) => system === catalogue.system,
  );
}

export function inForce(person: Person, day: Day): Assignment[] {
  return assignmentsOf(person, day).filter(({ from, until }) => covers(day.today, from, until));
}

/** Of those in force, the ones that have an effect. */
export function effective(person: Person, day: Day): Assignment[] {
  return inForce(person, day).filter(({ role: id, scope }) => {
    const role = day.catalogue.roles.find((one) => one.id === id);
    if (role === undefined || role.calculated !== undefined) return false;
    const types: string[] = [role.scope, ...(role.alsoFor ?? [])];
    return types.includes(scope.type) && (role.needsWebId !== true || person.webId !== undefined);
  });
}

export const scopeEntities = {
  customer: 'Customer',
  district: 'District',
  account: 'Org',
  school: 'Org',
  class: 'Class',
} as const;

/** Where a staff account lies: where its assignments are, or else where the roster has it. */
export function placesOfUser(person: Person, day: Day): Uid[] {
  const byAssignment = inForce(person, day).flatMap(({ scope }) =>
    uids(day, scopeEntities[scope.type], scope.ids),
  );
  const district = uid(day, 'District', day.district.id);
  const isPlaced = byAssignment.some(({ __entity }) => !__entity.type.endsWith('::Class'));
  if (day.catalogue.usersLieByAssignment === true && isPlaced) return [...byAssignment, district];
  return [
    ...byAssignment,
    ...uids(
      day,
      'Class',
      attended(person, day).map(({ classId }) => classId),
    ),
    ...uids(day, 'Org', [...present(person, day).map(({ schoolId }) => schoolId), ...ownOrgs(person, day)]),
    district,
  ];
}

export function schoolsOfStudent(person: Person, day: Day): string[] {
  return [...new Set([...attended(person, day).map(({ schoolId }) => schoolId), ...ownOrgs(person, day)])];
}

function roster(person: Person): Record<string, Value> {
  if (person.roster === undefined) return {};
  return { roster: { status: person.roster.status, enabled: person.roster.enabled } };
}

/** `02` and `2` are one level. */
export function level(text: string): string {
  return /^0+\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text;
}

export function studentEntity(person: Person, day: Day): EntityJson {
  const pairs = (accounts: readonly string[], name: string, values: readonly string[]) =>
    [...new Set(accounts)].flatMap((account) =>
      values.map((value) => ({ account: uid(day, 'Org', account), [name]: value })),
    );
  const enrolled = attended(person, day);
  const schools = schoolsOfStudent(person, day);
  return {
    uid: uid(day, 'Student', person.id),
    attrs: {
      ...roster(person),
      levels: pairs(
        enrolled.map(({ schoolId }) => schoolId),
        'level',
        (person.roster?.grades ?? []).map(level),
      ),
      tags: pairs(schools, 'tag', person.tags ?? []),
    },
    parents: [
      ...uids(
        day,
        'Class',
        enrolled.map(({ classId }) => classId),
      ),
      ...uids(day, 'Org', schools),
      uid(day, 'District', day.district.id),
    ],
  };
}

export function teaches(person: Person, day: Day): Membership[] {
  return present(person, day).filter(({ role }) => role === 'teacher');
}

/** The user, and the household that their records name. */
export function userEntities(person: Person, day: Day): EntityJson[] {
  const held = effective(person, day);
  const { login, records } = person;
  const household = records?.household && uid(day, 'Household', person.id);
  const user: EntityJson = {
    uid: uid(day, 'User', person.id),
    attrs: {
      district: uid(day, 'District', day.district.id),
      ...roster(person),
      ...(person.webId === undefined ? {} : { webId: person.webId }),
      holds: [...new Set(held.map(({ role }) => role))],
      scopes: [...new Set(held.map(({ scope }) => scope.type))],
      teaches: uids(
        day,
        'Class',
        teaches(person, day).map(({ classId }) => classId),
      ),
      invited: person.invited ?? [],
      ...(login === undefined ? {} : { login: loginRecord(login, day) }),
      ...(records === undefined ? {} : { records: recordsRecord(records, household, day) }),
    },
    parents: placesOfUser(person, day),
  };
  return household === undefined ? [user] : [user, householdEntity(records?.household, household, day)];
}

function loginRecord(login: NonNullable<Person['login']>, day: Day): Value {
  return {
    approved: login.approved,
    locked: login.locked,
    ...(login.profile === undefined ? {} : { profile: login.profile.kind }),
    mail: login.mail ?? [],
    ledgers: uids(day, 'Ledger', login.ledgers),
    schools: uids(day, 'SchoolDivision', login.schools),
    orgs: uids(day, 'Org', login.schools),
  };
}

type Records = NonNullable<Person['records']>;

function recordsRecord(records: Records, household: Uid | undefined, day: Day): Value {
  const { student, evaluates = [], attributes = [] } = records;
  return {
    ...(student === undefined
      ? {}
      : {
          student: {
            record: uid(day, 'Student', student.id),
            statuses: Object.entries(student.status).map(([year, status]) => ({ year, status })),
          },
        }),
    ...(household === undefined ? {} : { household }),
    evaluates: uids(day, 'Applicant', evaluates),
    attributes: attributes.map(({ name }) => name),
    attributesOfYear: attributes.flatMap(({ name, year }) => (year === undefined ? [] : [{ name, year }])),
  };
}

function householdEntity(household: Records['household'], self: Uid, day: Day): EntityJson {
  const { students = [], applicants = [] } = household ?? {};
  const tags = Map.groupBy(applicants, ({ relationship }) => relationship);
  return {
    uid: self,
    attrs: {
      students: uids(
        day,
        'Student',
        students.map(({ id }) => id),
      ),
      kin: students.map(({ id, relationship }) => ({ student: uid(day, 'Student', id), relationship })),
      statuses: students.flatMap(({ relationship, status }) =>
        Object.entries(status).map(([year, one]) => ({ relationship, year, status: one })),
      ),
      applicants: uids(
        day,
        'Applicant',
        applicants.map(({ id }) => id),
      ),
      applications: applicants.map(({ id, relationship }) => ({
        applicant: uid(day, 'Applicant', id),
        relationship,
      })),
    },
    parents: [],
    tags: Object.fromEntries([...tags].map(([name, ones]) => [name, ones.map(({ status }) => status)])),
  };
}
