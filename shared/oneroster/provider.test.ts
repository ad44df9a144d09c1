import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Records } from '../../test/builders/calm-world.ts';
import { ServedDistrict } from '../../test/builders/served-district.ts';

const role = (name: string, orgId: string, roleType: 'primary' | 'secondary' = 'primary') => ({
  ...{ roleType, orgId },
  role: name,
});
const user = (sourcedId: string, ...roles: ReturnType<typeof role>[]) => ({
  ...{ sourcedId, roles, enabledUser: true, givenName: sourcedId, familyName: 'Bell' },
});
const enrollment = (
  sourcedId: string,
  [classId, schoolId, userId, name]: [string, string, string, string],
) => ({
  ...{ sourcedId, classId, schoolId, userId },
  role: name,
});

const roster: Records = {
  orgs: [
    { sourcedId: 'd', name: 'District', type: 'district' },
    { sourcedId: 's1', name: 'North', type: 'school', parentId: 'd' },
    { sourcedId: 's2', name: 'South', type: 'school', parentId: 'd', identifier: 'N2' },
  ],
  academicSessions: [
    {
      sourcedId: 'y',
      title: 'Year',
      type: 'schoolYear',
      startDate: '2026-08-01',
      endDate: '2027-07-01',
      schoolYear: '2027',
    },
    {
      sourcedId: 't',
      title: 'Autumn',
      type: 'term',
      startDate: '2026-08-01',
      endDate: '2027-01-01',
      schoolYear: '2027',
      parentId: 'y',
    },
    {
      sourcedId: 'g',
      title: 'One',
      type: 'gradingPeriod',
      startDate: '2026-08-01',
      endDate: '2026-10-01',
      schoolYear: '2027',
      parentId: 't',
    },
  ],
  courses: [
    { sourcedId: 'co1', title: 'Maths', orgId: 'd' },
    { sourcedId: 'co2', title: 'Art', orgId: 's2', courseCode: 'A' },
  ],
  classes: [
    {
      sourcedId: 'c1',
      title: 'Maths 9',
      classType: 'scheduled',
      schoolId: 's1',
      courseId: 'co1',
      termIds: ['g'],
      grades: ['09', '10'],
    },
    { sourcedId: 'c2', title: 'Art', classType: 'homeroom', schoolId: 's2', courseId: 'co2', termIds: ['t'] },
  ],
  users: [
    user('ada', role('teacher', 's1')),
    {
      ...user('ben', role('student', 's1')),
      grades: ['09'],
      agentIds: ['mum'],
      demographics: { sex: 'male', birthDate: '2011-02-03' },
    },
    { ...user('cy/1 é', role('student', 's2')), grades: ['10'], primaryOrgId: 's2', title: 'Captain' },
    user('head', role('administrator', 'd'), role('administrator', 's1', 'secondary')),
    user('mum', role('parent', 's1')),
  ],
  enrollments: [
    { ...enrollment('e1', ['c1', 's1', 'ada', 'teacher']), primary: true, beginDate: '2026-08-01' },
    enrollment('e2', ['c1', 's1', 'ben', 'student']),
    enrollment('e3', ['c2', 's2', 'cy/1 é', 'student']),
    enrollment('e4', ['c2', 's2', 'ben', 'student']),
  ],
};

let served: ServedDistrict;
beforeEach(async () => {
  served = new ServedDistrict();
  await served.world.syncRoster(roster);
});
const ids = async (...asked: Parameters<ServedDistrict['list']>) => (await served.list(...asked)).ids;
const refused = (code: string) => expect.objectContaining({ code });

describe('collections', () => {
  test.each([
    ['orgs', ['d', 's1', 's2']],
    ['schools', ['s1', 's2']],
    ['academicSessions', ['g', 't', 'y']],
    ['terms', ['t']],
    ['gradingPeriods', ['g']],
    ['courses', ['co1', 'co2']],
    ['classes', ['c1', 'c2']],
    ['users', ['ada', 'ben', 'cy/1 é', 'head', 'mum']],
    ['students', ['ben', 'cy/1 é']],
    ['teachers', ['ada']],
    ['enrollments', ['e1', 'e2', 'e3', 'e4']],
    ['demographics', ['ben']],
    ['classes/c1/students', ['ben']],
    ['classes/c1/teachers', ['ada']],
    ['courses/co1/classes', ['c1']],
    ['schools/s1/classes', ['c1']],
    ['schools/s1/courses', ['co1']],
    ['schools/s2/courses', ['co2']],
    ['schools/s2/enrollments', ['e3', 'e4']],
    ['schools/s2/students', ['cy/1 é']],
    ['schools/s1/teachers', ['ada']],
    ['schools/s1/terms', ['t']],
    ['schools/s1/classes/c1/enrollments', ['e1', 'e2']],
    ['schools/s2/classes/c2/students', ['ben', 'cy/1 é']],
    ['schools/s1/classes/c1/teachers', ['ada']],
    ['students/ben/classes', ['c1', 'c2']],
    ['teachers/ada/classes', ['c1']],
    ['users/ben/classes', ['c1', 'c2']],
    ['terms/t/classes', ['c2']],
    ['terms/t/gradingPeriods', ['g']],
  ])('%s has exactly what belongs there', async (path, expected) => {
    const page = await served.list(path);
    expect([page.ids, page.total]).toEqual([expected, expected.length]);
  });

  test.each([
    'classes/none/students',
    'schools/d/classes',
    'terms/y/classes',
    'students/ada/classes',
    'schools/s1/classes/c2/students',
  ])('%s is not found, since there is no such record in that part', async (path) => {
    await expect(served.list(path)).rejects.toEqual(refused('unknown-object'));
  });

  test('a district without a roster has empty collections', async () => {
    const empty = new ServedDistrict();
    expect((await empty.list('users')).body).toEqual({ users: [] });
  });
});

describe('a record', () => {
  test('comes in the words of the standard, its references as addresses that lead to it', async () => {
    const base = 'https://api.test/ims/oneroster/rostering/v1p2';
    const ref = (type: string, place: string, id: string) => ({
      href: `${base}/${place}/${encodeURIComponent(id)}`,
      sourcedId: id,
      type,
    });
    const at = { status: 'active', dateLastModified: served.world.now() };
    const [, cy] = (await served.list('students')).records;
    expect(cy).toMatchObject({
      ...at,
      enabledUser: 'true',
      roles: [{ roleType: 'primary', role: 'student', org: ref('org', 'orgs', 's2') }],
      primaryOrg: ref('org', 'orgs', 's2'),
      metadata: { title: 'Captain' },
    });
    expect(await served.one('enrollments', 'e1')).toEqual({
      enrollment: {
        ...{ sourcedId: 'e1', ...at, role: 'teacher', primary: 'true', beginDate: '2026-08-01' },
        user: ref('user', 'users', 'ada'),
        class: ref('class', 'classes', 'c1'),
        school: ref('org', 'orgs', 's1'),
      },
    });
    const { org } = await served.one('orgs', 'd');
    expect(org).toMatchObject({
      identifier: '',
      children: [ref('org', 'orgs', 's1'), ref('org', 'orgs', 's2')],
    });
    const { user: head } = await served.one('users', 'head');
    expect(head).toMatchObject({ roles: [{ role: 'districtAdministrator' }, { role: 'siteAdministrator' }] });
    expect(await served.one('demographics', 'ben')).toEqual({
      demographics: { sourcedId: 'ben', ...at, sex: 'male', birthDate: '2011-02-03' },
    });
    expect(JSON.stringify((await served.list('users')).body)).not.toContain('birthDate');
  });

  test('that the feed no longer has stays, as one that may be deleted, and is in no class', async () => {
    const before = served.world.now();
    served.world.passDays(1);
    await served.world.syncRoster({
      ...roster,
      enrollments: roster.enrollments?.filter(({ sourcedId }) => sourcedId !== 'e2') ?? [],
    });
    const { records } = await served.list('enrollments', { filter: `dateLastModified>'${before}'` });
    expect(records).toMatchObject([{ sourcedId: 'e2', status: 'tobedeleted' }]);
    expect(await ids('classes/c1/students')).toEqual([]);
    expect(await ids('users/ben/classes')).toEqual(['c2']);
  });
});

describe('a query', () => {
  test.each([
    ['users', "familyName='Bell'", 5],
    ['users', "familyName!='Bell'", 0],
    ['users', "givenName~'BE'", 1],
    ['users', "roles.role='student' AND roles.org.sourcedId='s2'", 1],
    ['users', "givenName='ada' OR givenName='ben'", 2],
    ['users', "sourcedId>='cy' AND sourcedId<'i'", 2],
    ['users', "metadata.title='Captain'", 1],
    ['users', "email!='a'", 5],
    ['users', "email='a'", 0],
    ['classes', "grades='10,09'", 1],
    ['classes', "grades='09'", 0],
    ['classes', "grades~'09'", 1],
    ['enrollments', "primary='true'", 1],
    ['orgs', "type='school' AND identifier='N2'", 1],
    ['academicSessions', "startDate<='2026-08-01'", 3],
    ['users', "dateLastModified>'1971-01-01T01:00:00+01:00'", 5],
    ['users', "dateLastModified>'2100-01-01'", 0],
  ])('of %s by %s finds %i', async (path, filter, count) => {
    expect((await served.list(path, { filter })).total).toBe(count);
  });

  test.each([
    ["nobody='x'", 'invalid-filter-field'],
    ["givenName='a' AND givenName='b' OR givenName='c'", 'invalid-filter-field'],
    ["givenName='a' AND givenName='b' AND givenName='c'", 'invalid-filter-field'],
    ["givenName=='a'", 'invalid-filter-field'],
    ["givenName like 'a'", 'invalid-filter-field'],
    ['givenName=a', 'invalid-filter-field'],
    ["='a'", 'invalid-filter-field'],
    ['', 'invalid-filter-field'],
    ["dateLastModified>'yesterday'", 'invalid-filter-field'],
    ["roles.nothing='a'", 'invalid-filter-field'],
  ])('whose filter is %s is refused', async (filter, code) => {
    await expect(served.list('users', { filter })).rejects.toEqual(refused(code));
  });

  test('takes a quote inside a value for what it is', async () => {
    await served.world.syncRoster({
      ...roster,
      users: [...(roster.users ?? []), { ...user('oh', role('student', 's1')), familyName: "O'Neil' AND" }],
    });
    expect(await ids('users', { filter: "familyName='O'Neil' AND' AND givenName='oh'" })).toEqual(['oh']);
  });

  test.each([
    ...['0', '-1', '1e3', '1.5', '', '+5', '0x5', '1001', '99999999999', ' 5'].map((limit) => ({ limit })),
    ...['-1', '1e1', 'a', '', '99999999999'].map((offset) => ({ offset })),
    { orderBy: 'up' },
  ])('with %j is refused', async (asked) => {
    await expect(served.list('users', asked)).rejects.toEqual(refused('invalid-data'));
  });

  test.each([{ sort: 'nothing' }, { fields: 'givenName,nothing' }, { fields: '' }, { fields: 'roles.role' }])(
    'with %j names no field',
    async (asked) => {
      await expect(served.list('users', asked)).rejects.toEqual(refused('invalid-selection-field'));
    },
  );

  test('sorts both ways, by id where it is the same, and selects fields', async () => {
    expect(await ids('users', { sort: 'givenName', orderBy: 'desc' })).toEqual([
      'mum',
      'head',
      'cy/1 é',
      'ben',
      'ada',
    ]);
    expect(await ids('classes', { sort: 'title' })).toEqual(['c2', 'c1']);
    expect(await ids('students/ben/classes', { sort: 'title' })).toEqual(['c2', 'c1']);
    expect(await ids('users', { orderBy: 'desc', limit: '2' })).toEqual(['mum', 'head']);
    const { records } = await served.list('users', { fields: 'familyName,status', limit: '1' });
    expect(records).toEqual([{ sourcedId: 'ada', familyName: 'Bell', status: 'active' }]);
  });
});

describe('pages', () => {
  test('lead from one to the next, to the first and the last', async () => {
    const first = await served.list('users', { limit: '2', filter: "familyName='Bell'" });
    expect(Object.keys(first.links)).toEqual(['next', 'first', 'last']);
    expect(first.links.last).toMatchObject({ offset: '4', limit: '2', filter: "familyName='Bell'" });
    const second = await served.list('users', first.links.next);
    const third = await served.list('users', second.links.next);
    expect([first.ids, second.ids, third.ids].flat()).toEqual(['ada', 'ben', 'cy/1 é', 'head', 'mum']);
    expect(Object.keys(third.links)).toEqual(['prev', 'first', 'last']);
    expect(await ids('users', third.links.prev)).toEqual(second.ids);
    const beyond = await served.list('users', { offset: '100' });
    expect([beyond.ids, beyond.total, beyond.links.prev?.offset]).toEqual([[], 5, '0']);
  });

  test('go on with the roster that the first showed, for as long as that is kept', async () => {
    const first = await served.list('users', { limit: '2' });
    await served.world.syncRoster({
      ...roster,
      users: [user('a0', role('student', 's1')), ...(roster.users ?? [])],
    });
    served.restart();
    expect(await ids('users', first.links.next)).toEqual(['cy/1 é', 'head']);
    expect(await ids('users', { limit: '2' })).toEqual(['a0', 'ada']);
    served.today = '2026-11-21';
    expect(await ids('users', first.links.next)).toEqual(['cy/1 é', 'head']);
    served.today = '2026-11-22';
    await expect(served.list('users', first.links.next)).rejects.toEqual(refused('snapshot-gone'));
  });

  test('of a roster that was never shown are refused, whatever somebody makes up', async () => {
    const manifest = (await served.world.ledger.lane('d-1')).value.committed.manifest ?? '';
    const digest = /[0-9a-f]{64}/.exec(manifest)?.[0];
    await served.world.syncRoster({ ...roster, classes: roster.classes?.slice(0, 1) ?? [], enrollments: [] });
    for (const snapshot of [
      `${digest}.2026-11-20`,
      `${digest}.2026-11-19`,
      'x',
      `${'0'.repeat(64)}.2026-11-20`,
    ]) {
      await expect(served.list('users', { snapshot })).rejects.toEqual(refused('snapshot-gone'));
    }
  });

  test('are read from the one or two blocks that they lie in, and are made once', async () => {
    const many = Array.from({ length: 4500 }, (_, at) =>
      user(`u${String(at).padStart(5, '0')}`, role('student', 's1')),
    );
    await served.world.syncRoster({ ...roster, users: [...(roster.users ?? []), ...many] });
    await served.list('users');
    const made = served.pages.size;
    for (const offset of ['0', '2000', '2950', '4400']) {
      served.reads = [];
      const { records } = await served.list('users', { offset });
      expect(records).toHaveLength(100);
      expect(served.reads.filter((key) => key.endsWith('.ndjson')).length).toBeLessThanOrEqual(2);
    }
    expect(served.pages.size).toBe(made);
  });

  test('of any length tell every record once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('givenName', 'sourcedId'),
        async (limit, sort) => {
          const seen: string[] = [];
          let asked: Record<string, string> | undefined = { limit: String(limit), sort };
          while (asked !== undefined) {
            const page = await served.list('users', asked);
            seen.push(...page.ids);
            asked = page.links.next;
          }
          expect(seen).toEqual(['ada', 'ben', 'cy/1 é', 'head', 'mum']);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('a limited client', () => {
  const north = { sharing: { schools: ['s1'] } };

  test.each([
    ['orgs', ['d', 's1']],
    ['schools', ['s1']],
    ['courses', ['co1']],
    ['classes', ['c1']],
    ['users', ['ada', 'ben', 'head', 'mum']],
    ['students', ['ben']],
    ['enrollments', ['e1', 'e2']],
    ['demographics', ['ben']],
    ['users/ben/classes', ['c1']],
    ['schools/s1/enrollments', ['e1', 'e2']],
  ])('of one school sees of %s what is there, and is told no other count', async (path, expected) => {
    const page = await served.list(path, {}, north);
    expect([page.ids, page.total]).toEqual([expected, expected.length]);
    expect(JSON.stringify(page.body)).not.toMatch(/s2|cy|c2|e4/);
  });

  test.each(['classes/c2/students', 'schools/s2/classes', 'students/cy%2F1/classes'])(
    '%s does not exist for it',
    async (path) => {
      await expect(served.list(path, {}, north)).rejects.toEqual(refused('unknown-object'));
    },
  );

  test('sees no record by its id either, and nobody’s relatives', async () => {
    await expect(served.one('users', 'cy/1 é', north)).rejects.toEqual(refused('unknown-object'));
    await expect(served.one('enrollments', 'e4', north)).rejects.toEqual(refused('unknown-object'));
    const { user: ben } = await served.one('users', 'ben', north);
    expect(ben).not.toHaveProperty('agents');
  });

  test('of some grades sees their students and whoever is no student', async () => {
    const nine = { sharing: { grades: ['9'] } };
    expect(await ids('students', {}, nine)).toEqual(['ben']);
    expect(await ids('enrollments', {}, nine)).toEqual(['e1', 'e2', 'e4']);
  });

  test('of some fields sees no others, nor finds or sorts by them', async () => {
    const names = { sharing: { fields: ['givenName'] } };
    const { records } = await served.list('students', {}, names);
    expect(records.map((record) => Object.keys(record))).toEqual([
      ['sourcedId', 'status', 'dateLastModified', 'givenName'],
      ['sourcedId', 'status', 'dateLastModified', 'givenName'],
    ]);
    expect(await ids('users', { filter: "familyName='Bell'" }, names)).toEqual([]);
    expect(await ids('users', { filter: "roles.role='student'" }, names)).toEqual([]);
    expect(await ids('demographics', {}, names)).toEqual([]);
  });

  test('has pages of its own: what another client asked for is not read', async () => {
    await served.list('users');
    expect((await served.list('users', {}, north)).total).toBe(4);
    expect((await served.list('users')).total).toBe(5);
  });

  test('sees who is at its school by an enrollment alone, in that part', async () => {
    const south = { sharing: { schools: ['s2'] } };
    const { user: ben } = await served.one('users', 'ben', south);
    expect(ben).toMatchObject({
      roles: [{ roleType: 'primary', role: 'student', org: { sourcedId: 's2' } }],
    });
  });

  test('sees each record of a person who has several where it is itself, with its own enrollments', async () => {
    const linked = new ServedDistrict();
    await linked.world.syncRoster({
      ...roster,
      users: [
        user('main', role('teacher', 's1')),
        { ...user('other', role('teacher', 's2')), sameAsId: 'main' },
      ],
      enrollments: [
        enrollment('e1', ['c1', 's1', 'main', 'teacher']),
        enrollment('e2', ['c2', 's2', 'other', 'teacher']),
      ],
    });
    expect(linked.world.seen('access\tperson\tmain')).toMatchObject({ also: ['other'] });
    const seen = async (school: string) => {
      const as = { sharing: { schools: [school] } };
      return [(await linked.list('users', {}, as)).ids, (await linked.list('enrollments', {}, as)).ids];
    };
    expect([await seen('s1'), await seen('s2')]).toEqual([
      [['main'], ['e1']],
      [['other'], ['e2']],
    ]);
  });
});
