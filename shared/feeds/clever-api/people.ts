import type { Made, MadeRow } from '../as-oneroster/convert.ts';
import { dayOf, endAfter } from '../as-oneroster/days.ts';
import type { Line, User } from './objects.ts';
import { contactRole, gradeOf, races, sexes } from './words.ts';

type Person = Line<'users'>;

/** Whose only role is to be somebody's contact. */
export function isContact({ roles }: User): boolean {
  return Boolean(roles?.contact && !roles.student && !roles.teacher && !roles.staff && !roles.district_admin);
}

/** A contact's whole name stands in `name.last`. */
export function userRow({ data }: Person, made: Pick<Made, 'has'>): MadeRow {
  const { student, teacher, staff, district_admin, contact } = data.roles ?? {};
  const { first, middle, last } = data.name ?? {};
  const preferred = student?.preferred_name;
  const login = [student, teacher, staff].map((role) => role?.credentials?.district_username).find(Boolean);
  const main = [student?.school, teacher?.school].find((id) => id !== undefined && made.has('orgs', id));
  const isMobile = contact?.phone_type === 'Cell';
  return cells({
    sourcedId: data.id,
    enabledUser: 'true',
    username: login,
    userIds: userIdsOf(data),
    givenName: first,
    middleName: middle,
    familyName: last,
    identifier: [student?.sis_id, teacher?.sis_id, staff?.staff_id, contact?.sis_id].find(Boolean),
    email: data.email,
    [isMobile ? 'sms' : 'phone']: contact?.phone,
    grades: gradeOf(student?.grade),
    primaryOrgSourcedId: main,
    preferredGivenName: preferred?.first,
    preferredMiddleName: preferred?.middle,
    preferredFamilyName: preferred?.last,
    'metadata.title': [staff?.title, teacher?.title, district_admin?.title].find(Boolean),
    'metadata.department': staff?.department,
  });
}

/**
 * What else the person is known by, so that one whose Clever id has changed can be found again; `clever-legacy` is the id that version 2
 * of the API gave the role.
 */
function userIdsOf({ roles }: User): string {
  const { student, teacher, staff, district_admin, contact } = roles ?? {};
  const ids: [string, string | undefined][] = [
    ...[student, teacher, staff, district_admin, contact].map((role): [string, string | undefined] => [
      'clever-legacy',
      role?.legacy_id,
    ]),
    ...[student, teacher, contact].map((role): [string, string | undefined] => ['sis', role?.sis_id]),
    ...[student, teacher].map((role): [string, string | undefined] => ['state', role?.state_id]),
    ['student-number', student?.student_number],
    ['teacher-number', teacher?.teacher_number],
    ['staff', staff?.staff_id],
  ];
  // The form of OneRoster's column has no way to write the others.
  const written = ids.flatMap(([type, id]) => (id && !/[{},]/.test(id) ? [`{${type}:${id}}`] : []));
  return [...new Set(written)].join(',');
}

type Place = { role: string; orgId: string; begin?: string | undefined; end?: string | undefined };

/** One role at each of the schools that are shared; the first one at an org is the primary one there. */
export function roleRows({ data }: Person, { district, made }: { district: string; made: Made }): MadeRow[] {
  const places = [...studentPlaces(data), ...staffPlaces(data, district), ...contactPlaces(data, district)];
  const filled = new Set<string>();
  return places.flatMap(({ role, orgId, begin, end }) => {
    if (!made.has('orgs', orgId)) return [];
    const roleType = filled.has(orgId) ? 'secondary' : 'primary';
    filled.add(orgId);
    return [
      cells({ userSourcedId: data.id, roleType, role, orgSourcedId: orgId, beginDate: begin, endDate: end }),
    ];
  });
}

function studentPlaces({ roles }: User): Place[] {
  const { student } = roles ?? {};
  return schoolsOf(student).map((orgId) => {
    const at = student?.enrollments?.find(({ school }) => school === orgId);
    const last = dayOf(at?.end_date);
    return {
      ...{ role: 'student', orgId, begin: dayOf(at?.start_date) },
      end: last === undefined ? undefined : endAfter(last),
    };
  });
}

/**
 * Staff are just that: OneRoster has no word for them, and which titles make an administrator is for the district's mapping rules. Those
 * of no school are the district's.
 */
function staffPlaces({ roles }: User, district: string): Place[] {
  const { teacher, staff, district_admin } = roles ?? {};
  const atSchools = schoolsOf(staff);
  const offices = staff && atSchools.length === 0 ? [district] : atSchools;
  return [
    ...schoolsOf(teacher).map((orgId) => ({ role: 'teacher', orgId })),
    ...offices.map((orgId) => ({ role: 'ext:staff', orgId })),
    ...(district_admin ? [{ role: 'districtAdministrator', orgId: district }] : []),
  ];
}

/** Clever gives contacts no school. */
function contactPlaces({ roles }: User, district: string): Place[] {
  const { contact } = roles ?? {};
  if (!contact) return [];
  const found = new Set((contact.student_relationships ?? []).map((relation) => contactRole(relation)));
  return [...(found.size > 0 ? [...found].sort() : ['ext:contact'])].map((role) => ({
    role,
    orgId: district,
  }));
}

function schoolsOf(role: { school?: string | undefined; schools?: string[] | undefined } | null | undefined) {
  const { school, schools = [] } = role ?? {};
  return [...new Set([...(school === undefined ? [] : [school]), ...schools])];
}

/** Who looks after whom: in a full pull as the contacts say, in one of changes as was asked for each student. */
export function agentRows({ data, contacts = [] }: Person): MadeRow[] {
  const relations = data.roles?.contact?.student_relationships ?? [];
  const pairs = [
    ...relations.map(({ student }) => ({ student, contact: data.id })),
    ...contacts.map((contact) => ({ student: data.id, contact })),
  ];
  return pairs.flatMap(({ student, contact }) =>
    student === undefined ? [] : [{ userSourcedId: student, agentSourcedId: contact }],
  );
}

export function demographicsRows({ data }: Person): MadeRow[] {
  const { dob, gender, race, hispanic_ethnicity } = data.roles?.student ?? {};
  const column = races[race ?? ''];
  const known = cells({
    birthDate: dayOf(dob) ?? dob,
    sex: sexes[gender ?? ''],
    ...(column === undefined ? {} : { [column]: 'true' }),
    hispanicOrLatinoEthnicity: { Y: 'true', N: 'false' }[hispanic_ethnicity ?? ''],
  });
  return Object.keys(known).length === 0 ? [] : [{ sourcedId: data.id, ...known }];
}

/** Without what Clever does not say. */
export function cells(all: Readonly<Record<string, string | undefined>>): MadeRow {
  return Object.fromEntries(Object.entries(all).filter((cell): cell is [string, string] => Boolean(cell[1])));
}
