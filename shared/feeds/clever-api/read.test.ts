import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { filesOf } from '../../../test/builders/clever-pull.ts';
import type { CleverObject, CleverSet } from '../../../test/vendors/clever.ts';
import {
  aContact,
  aDistrict,
  aSection,
  aStudent,
  aTeacher,
  clever,
} from '../../../test/vendors/clever-district.ts';
import type { FeedRow, Problem } from '../../roster/feed-reading.ts';
import { openFeed, type ReadOptions } from '../open-feed.ts';
import { Page } from './answers.ts';

const empty: CleverSet = { ...aDistrict({ sections: 0, students: 0 }), users: [], sections: [] };

async function read(set: Partial<CleverSet>, include: ReadOptions['include'] = {}): Promise<FeedRow[]> {
  const items = Object.entries({ ...empty, ...set }).flatMap(([collection, all]) =>
    all.map((data) => ({ collection, item: { data } })),
  );
  const rows: FeedRow[] = [];
  const feed = await openFeed(filesOf({ mode: 'full', items }), { include });
  for await (const row of feed.rows) rows.push(row);
  return rows;
}

const records = (rows: readonly FeedRow[], entity: string) =>
  rows.flatMap((row) => (row.kind === 'record' && row.entity === entity ? [row.record] : []));
const problems = (rows: readonly FeedRow[]): Problem[] =>
  rows.flatMap((row) => (row.kind === 'problem' ? [row.problem] : []));
const rolesOf = (rows: readonly FeedRow[], id: string) =>
  rows.flatMap((row) =>
    row.kind === 'user-role' && row.userId === id
      ? [`${row.role.roleType} ${row.role.role} ${row.role.orgId}`]
      : [],
  );

test('a district without dirt is read without a problem, and every enrollment has an id that says what it is', async () => {
  const rows = await read({
    ...aDistrict(),
    users: aDistrict().users.filter(({ email }) => email !== 'office'),
  });
  expect(problems(rows)).toEqual([]);
  expect(records(rows, 'enrollments')).toHaveLength(12 + 8);
  expect(records(rows, 'enrollments')[0]).toMatchObject({
    ...{ sourcedId: `${clever.section(0)}/${clever.teacher(0)}/teacher`, primary: true, role: 'teacher' },
  });
});

describe('a user', () => {
  test('who is student, teacher, staff, administrator and contact has one record and all of the roles', async () => {
    const everything = aStudent(1);
    const [one, two] = [clever.school(0), clever.school(1)];
    const user: CleverObject = {
      ...everything,
      roles: {
        ...(everything.roles as object),
        teacher: { sis_id: 'T1', school: two, schools: [two, one, 'unshared'], legacy_id: 'old-t' },
        staff: { staff_id: 'F1', schools: [one], title: 'Principal', department: 'Office' },
        district_admin: { title: 'IT' },
        contact: {
          student_relationships: [{ student: clever.student(2), relationship: 'Parent', type: '' }],
        },
      },
    };
    const rows = await read({ users: [user, aStudent(2)] });
    expect(rolesOf(rows, user.id)).toEqual([
      `primary student ${two}`,
      `secondary teacher ${two}`,
      `primary teacher ${one}`,
      `secondary ext:staff ${one}`,
      `primary districtAdministrator ${clever.district}`,
      `secondary parent ${clever.district}`,
    ]);
    expect(records(rows, 'users')).toHaveLength(2);
    expect(records(rows, 'users')[0]).toMatchObject({
      title: 'Principal',
      department: 'Office',
      identifier: 'S1',
    });
    expect(rows.filter(({ kind }) => kind === 'user-agent')).toMatchObject([
      { userId: clever.student(2), agentId: user.id },
    ]);
    expect(problems(rows)).toEqual([]);
  });

  test('keeps what it is known by elsewhere', async () => {
    const rows = await read({ users: [aStudent(1, { state_id: 'CA-7' })] });
    expect(records(rows, 'users')).toMatchObject([
      {
        userIds: [
          { type: 'clever-legacy', identifier: 'old-s1' },
          { type: 'sis', identifier: 'S1' },
          { type: 'state', identifier: 'CA-7' },
          { type: 'student-number', identifier: 'N1' },
        ],
      },
    ]);
  });

  test('may lack all that may be lacking, or have null or a blank for it', async () => {
    const bare = { id: '5bare', name: { first: 'Ō', last: 'N’Ko' }, roles: { student: {} } };
    const nulls = {
      id: '5nulls',
      email: null,
      name: { first: 'X', last: 'Y', middle: null },
      roles: { staff: { schools: null, title: null } },
    };
    const rows = await read({ users: [bare, nulls] });
    expect(problems(rows)).toEqual([]);
    expect(records(rows, 'users')).toMatchObject([
      { sourcedId: '5bare', givenName: 'Ō', familyName: 'N’Ko' },
      { sourcedId: '5nulls' },
    ]);
  });

  test('keeps its place where the address has no @, or another has the same one', async () => {
    const users = [
      { ...aStudent(1), email: 'no address' },
      { ...aStudent(2), email: 'both@example.org' },
      { ...aTeacher(3), email: 'both@example.org' },
    ];
    const rows = await read({ users });
    expect(records(rows, 'users')).toHaveLength(3);
    expect(problems(rows)).toMatchObject([{ code: 'bad-email', row: 1, file: 'users.jsonl' }]);
  });

  test.each([
    ['Parent', 'Emergency', 'parent'],
    ['Grandparent', 'Family', 'relative'],
    ['Other', 'Parent/Guardian', 'guardian'],
    ['Other', 'Emergency', 'ext:contact'],
    ['', '', 'ext:contact'],
  ])('who is %s (%s) of a student is %s, and has the name in one piece', async (relationship, type, role) => {
    const rows = await read({ users: [aStudent(1), aContact(1, [1], { relationship, type })] });
    expect(rolesOf(rows, clever.contact(1))).toEqual([`primary ${role} ${clever.district}`]);
    expect(records(rows, 'users')[1]).toMatchObject({ givenName: '', familyName: 'Contact Person 1' });
    expect(problems(rows)).toEqual([]);
  });

  test('is a contact of somebody who is not shared: told, and kept', async () => {
    const rows = await read({ users: [aContact(1, [7])] });
    expect(records(rows, 'users')).toHaveLength(1);
    expect(problems(rows)).toMatchObject([{ code: 'dangling-reference' }]);
  });

  test.each([
    ['Kindergarten', 'KG'],
    ['PreKindergarten', 'PK'],
    ['TransitionalKindergarten', 'TK'],
    ['InfantToddler', 'IT'],
    ['Preschool', 'PR'],
    ['7', '07'],
    ['12', '12'],
    ['13', '13'],
    ['PostGraduate', 'PS'],
    ['Ungraded', 'UG'],
    ['Other', 'Other'],
  ])('of grade %s is of %s', async (grade, code) => {
    const rows = await read({ users: [aStudent(1, { grade })] });
    expect(records(rows, 'users')).toMatchObject([{ grades: [code] }]);
    expect(problems(rows)).toEqual([]);
  });

  test('of a grade that Clever does not list keeps it, which is told', async () => {
    const rows = await read({ users: [aStudent(1, { grade: '-1' })] });
    expect(records(rows, 'users')).toMatchObject([{ grades: ['-1'] }]);
    expect(problems(rows)).toMatchObject([{ code: 'grade-unknown' }]);
  });

  test('has a birthday, sex, race and phone only where they are asked for', async () => {
    const users = [aStudent(1), aContact(1, [1])];
    const rows = await read({ users }, { phones: true, demographics: true });
    expect(rows.filter(({ kind }) => kind === 'user-demographics')).toMatchObject([
      {
        demographics: {
          birthDate: '2012-02-15',
          sex: 'male',
          asian: 'true',
          hispanicOrLatinoEthnicity: 'false',
        },
      },
    ]);
    expect(records(rows, 'users')[1]).toMatchObject({ sms: '5550100' });
    const without = await read({ users });
    expect(without.filter(({ kind }) => kind === 'user-demographics')).toEqual([]);
    expect(JSON.stringify(without)).not.toContain('5550100');
  });

  test('is at a school from the first to the last day of the enrollment there', async () => {
    const school = clever.school(1);
    const enrollments = [{ school, start_date: '2026-08-15', end_date: '2027-06-10' }];
    const rows = await read({ users: [aStudent(1, { enrollments })] });
    expect(rows.find(({ kind }) => kind === 'user-role')).toMatchObject({
      role: { orgId: school, beginDate: '2026-08-15', endDate: '2027-06-11' },
    });
  });
});

describe('a section', () => {
  test('may have no teacher, no term, a course that is not shared, and the name of another', async () => {
    const sections = [
      { ...aSection(0, [1], []), teacher: null, teachers: [], term_id: null, course: 'unshared' },
      { ...aSection(1, [1], [1]), term_id: clever.term(1) },
    ];
    const rows = await read({ users: [aStudent(1), aTeacher(1)], sections });
    expect(records(rows, 'classes').map((record) => 'title' in record && record.title)).toEqual([
      'Homeroom',
      'Homeroom',
    ]);
    expect(records(rows, 'classes')[0]).not.toHaveProperty('courseId');
    expect(records(rows, 'classes')[1]).not.toHaveProperty('termIds');
    expect(problems(rows)).toEqual([]);
  });

  test('of another school than its members’ has enrollments at its own', async () => {
    const rows = await read({ users: [aStudent(1)], sections: [aSection(0, [1], [])] });
    expect(records(rows, 'enrollments')).toMatchObject([
      { schoolId: clever.school(0), userId: clever.student(1) },
    ]);
    expect(problems(rows)).toEqual([]);
  });
});

test('a term ends on the day after its last, in the school year in which it begins; one without dates is none', async () => {
  expect(records(await read({}), 'academicSessions')).toEqual([
    {
      ...{ sourcedId: clever.term(0), title: 'Fall', type: 'term', schoolYear: '2027' },
      ...{ startDate: '2026-08-15', endDate: '2026-12-19' },
    },
  ]);
});

test('a recorded answer of version 2.1 has its envelope, and each of its 700 students is a user', async () => {
  const text = readFileSync(
    '../shared/data/oneroster-python-clever-cassette/v2.1-students-limit1000.body.json',
    'utf8',
  );
  const { data, links } = Page.parse(JSON.parse(text));
  expect(links).toEqual([{ rel: 'self', uri: '/v2.1/students?limit=1000' }]);
  // Counted in the text, by no parser.
  const uris = new Set(text.match(/"uri":"\/v2\.1\/students\/[0-9a-f]{24}"/g));
  expect(uris.size).toBe(700);
  // The same students as version 3 has them: in a role of a user.
  const users = data.map(({ data: student }) => {
    const { id, name, email, ...rest } = student as CleverObject;
    return { id, name, email, roles: { student: rest } };
  });
  const schoolIds = new Set(text.match(/(?<="school":")[0-9a-f]+/g));
  const schools = [...schoolIds].map((id) => ({ id, name: 'School' }));
  const rows = await read({ users, schools }, { demographics: true });
  expect(records(rows, 'users')).toHaveLength(uris.size);
  expect(problems(rows)).toEqual([]);
  const grades = new Set(
    records(rows, 'users').flatMap((user) => ('grades' in user ? (user.grades ?? []) : [])),
  );
  expect([...grades].every((grade) => /^(KG|PK|\d\d)$/.test(grade))).toBe(true);
});
