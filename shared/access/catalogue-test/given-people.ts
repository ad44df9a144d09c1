import type {
  Assignment,
  LoginFacts,
  Membership,
  Person,
  RecordFacts,
  Scope,
  StatusByYear,
} from '../facts.ts';
import { digestOf } from '../lookup.ts';
import type { Given, GivenAssignment, Login, Member } from './test-file.ts';

/** The district of tests that don't care. */
export const anyDistrict = 'd-1';

/** Memberships by user. */
export function membershipsOf(classes: NonNullable<Given['classes']>): Map<string, Membership[]> {
  const all = Object.entries(classes).flatMap(([classId, { school, teachers = [], students = [] }]) => {
    const membership = (member: Member, role: string) => {
      const { user, from, until } = typeof member === 'string' ? { user: member } : { ...member };
      const facts: Membership = {
        classId,
        schoolId: school,
        role,
        ...(from === undefined ? {} : { begin: from }),
        ...(until === undefined ? {} : { end: until }),
      };
      return { user, facts };
    };
    return [
      ...teachers.map((member) => membership(member, 'teacher')),
      ...students.map((member) => membership(member, 'student')),
    ];
  });
  const byUser = new Map<string, Membership[]>();
  for (const { user, facts } of all) byUser.set(user, [...(byUser.get(user) ?? []), facts]);
  return byUser;
}

export function personOf(id: string, given: Given, memberships: Membership[] | undefined): Person {
  const { people = {}, logins = {}, assignments = [] } = given;
  const isListed = Object.hasOwn(people, id);
  const person = (isListed ? people[id] : undefined) ?? {};
  const login = Object.hasOwn(logins, id) ? (logins[id] ?? {}) : undefined;
  const { grades, tags, orgs = [], suspended, disabled, webId, invited, reach } = person;
  const roster = {
    status: suspended ? ('suspended' as const) : ('active' as const),
    enabled: disabled !== true,
    orgIds: orgs,
    memberships: memberships ?? [],
    assignments: [],
    requests: [],
    ...(grades === undefined ? {} : { grades }),
  };
  const accounts = Object.entries(reach ?? {}).map(([account, { yearLevels = [], tags: own = [] }]) => [
    account,
    { yearLevels, tags: own },
  ]);
  return {
    id,
    ...(isListed || memberships !== undefined ? { roster } : {}),
    manual: assignments.flatMap((one, i) => (one.user === id ? [assignmentOf(one, i, given)] : [])),
    ...(webId === undefined ? {} : { webId }),
    ...(accounts.length === 0 ? {} : { accounts: Object.fromEntries(accounts) }),
    ...(tags === undefined ? {} : { tags }),
    ...(invited === undefined ? {} : { invited }),
    ...(login === undefined ? {} : { login: loginOf(id, login), records: recordsOf(login, given) }),
  };
}

function assignmentOf(one: GivenAssignment, index: number, given: Given): Assignment {
  const [system = '', role = ''] = one.role.split(/:(.*)/s);
  const { from, until } = one;
  return {
    id: `assignment ${index + 1}`,
    system,
    role,
    scope: scopeOf(one, given),
    source: 'manual',
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

function scopeOf(one: GivenAssignment, { district }: Given): Scope {
  const { yearLevels, tags } = one;
  const types = ['customer', 'school', 'class', 'account'] as const;
  const type = types.find((name) => one[name] !== undefined) ?? 'district';
  const ids = listOf(one[type] ?? district ?? anyDistrict);
  return {
    type,
    ids: [...ids].sort(),
    ...(yearLevels === undefined ? {} : { yearLevels }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** Ids of a place, which is one or several or none. */
export function listOf(place: string | string[] | undefined): readonly string[] {
  return typeof place === 'string' ? [place] : (place ?? []);
}

function loginOf(id: string, login: Login): LoginFacts {
  const { unapproved, locked, ledgers = [], schools = [], profile, mail } = login;
  return {
    approved: unapproved !== true,
    locked: locked === true,
    ledgers,
    schools,
    ...(profile === undefined ? {} : { profile: { kind: profile, id } }),
    ...(mail === undefined ? {} : { mail: mail.map(digestOf) }),
  };
}

function recordsOf(login: Login, { schoolYear }: Given): RecordFacts {
  const { student, children, applicants, evaluates, attributes } = login;
  const statusOf = (status: string | Record<string, string>): StatusByYear =>
    typeof status !== 'string' ? status : schoolYear === undefined ? {} : { [schoolYear]: status };
  const students = (children ?? []).map(({ id, relationship, status }) => ({
    id,
    relationship,
    status: statusOf(status),
  }));
  return {
    ...(student === undefined ? {} : { student: { id: student.id, status: statusOf(student.status) } }),
    ...(children === undefined && applicants === undefined
      ? {}
      : { household: { students, applicants: applicants ?? [] } }),
    ...(evaluates === undefined ? {} : { evaluates }),
    ...(attributes === undefined
      ? {}
      : {
          attributes: attributes.map(({ name, year }) => ({ name, ...(year === undefined ? {} : { year }) })),
        }),
  };
}
