import { isSchool } from '../access/orgs.ts';
import type { UserRole } from '../roster/records.ts';
import type { StateLine } from '../roster/state.ts';
import type { AnyRecord, Kind } from './collections.ts';
import type { Surroundings } from './surroundings.ts';

/** One record in the JSON of OneRoster 1.2, Rostering Service, REST binding. What is blank is absent. */
export type Shown = Record<string, unknown> & {
  sourcedId: string;
  status: 'active' | 'tobedeleted';
  dateLastModified: string;
};

export type Showing = {
  /** Address of the service, without a slash at its end. */
  base: string;
  around: Surroundings;
  /** Whether an org is there for the caller. */
  seesOrg: (id: string) => boolean;
};

/**
 * When a record last changed whose line has no mark of it: before there was any provider, so that nobody who asks for what changed since
 * they last asked misses it.
 */
export const beforeAll = '1970-01-01T00:00:00.000Z';

export function shown(kind: Kind, line: StateLine, record: AnyRecord, showing: Showing): Shown {
  return {
    sourcedId: record.sourcedId,
    status: line.status === 'active' ? 'active' : 'tobedeleted',
    dateLastModified: line.changed ?? line.since ?? beforeAll,
    ...present(shapes[kind](record, refsTo(showing.base), showing)),
  };
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const places = {
  academicSession: 'academicSessions',
  class: 'classes',
  course: 'courses',
  org: 'orgs',
  user: 'users',
} as const;
type Refs = ReturnType<typeof refsTo>;

/** GUIDRefs; ids are percent-encoded in addresses. */
function refsTo(base: string) {
  return (type: keyof typeof places, id: string | undefined) =>
    id === undefined
      ? undefined
      : { href: `${base}/${places[type]}/${encodeURIComponent(id)}`, sourcedId: id, type };
}

const yesOrNo = (value: boolean | undefined) => (value === undefined ? undefined : String(value));

const shapes: Record<Kind, (record: AnyRecord, ref: Refs, showing: Showing) => Record<string, unknown>> = {
  academicSession: (record, ref, { around }) => ({
    title: record.title,
    startDate: record.startDate,
    endDate: record.endDate,
    type: record.type,
    parent: ref('academicSession', record.parentId),
    children: around.sessionsUnder.get(record.sourcedId)?.map((id) => ref('academicSession', id)),
    schoolYear: record.schoolYear,
  }),
  // The binding requires an identifier, the feeds don't.
  org: (record, ref, { around, seesOrg }) => ({
    name: record.name,
    type: record.type,
    identifier: record.identifier ?? '',
    parent: ref('org', record.parentId),
    children: around.orgsUnder
      .get(record.sourcedId)
      ?.filter(seesOrg)
      .map((id) => ref('org', id)),
  }),
  course: (record, ref) => ({
    title: record.title,
    schoolYear: ref('academicSession', record.schoolYearId),
    courseCode: record.courseCode ?? '',
    grades: record.grades,
    subjects: record.subjects,
    org: ref('org', record.orgId),
    subjectCodes: record.subjectCodes,
  }),
  class: (record, ref) => ({
    title: record.title,
    classCode: record.classCode,
    classType: record.classType,
    location: record.location,
    grades: record.grades,
    subjects: record.subjects,
    course: ref('course', record.courseId),
    school: ref('org', record.schoolId),
    terms: record.termIds?.map((id) => ref('academicSession', id)),
    subjectCodes: record.subjectCodes,
    periods: record.periods,
  }),
  user: userShape,
  demographics: ({ demographics = {} }) =>
    Object.fromEntries(demographicFields.map((field) => [field, demographics[field]])),
  enrollment: (record, ref) => ({
    user: ref('user', record.userId),
    class: ref('class', record.classId),
    school: ref('org', record.schoolId),
    role: record.role,
    primary: yesOrNo(record.primary),
    beginDate: record.beginDate,
    endDate: record.endDate,
  }),
};

function userShape(record: AnyRecord, ref: Refs, { around }: Showing): Record<string, unknown> {
  const { title, department } = record;
  const metadata = { ...(title && { title }), ...(department && { department }) };
  return {
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    userMasterIdentifier: record.userMasterIdentifier,
    username: record.username,
    userIds: record.userIds,
    enabledUser: yesOrNo(record.enabledUser),
    givenName: record.givenName,
    familyName: record.familyName,
    middleName: record.middleName,
    preferredFirstName: record.preferredGivenName,
    preferredMiddleName: record.preferredMiddleName,
    preferredLastName: record.preferredFamilyName,
    pronouns: record.pronouns,
    roles: record.roles?.map((role) => ({
      roleType: role.roleType,
      role: roleName(role, around),
      org: ref('org', role.orgId),
      beginDate: role.beginDate,
      endDate: role.endDate,
    })),
    primaryOrg: ref('org', record.primaryOrgId),
    identifier: record.identifier,
    email: record.email,
    sms: record.sms,
    phone: record.phone,
    agents: record.agentIds?.map((id) => ref('user', id)),
    grades: record.grades,
  };
}

/** 1.1 knows administrators of no special kind; 1.2 tells them by where they are. */
function roleName({ role, orgId }: UserRole, { orgs }: Surroundings): string {
  if (role !== 'administrator') return role;
  const org = orgs.get(orgId);
  return org === undefined || isSchool({ status: 'active', type: org.type })
    ? 'siteAdministrator'
    : 'districtAdministrator';
}

export const demographicFields = [
  'birthDate',
  'sex',
  'americanIndianOrAlaskaNative',
  'asian',
  'blackOrAfricanAmerican',
  'nativeHawaiianOrOtherPacificIslander',
  'white',
  'demographicRaceTwoOrMoreRaces',
  'hispanicOrLatinoEthnicity',
  'countryOfBirthCode',
  'stateOfBirthAbbreviation',
  'cityOfBirth',
  'publicSchoolResidenceStatus',
] as const;
