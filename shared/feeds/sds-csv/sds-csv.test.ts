import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../test/builders/feed-files.ts';
import { briefly, type FeedTexts, type ReadFeed, readAll } from '../../../test/builders/oneroster-feed.ts';
import { openFeed } from '../open-feed.ts';

const sourcesOf = (texts: FeedTexts) =>
  Object.entries(texts).flatMap(([name, text]) =>
    text === undefined ? [] : memorySource(`${name}.csv`, text),
  );

/** Two schools in a district, one class, and a guardian who is a relative of a second student. */
const set21 = {
  orgs: 'sourcedId,name,type,parentSourcedId\nd,District,district,\ns1,North,school,d\ns2,South,school,d\n',
  users: `sourcedId,username,givenName,familyName,email
u1,ada,Ada,Lovelace,ada@x.org\nu2,ben,Ben,Bell,\nu3,cy,Cy,Young,\nu4,dee,Dee,Bell,\n`,
  roles: `userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate
u1,s1,Teacher,,,TRUE,,\nu1,s2,lecturer,,,FALSE,2026-09-01,2026-12-18\nu2,s1,student,y,9,TRUE,,\nu3,s2,student,y,kg,TRUE,,\n`,
  classes: 'sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId\nc1,s1,Maths,"y,t",co\n',
  enrollments: 'classSourcedId,userSourcedId,role\nc1,u1,Professor\nc1,u2,student\n',
  academicSessions: `sourcedId,title,type,schoolYear,startDate,endDate
y,Year,schoolYear,2026,2026-08-24,2027-06-11\nt,Autumn,term,2026,20260824,20261218\n`,
  courses: 'sourcedId,orgSourcedId,title,code,schoolYearSourcedId,subject,grade\nco,d,Maths,M,y,Maths,9\n',
  relationships: 'userSourcedId,relationshipUserSourcedId,relationshipRole\nu2,u4,Parent\nu3,u4,relative\n',
} satisfies FeedTexts;

const set1 = {
  School: 'SIS ID,Name\ns1,North\ns2,South\n',
  Student: `SIS ID,School SIS ID,First Name,Last Name,Username,Password,Grade,Status
1,s1,Ben,Bell,ben,secret,9,Active\n2,s2,Cy,Young,cy,secret,10,Withdrawn\n`,
  Teacher: `SIS ID,School SIS ID,First Name,Last Name,Username
1,s1,Ada,Lovelace,ada\n3,s1,Bo,Peep,bo\n3,s2,Bo,Peep,bo\n`,
  Section: `SIS ID,School SIS ID,Section Name,Term Name,Term StartDate,Term EndDate,Course SIS ID,Course Name
c1,s1,Maths,Autumn,8/24/2026,12/18/2026,co,Maths\nc2,s2,Maths,Autumn,8/24/2026,12/18/2026,co,Algebra\n`,
  StudentEnrollment: 'Section SIS ID,SIS ID\nc1,1\nc2,2\n',
  TeacherRoster: 'Section SIS ID,SIS ID\nc1,1\nc2,3\n',
  User: 'Email,First Name,Last Name,Phone,SIS ID\nDee@x.org,Dee,Bell,,\n',
  GuardianRelationship: 'SIS ID,Email,Role\n1,dee@x.org,Parent\n',
} satisfies FeedTexts;

const record = ({ records }: ReadFeed, entity: string, id: string) =>
  records.find((row) => row.entity === entity && row.sourcedId === id)?.record;
const rolesOf = ({ rows }: ReadFeed, id: string) =>
  rows.flatMap((row) => (row.kind === 'user-role' && row.userId === id ? row.role : []));
const ids = ({ records }: ReadFeed, entity: string) =>
  records.flatMap((row) => (row.entity === entity ? row.sourcedId : [])).sort();

describe('School Data Sync v2.1', () => {
  test('becomes OneRoster, with words, grades and days as OneRoster has them', async () => {
    const read = await readAll(sourcesOf(set21));
    expect(briefly(read)).toEqual([]);
    expect(rolesOf(read, 'u1')).toEqual([
      { roleType: 'primary', role: 'teacher', orgId: 's1' },
      // Microsoft's last day counts; OneRoster's end is the day after.
      ...[
        {
          roleType: 'secondary',
          role: 'teacher',
          orgId: 's2',
          beginDate: '2026-09-01',
          endDate: '2026-12-19',
        },
      ],
    ]);
    // A role in a session lasts as long as the session.
    expect(rolesOf(read, 'u2')).toMatchObject([{ beginDate: '2026-08-24', endDate: '2027-06-12' }]);
    expect(record(read, 'users', 'u2')).toMatchObject({ grades: ['09'] });
    expect(record(read, 'users', 'u3')).toMatchObject({ grades: ['KG'] });
    expect(record(read, 'classes', 'c1')).toMatchObject({
      schoolId: 's1',
      termIds: ['y', 't'],
      courseId: 'co',
    });
    expect(ids(read, 'enrollments')).toEqual(['c1/u1/teacher', 'c1/u2/student']);
  });

  test('school years that are named by their first year are named by their last', async () => {
    const read = await readAll(sourcesOf(set21));
    expect(record(read, 'academicSessions', 'y')).toMatchObject({
      schoolYear: '2027',
      endDate: '2027-06-12',
    });
    expect(record(read, 'academicSessions', 't')).toMatchObject({ schoolYear: '2027' });
  });

  test('a contact is to each student what the row says, and has its roles at their schools', async () => {
    const read = await readAll(sourcesOf(set21));
    const facts = read.rows.flatMap((row) => (row.kind === 'user-fact' ? [[row.userId, row.fact]] : []));
    expect(facts).toEqual([
      ['u4', { fact: 'relation', id: 'u2', relationship: 'Parent' }],
      ['u4', { fact: 'relation', id: 'u3', relationship: 'Relative' }],
    ]);
    expect(rolesOf(read, 'u4').map(({ role, orgId }) => [role, orgId])).toEqual([
      ['parent', 's1'],
      ['relative', 's2'],
    ]);
    const agents = read.rows.flatMap((row) => (row.kind === 'user-agent' ? [[row.userId, row.agentId]] : []));
    expect(agents).toEqual([
      ['u2', 'u4'],
      ['u3', 'u4'],
    ]);
  });

  test.each([
    ['an unknown role', 'roles', 'u2,s1,pupil,y,9,TRUE,,\n', 'error roles.csv:6 role unknown-value'],
    [
      'an unknown session',
      'roles',
      'u2,s1,student,z,9,TRUE,,\n',
      'error roles.csv:6 sessionSourcedId dangling-reference',
    ],
    [
      'an unknown org',
      'roles',
      'u2,s9,student,y,9,TRUE,,\n',
      'error roles.csv:6 orgSourcedId dangling-reference',
    ],
    [
      'an impossible day',
      'roles',
      'u2,s1,student,,9,TRUE,2026-13-05,\n',
      'error roles.csv:6 roleStartDate bad-date',
    ],
    [
      'a missing class',
      'enrollments',
      'c9,u2,student\n',
      'error enrollments.csv:4 classSourcedId dangling-reference',
    ],
    [
      'a missing user',
      'enrollments',
      'c1,u9,student\n',
      'error enrollments.csv:4 userSourcedId dangling-reference',
    ],
    [
      'a repeated row',
      'enrollments',
      'c1,u2,Student\n',
      'error enrollments.csv:4 classSourcedId duplicate-id',
    ],
    ['a loop of parents', 'orgs', 'x,X,school,x\n', 'error orgs.csv:5 parentSourcedId parent-loop'],
    ['a type of the district’s own', 'orgs', 'x,X,nursery,d\n', 'warning orgs.csv:5 type word-unknown'],
    ['an address without @', 'users', 'u5,e,E,E,None\n', 'warning users.csv:6 email bad-email'],
    [
      'a missing contact',
      'relationships',
      'u2,u9,parent\n',
      'error relationships.csv:4 relationshipUserSourcedId dangling-reference',
    ],
    ['a row that is cut off', 'users', 'u2,ben\n', 'error users.csv:6 wrong-cell-count'],
  ] as const)('%s is told by the column and line of the file', async (_, name, row, problem) => {
    const read = await readAll(sourcesOf({ ...set21, [name]: `${set21[name]}${row}` }));
    expect(briefly(read)).toContain(problem);
  });

  test('a bad role leaves its person as they were', async () => {
    const bad = { ...set21, roles: `${set21.roles}u2,s1,pupil,y,9,TRUE,,\nu3,s2\n` };
    const { problems } = await readAll(sourcesOf(bad));
    expect(problems.map(({ dropped }) => dropped)).toEqual([
      { entity: 'users', sourcedId: 'u2', part: true },
      // Nobody knows whose row it is: whoever one of its cells names.
      {
        ...{ entity: 'users', sourcedId: 'u3', part: true },
        others: [{ entity: 'users', sourcedId: 's2', part: true }],
      },
    ]);
  });

  test('headers in another letter case are read, and reported', async () => {
    const read = await readAll(sourcesOf({ ...set21, orgs: set21.orgs.replace('sourcedId', 'SourcedID') }));
    expect(briefly(read)).toEqual(['warning orgs.csv sourcedId header-case']);
  });

  test.each([
    ['a mark, CRLF and blanks', (text: string) => `\ufeff${text.replaceAll('\n', ' \r\n')}`],
    ['CR alone', (text: string) => text.replaceAll('\n', '\r')],
    ['no last line end', (text: string) => text.trimEnd()],
  ])('files with %s say the same', async (_, change) => {
    const changed = Object.fromEntries(Object.entries(set21).map(([name, text]) => [name, change(text)]));
    const [before, after] = [await readAll(sourcesOf(set21)), await readAll(sourcesOf(changed))];
    expect(after.records).toEqual(before.records);
  });
});

describe('School Data Sync v1', () => {
  test('a student and a teacher with one id are two people', async () => {
    const read = await readAll(sourcesOf(set1));
    expect(ids(read, 'users').filter((id) => !id.startsWith('contact.'))).toEqual([
      '1',
      '2',
      '3',
      'teacher.1',
    ]);
    expect(record(read, 'users', '1')).toMatchObject({ givenName: 'Ben', grades: ['09'] });
    expect(ids(read, 'enrollments')).toEqual([
      ...['c1/1/student', 'c1/teacher.1/teacher', 'c2/2/student', 'c2/3/teacher'],
    ]);
  });

  test('a feed is refused where a cut-off row of a student has the id of a teacher', async () => {
    const feed = { ...set1, Student: `${set1.Student}3,s1\n` };
    await expect(readAll(sourcesOf(feed))).rejects.toMatchObject({
      code: 'person-unclear',
      where: { file: 'Student.csv', row: 4 },
    });
  });

  test('terms and courses come from sections, and schools have terms of their own', async () => {
    const read = await readAll(sourcesOf(set1));
    expect(ids(read, 'academicSessions')).toEqual(['term/s1/Autumn', 'term/s2/Autumn']);
    expect(record(read, 'academicSessions', 'term/s1/Autumn')).toMatchObject({
      ...{ startDate: '2026-08-24', endDate: '2026-12-19', schoolYear: '2027' },
    });
    // The sections disagree about its name: the first one by its letters, whichever row comes first.
    expect(record(read, 'courses', 'co')).toMatchObject({ title: 'Algebra', orgId: 's1' });
    expect(record(read, 'classes', 'c2')).toMatchObject({ title: 'Maths', courseId: 'co', schoolId: 's2' });
  });

  test('a teacher at two schools is one person with two roles', async () => {
    const read = await readAll(sourcesOf(set1));
    expect(rolesOf(read, '3').map(({ orgId }) => orgId)).toEqual(['s1', 's2']);
  });

  test('a guardian goes by the address of both files, which shows in no id', async () => {
    const read = await readAll(sourcesOf(set1));
    const [guardian = ''] = ids(read, 'users').filter((id) => id.startsWith('contact.'));
    expect(guardian).not.toContain('dee');
    expect(rolesOf(read, guardian)).toMatchObject([{ role: 'parent', orgId: 's1' }]);
    expect(read.rows).toContainEqual(
      expect.objectContaining({ kind: 'user-agent', userId: '1', agentId: guardian }),
    );
  });

  test('whoever is not active is not let in', async () => {
    const read = await readAll(sourcesOf(set1));
    expect(record(read, 'users', '1')).toMatchObject({ enabledUser: true });
    expect(record(read, 'users', '2')).toMatchObject({ enabledUser: false });
  });

  test('days by numbers alone are read only where their order is clear', async () => {
    const uk = (days: string) => ({
      School: 'DfE Number,Name\ns1,North\n',
      Student: 'ID,School DfE Number,Username\n1,s1,ben\n',
      Teacher: 'ID,School DfE Number,Username\n2,s1,ada\n',
      Section: `ID,School DfE Number,Section Name,Term SIS ID,Term Name,Term StartDate,Term EndDate\nc1,s1,Maths,t,T,${days}\n`,
      StudentEnrollment: 'Section ID,ID\nc1,1\n',
      TeacherRoster: 'Section ID,ID\nc1,2\n',
    });
    const clear = await readAll(sourcesOf(uk('1/9/2026,18/12/2026')));
    expect(record(clear, 'academicSessions', 't')).toMatchObject({
      startDate: '2026-09-01',
      endDate: '2026-12-19',
    });
    const unclear = await readAll(sourcesOf(uk('1/9/2026,12/12/2026')));
    expect(briefly(unclear)).toContain('error Section.csv:2 Term StartDate bad-date');
    // The class stays, without its term.
    expect(record(unclear, 'classes', 'c1')).not.toHaveProperty('termIds');
  });
});

describe('a set of School Data Sync', () => {
  const header = (text: string) => `${text.split('\n')[0]}\n`;

  test.each([
    ['without users', { ...set21, users: undefined }, 'file-missing'],
    ['without roles', { ...set21, roles: undefined }, 'file-missing'],
    ['of classes without enrollments', { ...set21, enrollments: undefined }, 'file-missing'],
    ['of v1 without teachers', { ...set1, Teacher: undefined }, 'file-missing'],
    ['of v1 with guardians of nobody', { ...set1, GuardianRelationship: undefined }, 'file-missing'],
    ['whose users are a header alone', { ...set21, users: header(set21.users) }, 'header-only'],
    ['with a column twice', { ...set21, orgs: set21.orgs.replace('name', 'sourcedid') }, 'header-duplicate'],
  ])('%s is refused', async (_, texts, code) => {
    await expect(readAll(sourcesOf(texts))).rejects.toMatchObject({ code });
  });

  test('of another format is refused where the feed is set up as this one', async () => {
    const oneRoster = [memorySource('manifest.csv', 'propertyName,value\n'), ...sourcesOf(set21)];
    await expect(openFeed(oneRoster, { format: 'sds-csv' })).rejects.toMatchObject({
      code: 'format-mismatch',
    });
    await expect(openFeed(sourcesOf(set21), { format: 'oneroster-csv' })).rejects.toMatchObject({
      code: 'format-mismatch',
    });
  });

  test('can lose records only of what it has in full', async () => {
    const { orgs, users, roles } = set21;
    const { complete } = await openFeed(sourcesOf({ orgs, users, roles: roles.replaceAll(',y,', ',,') }));
    expect([...complete]).toEqual(['orgs', 'users']);
  });

  test('says the same whatever the order of its rows', async () => {
    const shuffled = (text: string, order: readonly number[]) => {
      const [head = '', ...rows] = text.trimEnd().split('\n');
      const sorted = rows.map((row, at) => ({ row, by: order[at] ?? 0 })).sort((a, b) => a.by - b.by);
      return [head, ...sorted.map(({ row }) => row), ''].join('\n');
    };
    const toldBy = async (texts: FeedTexts) => {
      const { rows } = await readAll(sourcesOf(texts));
      const said = rows.filter(({ kind }) => kind !== 'file' && kind !== 'problem');
      return said.map((row) => JSON.stringify({ ...row, line: 0 })).sort();
    };
    for (const set of [set21, set1] as FeedTexts[]) {
      const expected = await toldBy(set);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), async (order) => {
          const other = Object.entries(set).map(([name, text]) => [name, shuffled(text ?? '', order)]);
          expect(await toldBy(Object.fromEntries(other))).toEqual(expected);
        }),
        { numRuns: 25 },
      );
    }
  });
});
