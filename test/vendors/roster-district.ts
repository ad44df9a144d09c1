import { parse } from 'csv-parse/sync';
import { type DistrictOptions, generateDistrict } from '../../cli/generate/district.ts';

export type Version = '1.1' | '1.2';
export type Roster = Readonly<Record<CollectionName, readonly Item[]>>;
export type Item = Readonly<Record<string, unknown>> & { sourcedId: string };

export const collectionNames = [
  'orgs',
  'academicSessions',
  'courses',
  'classes',
  'users',
  'demographics',
  'enrollments',
] as const;
export type CollectionName = (typeof collectionNames)[number];

type Row = Readonly<Record<string, string>>;

/** What a vendor's server would have; made by itself from the files of a generated district, as the two must say the same. */
export function rosterOf(options: DistrictOptions & { version: Version }, changedAt: string): Roster {
  const rows = (file: string): Row[] => {
    const found = generateDistrict(options).files.find((one) => one.file === `${file}.csv`);
    return found === undefined ? [] : parse([...found.lines()].join('\n'), { columns: true });
  };
  const roles = Map.groupBy(rows('roles'), (row) => row.userSourcedId);
  const base = (row: Row) => ({
    ...{ sourcedId: row.sourcedId ?? '', status: 'active', dateLastModified: changedAt },
  });
  return {
    orgs: rows('orgs').map((row) => ({
      ...{ ...base(row), ...texts(row, 'name type'), identifier: row.identifier ?? '' },
      ...refOf('parent', 'org', row.parentSourcedId),
    })),
    academicSessions: rows('academicSessions').map((row) => ({
      ...{ ...base(row), ...texts(row, 'title type startDate endDate schoolYear') },
      ...refOf('parent', 'academicSession', row.parentSourcedId),
    })),
    courses: rows('courses').map((row) => ({
      ...{ ...base(row), ...texts(row, 'title'), courseCode: row.courseCode ?? '' },
      ...lists(row, 'grades subjects subjectCodes'),
      ...refOf('schoolYear', 'academicSession', row.schoolYearSourcedId),
      ...refOf('org', 'org', row.orgSourcedId),
    })),
    classes: rows('classes').map((row) => ({
      ...{ ...base(row), ...texts(row, 'title classCode classType location') },
      ...lists(row, 'grades subjects subjectCodes periods'),
      ...refOf('course', 'course', row.courseSourcedId),
      ...refOf('school', 'org', row.schoolSourcedId),
      terms: split(row.termSourcedIds).map((id) => ref('academicSession', id)),
    })),
    users: rows('users').map((row) => userOf(row, base(row), roles.get(row.sourcedId))),
    demographics: rows('users').map((row) => ({ ...base(row), birthDate: '2012-02-29', sex: 'unspecified' })),
    enrollments: rows('enrollments').map((row) => ({
      ...{ ...base(row), ...texts(row, 'role primary beginDate endDate') },
      ...refOf('user', 'user', row.userSourcedId),
      ...refOf('class', 'class', row.classSourcedId),
      ...refOf('school', 'org', row.schoolSourcedId),
    })),
  };
}

/** Servers hold more than anybody asked for; what must not be kept is here to be found, were it kept. */
function userOf(row: Row, base: Item, roles: readonly Row[] | undefined): Item {
  const user = {
    ...{ ...base, ...texts(row, 'username enabledUser givenName familyName middleName identifier email') },
    ...texts(row, 'pronouns userMasterIdentifier'),
    ...lists(row, 'grades'),
    ...{ sms: '+1 555 0100', phone: '+1 555 0199', password: 'hunter2-secret' },
    agents: split(row.agentSourcedIds).map((id) => ref('user', id)),
    userIds: [...(row.userIds ?? '').matchAll(/\{([^:}]+):([^}]+)\}/g)].map(([, type, identifier]) => ({
      ...{ type, identifier },
    })),
  };
  if (roles === undefined)
    return { ...user, role: row.role, orgs: split(row.orgSourcedIds).map((id) => ref('org', id)) };
  return {
    ...user,
    ...refOf('primaryOrg', 'org', row.primaryOrgSourcedId),
    userProfiles: [
      {
        ...{ profileId: 'https://profiles.test/1', profileType: 'sso', vendorId: 'v1' },
        credentials: [{ type: 'password', username: 'x', password: 'hunter2-secret' }],
      },
    ],
    roles: roles.map((one) => ({
      ...texts(one, 'roleType role beginDate endDate'),
      ...refOf('org', 'org', one.orgSourcedId),
    })),
  };
}

function texts(row: Row, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').flatMap((name) => (row[name] ? [[name, row[name]]] : [])));
}

function lists(row: Row, names: string): Record<string, string[]> {
  return Object.fromEntries(
    names.split(' ').flatMap((name) => (row[name] ? [[name, split(row[name])]] : [])),
  );
}

function split(cell: string | undefined): string[] {
  return (cell ?? '').split(',').filter(Boolean);
}

const placeOf: Readonly<Record<string, string>> = { class: 'classes' };

function ref(type: string, sourcedId: string) {
  const place = placeOf[type] ?? `${type}s`;
  return {
    href: `https://sis.test/ims/oneroster/${place}/${encodeURIComponent(sourcedId)}`,
    sourcedId,
    type,
  };
}

function refOf(name: string, type: string, id: string | undefined): Record<string, unknown> {
  return id === undefined || id === '' ? {} : { [name]: ref(type, id) };
}
