import { describe, expect, test } from 'vitest';
import {
  briefly,
  feed11,
  feed12,
  headers,
  readAll,
  sourcesOf,
  withRow,
} from '../../../test/builders/oneroster-feed.ts';

const user11 = (changes: Record<string, string>) => rowOf(headers.users11, { ...ada, ...changes });
const ada = {
  sourcedId: 'u9',
  enabledUser: 'true',
  orgSourcedIds: 's1',
  role: 'student',
  username: 'dee',
  givenName: 'Dee',
  familyName: 'Doe',
};

function rowOf(header: string, values: Record<string, string>): string {
  return header
    .split(',')
    .map((name) => `"${(values[name] ?? '').replaceAll('"', '""')}"`)
    .join(',');
}

/** Problems and the record of one row more in a set that has none. */
async function readUser(changes: Record<string, string>) {
  const read = await readAll(sourcesOf(withRow(feed11(), 'users', user11(changes))));
  return {
    problems: briefly(read),
    record: read.records.find(({ sourcedId }) => sourcedId === 'u9')?.record,
    read,
  };
}

const others: Record<string, { header: string; row: Record<string, string> }> = {
  orgs: { header: headers.orgs, row: { sourcedId: 'x', name: 'X', type: 'school' } },
  academicSessions: {
    header: headers.academicSessions,
    row: {
      ...{ sourcedId: 'x', title: 'X', type: 'term', startDate: '2026-08-01', endDate: '2027-01-01' },
      schoolYear: '2027',
    },
  },
  courses: { header: headers.courses, row: { sourcedId: 'x', title: 'X', orgSourcedId: 'd1' } },
  classes: {
    header: headers.classes,
    row: {
      ...{
        sourcedId: 'x',
        title: 'X',
        courseSourcedId: 'co1',
        classType: 'scheduled',
        schoolSourcedId: 's1',
      },
      termSourcedIds: 't1',
    },
  },
  enrollments: {
    header: headers.enrollments,
    row: {
      sourcedId: 'x',
      classSourcedId: 'c1',
      schoolSourcedId: 's1',
      userSourcedId: 'u2',
      role: 'student',
    },
  },
  roles: {
    header: headers.roles,
    row: { sourcedId: 'x', userSourcedId: 'u2', roleType: 'secondary', role: 'student', orgSourcedId: 's2' },
  },
};

async function readOther(file: string, changes: Record<string, string>) {
  const { header, row } = others[file] ?? { header: '', row: {} };
  const feed = file === 'roles' ? feed12() : feed11();
  const read = await readAll(sourcesOf(withRow(feed, file, rowOf(header, { ...row, ...changes }))));
  return {
    problems: briefly(read),
    record: read.records.find(({ sourcedId }) => sourcedId === 'x')?.record,
    read,
  };
}

describe('a set without faults', () => {
  test.each([
    ['1.1', feed11(), 12],
    ['1.2', feed12(), 11],
  ])('of %s goes in whole', async (_, feed, count) => {
    const read = await readAll(sourcesOf(feed));
    expect(briefly(read)).toEqual([]);
    expect(read.records).toHaveLength(count);
    expect(read.files.every(({ rows, accepted, rejected }) => rows === accepted && rejected === 0)).toBe(
      true,
    );
  });

  test('makes a user of 1.1 with one role at each org, sorted', async () => {
    const { record } = await readUser({ orgSourcedIds: 's2,s1', role: 'aide' });
    expect(record).toEqual({
      ...{ sourcedId: 'u9', enabledUser: true, username: 'dee', givenName: 'Dee', familyName: 'Doe' },
      roles: [
        { roleType: 'primary', role: 'aide', orgId: 's1' },
        { roleType: 'primary', role: 'aide', orgId: 's2' },
      ],
    });
  });

  test('gives the roles of 1.2 apart from their users', async () => {
    const { read } = await readOther('roles', { beginDate: '2026-08-01', endDate: '2027-07-01' });
    expect(read.rows.filter((row) => row.kind === 'user-role').at(-1)).toEqual({
      ...{ kind: 'user-role', file: 'roles.csv', line: 4, userId: 'u2' },
      role: {
        ...{ sourcedId: 'x', roleType: 'secondary', role: 'student', orgId: 's2' },
        ...{ beginDate: '2026-08-01', endDate: '2027-07-01' },
      },
    });
  });

  test('may have the header of 1.2.0', async () => {
    const users = `${headers.users120}\nu1,,,true,ada,,Ada,L,,,,,,,,,,,,,,s1,\nu2,,,true,ben,,Ben,B,,,,,,,,,,,,,,s1,\n`;
    expect(briefly(await readAll(sourcesOf(feed12({ users }))))).toEqual([]);
  });
});

describe('a user', () => {
  const warned: [Record<string, string>, string, Record<string, unknown>][] = [
    [{ enabledUser: 'TRUE' }, 'enabledUser boolean-spelling', { enabledUser: true }],
    [{ enabledUser: '0' }, 'enabledUser boolean-spelling', { enabledUser: false }],
    [
      { role: 'Student' },
      'role enum-spelling',
      { roles: [{ roleType: 'primary', role: 'student', orgId: 's1' }] },
    ],
    [{ username: '' }, 'username username-missing', { username: undefined }],
    [{ givenName: '' }, 'givenName name-missing', { givenName: '' }],
    [{ familyName: ' ' }, 'familyName name-missing', { familyName: '' }],
    [{ email: 'None' }, 'email bad-email', { email: undefined }],
    [{ email: '@x' }, 'email bad-email', { email: undefined }],
    [{ grades: '9' }, 'grades grade-unknown', { grades: ['9'] }],
    [{ userIds: '98861739' }, 'userIds bad-user-id', { userIds: undefined }],
    [{ userIds: '{LDAP:a},x' }, 'userIds bad-user-id', { userIds: [{ type: 'LDAP', identifier: 'a' }] }],
    [{ status: 'inactive' }, 'status status-inactive', {}],
    [{ givenName: 'De\ne' }, 'givenName line-break-in-value', { givenName: 'De e' }],
  ];

  test.each(warned)('is kept with a warning: %j', async (changes, warning, fields) => {
    const { problems, record } = await readUser(changes);
    expect(problems.filter((problem) => !problem.includes('bulk-status-filled'))).toEqual([
      `warning users.csv:5 ${warning}`,
    ]);
    const read = new Map(Object.entries(record ?? {}));
    for (const [name, value] of Object.entries(fields)) expect(read.get(name)).toEqual(value);
  });

  const refused: [Record<string, string>, string][] = [
    [{ enabledUser: '' }, 'enabledUser value-missing'],
    [{ enabledUser: 'yes' }, 'enabledUser bad-boolean'],
    [{ role: 'principal' }, 'role unknown-value'],
    [{ role: 'ext:coach' }, 'role unknown-value'],
    [{ role: '' }, 'role value-missing'],
    [{ orgSourcedIds: '' }, 'orgSourcedIds value-missing'],
    [{ orgSourcedIds: ' , ' }, 'orgSourcedIds value-missing'],
    [{ orgSourcedIds: 's1,s9' }, 'orgSourcedIds dangling-reference'],
    [{ sourcedId: '' }, 'sourcedId value-missing'],
    [{ sourcedId: 'x'.repeat(256) }, 'sourcedId id-too-long'],
    [{ sourcedId: 'u\u00009' }, 'sourcedId control-character'],
    [{ familyName: 'D\u0000e' }, 'familyName control-character'],
    [{ familyName: 'D\u0085e' }, 'familyName control-character'],
    [{ agentSourcedIds: 'nobody' }, 'agentSourcedIds dangling-reference'],
    [{ status: 'gone' }, 'status unknown-value'],
  ];

  test.each(refused)('is left out for an error: %j', async (changes, error) => {
    const { problems, record, read } = await readUser(changes);
    expect(problems.filter((problem) => !problem.startsWith('warning'))).toEqual([
      `error users.csv:5 ${error}`,
    ]);
    const hasId = changes.sourcedId === undefined;
    expect(read.problems.at(-1)?.dropped ?? read.problems[0]?.dropped).toEqual({
      entity: 'users',
      ...(hasId && { sourcedId: 'u9' }),
    });
    expect(read.files.find(({ file }) => file === 'users.csv')).toMatchObject({
      rows: 4,
      accepted: 3,
      rejected: 1,
    });
    if (changes.agentSourcedIds === undefined) expect(record).toBeUndefined();
  });

  test('loses blanks around values, and gets composed letters', async () => {
    const { problems, record } = await readUser({
      givenName: '  Rene\u0301e ',
      grades: ' 09 , 10 ',
      userIds: ' {A:b} ',
    });
    expect(problems).toEqual([]);
    expect(record).toMatchObject({
      givenName: 'Renée',
      grades: ['09', '10'],
      userIds: [{ type: 'A', identifier: 'b' }],
    });
  });

  test('has one spelling of what looks the same, and its id as it was written', async () => {
    const decomposed = 'Rene\u0301e';
    const composed = 'Ren\u00e9e';
    const { read } = await readUser({
      ...{ sourcedId: decomposed, username: decomposed, identifier: decomposed },
      ...{ email: `${decomposed}@example.org`, userIds: `{LDAP:${decomposed}}` },
    });
    const one = read.records.find(({ sourcedId }) => sourcedId === decomposed);
    expect(one?.record).toMatchObject({
      ...{ sourcedId: decomposed, username: composed, identifier: composed },
      ...{ email: `${composed}@example.org`, userIds: [{ type: 'LDAP', identifier: composed }] },
    });
  });

  test('that is to be deleted says so', async () => {
    const { read } = await readUser({ status: 'tobedeleted' });
    expect(read.records.find(({ sourcedId }) => sourcedId === 'u9')?.status).toBe('tobedeleted');
    expect(briefly(read)).toEqual(['warning users.csv status bulk-status-filled']);
  });

  test('shows all its errors, the first of which names it as dropped', async () => {
    const { read } = await readUser({ enabledUser: 'maybe', role: 'king', email: 'none' });
    expect(briefly(read)).toEqual([
      'error users.csv:5 enabledUser bad-boolean',
      'error users.csv:5 role unknown-value',
    ]);
    expect(read.problems.map(({ dropped }) => dropped?.sourcedId)).toEqual(['u9', undefined]);
  });
});

describe('other records', () => {
  const cases: [string, Record<string, string>, string[], Record<string, unknown> | undefined][] = [
    ['orgs', { type: 'School' }, ['warning orgs.csv:5 type enum-spelling'], { type: 'school' }],
    ['orgs', { type: 'ext:camp' }, ['error orgs.csv:5 type unknown-value'], undefined],
    ['orgs', { name: '' }, ['error orgs.csv:5 name value-missing'], undefined],
    [
      'academicSessions',
      { startDate: '8/1/2026' },
      ['error academicSessions.csv:4 startDate bad-date'],
      undefined,
    ],
    [
      'academicSessions',
      { endDate: '2027-02-29' },
      ['error academicSessions.csv:4 endDate bad-date'],
      undefined,
    ],
    ['academicSessions', { endDate: '2028-02-29' }, [], { endDate: '2028-02-29' }],
    [
      'academicSessions',
      { endDate: '2026-07-31' },
      ['error academicSessions.csv:4 endDate dates-reversed'],
      undefined,
    ],
    [
      'academicSessions',
      { schoolYear: '26/27' },
      ['error academicSessions.csv:4 schoolYear bad-year'],
      undefined,
    ],
    [
      'courses',
      { subjects: 'a,b', subjectCodes: '1' },
      ['warning courses.csv:3 subjectCodes subjects-unequal'],
      { subjects: ['a', 'b'], subjectCodes: ['1'] },
    ],
    ['courses', { orgSourcedId: 'no' }, ['error courses.csv:3 orgSourcedId dangling-reference'], undefined],
    [
      'classes',
      { classType: 'Homeroom' },
      ['warning classes.csv:3 classType enum-spelling'],
      { classType: 'homeroom' },
    ],
    [
      'classes',
      { schoolSourcedId: 'd1' },
      ['warning classes.csv:3 schoolSourcedId school-not-a-school'],
      { schoolId: 'd1' },
    ],
    [
      'classes',
      { termSourcedIds: 't1,no' },
      ['error classes.csv:3 termSourcedIds dangling-reference'],
      undefined,
    ],
    [
      'enrollments',
      { primary: 'perhaps' },
      ['warning enrollments.csv:4 primary bad-boolean'],
      { role: 'student' },
    ],
    [
      'enrollments',
      { role: 'aide' },
      ['warning enrollments.csv:4 role role-of-older-version'],
      { role: 'aide' },
    ],
    ['enrollments', { role: 'boss' }, ['error enrollments.csv:4 role unknown-value'], undefined],
    ['enrollments', { endDate: '6/10/2027' }, ['error enrollments.csv:4 endDate bad-date'], undefined],
    ['enrollments', { beginDate: '2026-13-01' }, ['error enrollments.csv:4 beginDate bad-date'], undefined],
    [
      'enrollments',
      { beginDate: '2027-01-02', endDate: '2027-01-01' },
      ['error enrollments.csv:4 endDate dates-reversed'],
      undefined,
    ],
    [
      'enrollments',
      { schoolSourcedId: 's2' },
      ['warning enrollments.csv:4 schoolSourcedId school-mismatch'],
      { schoolId: 's1' },
    ],
    [
      'enrollments',
      { userSourcedId: 'no' },
      ['error enrollments.csv:4 userSourcedId dangling-reference'],
      undefined,
    ],
    [
      'enrollments',
      { classSourcedId: 'no' },
      ['error enrollments.csv:4 classSourcedId dangling-reference'],
      undefined,
    ],
  ];

  test.each(cases)('of %s with %j', async (file, changes, problems, fields) => {
    const { problems: found, record } = await readOther(file, changes);
    expect(found).toEqual(problems);
    if (fields === undefined) expect(record).toBeUndefined();
    else expect(record).toMatchObject(fields);
  });

  test.each([
    [{ role: 'administrator' }, 'role unknown-value'],
    [{ roleType: 'main' }, 'roleType unknown-value'],
    [{ endDate: 'never' }, 'endDate bad-date'],
    [{ orgSourcedId: 'no' }, 'orgSourcedId dangling-reference'],
  ])('a bad row of roles.csv names its user: %j', async (changes, error) => {
    const { problems, read } = await readOther('roles', changes);
    expect(problems).toEqual([`error roles.csv:4 ${error}`]);
    expect(read.problems[0]?.dropped).toEqual({ entity: 'users', sourcedId: 'u2', part: true });
  });

  test('a row of roles.csv for someone who is not in the feed names nobody', async () => {
    const { problems, read } = await readOther('roles', { userSourcedId: 'gone' });
    expect(problems).toEqual(['error roles.csv:4 userSourcedId dangling-reference']);
    expect(read.problems[0]?.dropped).toBeUndefined();
  });

  test('a role that is to be deleted is not given', async () => {
    const { read } = await readOther('roles', { status: 'tobedeleted' });
    expect(read.rows.filter((row) => row.kind === 'user-role')).toHaveLength(2);
    expect(read.files.find(({ file }) => file === 'roles.csv')).toMatchObject({ rows: 3, accepted: 3 });
  });

  test.each(['ext:coach', 'districtAdministrator'])('a role of 1.2 may be %s', async (role) => {
    const { problems, read } = await readOther('roles', { role });
    expect(problems).toEqual([]);
    expect(read.rows.filter((row) => row.kind === 'user-role').at(-1)?.role.role).toBe(role);
  });
});

describe('rows as such', () => {
  test('are left out for a wrong number of cells, even an empty one more', async () => {
    const more = `${feed11().users}u8,,,true,s1,student,x,,X,Y,,,,,,,,,\nu9,,,true\n`;
    const read = await readAll(sourcesOf(feed11({ users: more })));
    expect(briefly(read)).toEqual([
      'error users.csv:5 wrong-cell-count',
      'error users.csv:6 wrong-cell-count',
    ]);
    expect(read.problems.map(({ dropped }) => dropped?.sourcedId)).toEqual(['u8', 'u9']);
    expect(read.problems[0]?.problem.message).toContain('1 more');
  });

  test('with a wrong number of cells in roles.csv name the user where it can still be told', async () => {
    const roles = `${feed12().roles}r3,,,u2,primary,student,,,s1,,\nr4,,,,u2,primary,student,,,s1,\n`;
    const read = await readAll(sourcesOf(feed12({ roles })));
    expect(briefly(read)).toEqual([
      'error roles.csv:4 wrong-cell-count',
      'error roles.csv:5 wrong-cell-count',
    ]);
    expect(read.problems.map(({ dropped }) => dropped)).toEqual([
      { entity: 'users', sourcedId: 'u2', part: true },
      undefined,
    ]);
  });

  test('with a wrong number of cells name no record where its id may have shifted', async () => {
    const orgs =
      'name,sourcedId,status,dateLastModified,type,identifier,parentSourcedId\nD,d1,,,district,,\nN,s1,,,school,,d1\nS,s2,,,school,,d1\nX,,x,,,school,,d1\n';
    const read = await readAll(sourcesOf(feed11({ orgs })));
    expect(read.problems.at(-1)).toMatchObject({ problem: { row: 5, code: 'wrong-cell-count' } });
    expect(read.problems.at(-1)?.dropped).toEqual({ entity: 'orgs' });
  });

  test('may not put a value under a header cell without a name', async () => {
    const orgs = `${feed11().orgs?.replaceAll('\n', ',\n')}s3,,,X,school,,d1,y\n`;
    expect(briefly(await readAll(sourcesOf(feed11({ orgs }))))).toEqual([
      'error orgs.csv:5 wrong-cell-count',
    ]);
  });

  test('with an id that was there keep the first, and drop nothing', async () => {
    const orgs = `${feed11().orgs}s1,,,Again,school,,d1\n`;
    const read = await readAll(sourcesOf(feed11({ orgs })));
    expect(briefly(read)).toEqual(['error orgs.csv:5 sourcedId duplicate-id']);
    expect(read.problems[0]).toMatchObject({ problem: { message: expect.stringContaining('line 3') } });
    expect(read.problems[0]?.dropped).toBeUndefined();
    expect(read.records.find(({ sourcedId }) => sourcedId === 's1')?.record).toMatchObject({ name: 'North' });
    expect(read.files[0]).toMatchObject({ rows: 4, accepted: 3, rejected: 1 });
  });

  test('may have an id that another file has', async () => {
    const users = `${feed11().users}c1,,,true,s1,student,x,,X,Y,,,,,,,,\n`;
    expect(briefly(await readAll(sourcesOf(feed11({ users }))))).toEqual([]);
  });

  test('skip empty lines without counting them, and keep line numbers', async () => {
    const orgs = `\n${feed11().orgs}\n  \ns3,,,,school,,d1\n`;
    const read = await readAll(sourcesOf(feed11({ orgs })));
    expect(briefly(read)).toEqual(['error orgs.csv:8 name value-missing']);
    expect(read.files[0]).toMatchObject({ rows: 4, rejected: 1 });
  });

  test('with odd characters in ids are reported once per file', async () => {
    const orgs = `${feed11().orgs}s 3,,,X,school,,d1\ns 4,,,X,school,,d1\n`;
    const read = await readAll(sourcesOf(feed11({ orgs })));
    expect(briefly(read)).toEqual(['warning orgs.csv sourcedId id-characters']);
    expect(read.records.filter(({ entity }) => entity === 'orgs')).toHaveLength(5);
  });
});

describe('personal data', () => {
  const row = user11({ sms: '111', phone: '222', password: 'secret', email: 'dee@example.org' });

  test('stops at the edge: no phone number, demographics or password comes through', async () => {
    const demographics = `${headers.demographics}\nu1${',x'.repeat(15)}\n`;
    const read = await readAll(sourcesOf({ ...withRow(feed11(), 'users', row), demographics }));
    expect(briefly(read)).toEqual([]);
    expect(JSON.stringify(read.rows)).not.toMatch(/111|222|secret|demographics/);
  });

  test('comes through as far as the district asked, never a password', async () => {
    const demographics = `${headers.demographics}\nu1,,,2010-02-03,female,false,TRUE,false,false,false,false,,,,Bonn,\nu2,,,soon,robot,,,,,,,,,,,\nno,,,,,,,,,,,,,,,\n`;
    const feed = { ...withRow(feed11(), 'users', row), demographics };
    const read = await readAll(sourcesOf(feed), { include: { phones: true, demographics: true } });
    expect(read.records.find(({ sourcedId }) => sourcedId === 'u9')?.record).toMatchObject({
      sms: '111',
      phone: '222',
    });
    expect(JSON.stringify(read.rows)).not.toContain('secret');
    expect(read.rows.filter((one) => one.kind === 'user-demographics')).toEqual([
      {
        ...{ kind: 'user-demographics', file: 'demographics.csv', line: 2, userId: 'u1' },
        demographics: expect.objectContaining({
          birthDate: '2010-02-03',
          sex: 'female',
          asian: 'true',
          cityOfBirth: 'Bonn',
        }),
      },
      { kind: 'user-demographics', file: 'demographics.csv', line: 3, userId: 'u2', demographics: {} },
    ]);
    expect(briefly(read)).toEqual([
      'warning demographics.csv:2 asian boolean-spelling',
      'warning demographics.csv:3 birthDate bad-date',
      'warning demographics.csv:3 sex unknown-value',
      'error demographics.csv:4 sourcedId dangling-reference',
    ]);
    expect(read.problems.every(({ dropped }) => dropped === undefined)).toBe(true);
  });

  test('is never whole in a problem', async () => {
    const { read } = await readUser({
      email: 'dee.doe.example.org',
      userIds: 'Dee Doe 1234',
      enabledUser: 'dee@doe.org',
    });
    const { read: warned } = await readUser({ email: 'dee.doe.example.org', userIds: 'Dee Doe 1234' });
    expect(JSON.stringify([read.problems, warned.problems])).not.toMatch(/doe/i);
    expect(warned.problems.map(({ problem }) => problem.value)).toEqual([
      'D… (8–15 characters)',
      'd… (16–31 characters)',
    ]);
  });
});
