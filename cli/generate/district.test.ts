import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from './changes.ts';
import { type DistrictOptions, generateDistrict } from './district.ts';

type Row = Record<string, string>;

/** Rows of a generated table by column; the generator quotes by RFC 4180 and never breaks a line inside a cell. */
function rowsOf(options: DistrictOptions, table: string): Row[] {
  const file = generateDistrict(options).files.find((candidate) => candidate.file === `${table}.csv`);
  const [header = [], ...rows] = [...(file?.lines() ?? [])].map(cellsOf);
  return rows.map((cells) => Object.fromEntries(header.map((column, index) => [column, cells[index] ?? ''])));
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

const byId = (rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.map((row) => [row.sourcedId ?? '', row]));
const list = (cell = ''): string[] => (cell === '' ? [] : cell.split(','));

/** References that resolve to nothing, as `table.column: id`. */
function danglingIn(options: DistrictOptions): string[] {
  const version = options.version ?? '1.2';
  const targets: [table: string, column: string, target: string][] = [
    ['orgs', 'parentSourcedId', 'orgs'],
    ['academicSessions', 'parentSourcedId', 'academicSessions'],
    ['courses', 'schoolYearSourcedId', 'academicSessions'],
    ['courses', 'orgSourcedId', 'orgs'],
    ['classes', 'courseSourcedId', 'courses'],
    ['classes', 'schoolSourcedId', 'orgs'],
    ['classes', 'termSourcedIds', 'academicSessions'],
    ['users', 'agentSourcedIds', 'users'],
    ['users', version === '1.1' ? 'orgSourcedIds' : 'primaryOrgSourcedId', 'orgs'],
    ...(version === '1.2'
      ? ([
          ['roles', 'userSourcedId', 'users'],
          ['roles', 'orgSourcedId', 'orgs'],
        ] satisfies [string, string, string][])
      : []),
    ['enrollments', 'classSourcedId', 'classes'],
    ['enrollments', 'schoolSourcedId', 'orgs'],
    ['enrollments', 'userSourcedId', 'users'],
  ];
  const tables = new Map<string, Row[]>();
  const read = (table: string): Row[] =>
    tables.get(table) ?? tables.set(table, rowsOf(options, table)).get(table) ?? [];
  return targets.flatMap(([table, column, target]) => {
    const known = byId(read(target));
    const missing = read(table).flatMap((row) => list(row[column]).filter((id) => !known.has(id)));
    return missing.map((id) => `${table}.${column}: ${id}`);
  });
}

const sizes = fc.record({
  students: fc.integer({ min: 1, max: 1600 }),
  seed: fc.integer({ min: 0, max: 1000 }),
  version: fc.constantFrom('1.1' as const, '1.2' as const),
  after: fc.boolean(),
});

describe('generateDistrict', () => {
  test('gives the same lines for the same options and others for another seed', () => {
    const text = (options: DistrictOptions): string =>
      generateDistrict(options)
        .files.flatMap(({ lines }) => [...lines()])
        .join('\n');
    const first = text({ students: 700, seed: 5 });
    expect(text({ students: 700, seed: 5 })).toBe(first);
    expect(text({ students: 700, seed: 6 })).not.toBe(first);
  });

  test('resolves every reference and repeats no id, in any size, version and state', async () => {
    await fc.assert(
      fc.property(sizes, (options) => {
        expect(danglingIn(options)).toEqual([]);
        for (const { file } of generateDistrict(options).files.slice(1)) {
          const rows = rowsOf(options, file.replace('.csv', ''));
          expect(rows.length).toBeGreaterThan(0);
          expect(byId(rows).size).toBe(rows.length);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('has the students it was asked for, each in a homeroom and six more classes of their own grade', async () => {
    await fc.assert(
      fc.property(sizes, (size) => {
        const options = { ...size, after: false };
        const students = rowsOf(options, 'users').filter(({ sourcedId }) => sourcedId?.startsWith('stu-'));
        expect(students).toHaveLength(options.students);
        const classes = byId(rowsOf(options, 'classes'));
        const enrollments = Map.groupBy(rowsOf(options, 'enrollments'), ({ userSourcedId }) => userSourcedId);
        for (const { sourcedId, grades } of students) {
          const own = enrollments.get(sourcedId)?.map((row) => classes.get(row.classSourcedId ?? '')) ?? [];
          const inGrade = own.filter((row) => row?.grades === grades);
          expect(inGrade.filter((row) => row?.classType === 'homeroom').length).toBeGreaterThanOrEqual(1);
          expect(inGrade.length).toBeGreaterThanOrEqual(7);
        }
      }),
      { numRuns: 8 },
    );
  });

  test('gives every class exactly one primary teacher who has a role at its school', () => {
    const options = { students: 2000 };
    const places = new Set(
      rowsOf(options, 'roles')
        .filter(({ role }) => role === 'teacher')
        .map(({ userSourcedId, orgSourcedId }) => `${userSourcedId} ${orgSourcedId}`),
    );
    const teachers = rowsOf(options, 'enrollments').filter(({ role }) => role === 'teacher');
    for (const { userSourcedId, schoolSourcedId } of teachers) {
      expect(places).toContain(`${userSourcedId} ${schoolSourcedId}`);
    }
    const primaries = Map.groupBy(
      teachers.filter(({ primary }) => primary === 'true'),
      ({ classSourcedId }) => classSourcedId,
    );
    for (const { sourcedId } of rowsOf(options, 'classes')) expect(primaries.get(sourcedId)).toHaveLength(1);
  });

  test('has parents with two children, teachers who are parents, and people at two schools', () => {
    const options = { students: 2000 };
    const roles = Map.groupBy(rowsOf(options, 'roles'), ({ userSourcedId }) => userSourcedId);
    const has = (userId: string, role: string): boolean =>
      roles.get(userId)?.some((row) => row.role === role) ?? false;
    const users = rowsOf(options, 'users');
    const withChildren = users.filter(
      ({ sourcedId = '', agentSourcedIds }) => has(sourcedId, 'parent') && list(agentSourcedIds).length > 0,
    );
    expect(withChildren.some(({ agentSourcedIds }) => list(agentSourcedIds).length === 2)).toBe(true);
    expect(withChildren.some(({ sourcedId = '' }) => has(sourcedId, 'teacher'))).toBe(true);
    const schoolsOf = (userId: string, role: string): number =>
      roles.get(userId)?.filter((row) => row.role === role).length ?? 0;
    expect(users.filter(({ sourcedId = '' }) => schoolsOf(sourcedId, 'teacher') === 2)).toHaveLength(4);
    expect(users.filter(({ sourcedId = '' }) => schoolsOf(sourcedId, 'student') === 2)).toHaveLength(4);
  });

  test('names people in many scripts, with apostrophes, hyphens, quotes and single letters', () => {
    const names = rowsOf({ students: 3000 }, 'users').map(
      ({ givenName, familyName }) => `${givenName} ${familyName}`,
    );
    const wanted = [
      /\p{Script=Cyrillic}/u,
      /\p{Script=Greek}/u,
      /\p{Script=Arabic}/u,
      /\p{Script=Hebrew}/u,
      /\p{Script=Devanagari}/u,
      /\p{Script=Han}/u,
      /\p{Script=Hiragana}/u,
      /\p{Script=Hangul}/u,
      /\p{Script=Ethiopic}/u,
      /Nguyễn/,
      /'/,
      /-/,
      /"/,
      /^. /u,
    ];
    for (const script of wanted) expect(names.some((name) => script.test(name))).toBe(true);
  });

  test('is a school year that holds every day from July to July', () => {
    const years = rowsOf({ students: 10, schoolYear: 2031 }, 'academicSessions').filter(
      ({ type }) => type === 'schoolYear',
    );
    expect(years).toMatchObject([{ startDate: '2030-07-01', endDate: '2031-07-01', schoolYear: '2031' }]);
  });

  test.each([0, -1, 1.5, 300_001, Number.NaN])('refuses a district of %s students', (students) => {
    expect(() => generateDistrict({ students })).toThrow(RangeError);
  });
});

/** What one feed has and another does not, and ids whose row differs. */
function difference(before: readonly Row[], after: readonly Row[]) {
  const [old, next] = [byId(before), byId(after)];
  const changed = [...next].filter(
    ([id, row]) => old.has(id) && JSON.stringify(old.get(id)) !== JSON.stringify(row),
  );
  return {
    added: [...next.keys()].filter((id) => !old.has(id)).sort(),
    removed: [...old.keys()].filter((id) => !next.has(id)).sort(),
    changed: changed.map(([id]) => id).sort(),
  };
}

function ofKind<K extends Change['kind']>(
  changes: readonly Change[],
  kind: K,
): Extract<Change, { kind: K }>[] {
  return changes.filter((change): change is Extract<Change, { kind: K }> => change.kind === kind);
}

describe('the second feed', () => {
  const options = { students: 4100, seed: 3 };
  const later = { ...options, after: true };
  const changes = [...generateDistrict(later).changes()];
  const differenceIn = (table: string) => difference(rowsOf(options, table), rowsOf(later, table));
  const idsOf = (
    kind: 'student-joined' | 'student-left' | 'student-changed-school' | 'person-renamed',
  ): string[] =>
    ofKind(changes, kind)
      .map(({ userId }) => userId)
      .sort();

  test('contains a change of every kind, and fewer leavers than one in twenty', () => {
    expect(new Set(changes.map(({ kind }) => kind)).size).toBe(7);
    expect(idsOf('student-left').length).toBeLessThan(options.students / 20);
    expect([...generateDistrict(options).changes()]).toEqual([]);
  });

  test('differs in users exactly as described', () => {
    const moved = idsOf('student-changed-school');
    expect(differenceIn('users')).toEqual({
      added: idsOf('student-joined'),
      removed: idsOf('student-left'),
      changed: [
        ...idsOf('person-renamed'),
        ...moved,
        ...ofKind(changes, 'administrator-changed-school').map(({ userId }) => userId),
      ].sort(),
    });
  });

  test('differs in roles exactly as described', () => {
    const roleOf = (userId: string): string => `rol-${userId}-1`;
    const administrators = ofKind(changes, 'administrator-changed-school').map(({ userId }) => userId);
    expect(differenceIn('roles')).toEqual({
      added: idsOf('student-joined').map(roleOf),
      removed: idsOf('student-left').map(roleOf),
      changed: [...idsOf('student-changed-school'), ...administrators].map(roleOf).sort(),
    });
  });

  test('differs in enrollments exactly as described', () => {
    const { added, removed, changed } = differenceIn('enrollments');
    const ofClass = (classId: string, userId: string): string => `enr-${classId.slice(4)}-${userId}`;
    const lost = ofKind(changes, 'teacher-lost-class');
    const handedOver = ofKind(changes, 'class-changed-teacher');
    const ofStaff = (ids: readonly string[]): string[] => ids.filter((id) => id.includes('tch-'));
    expect(ofStaff(added)).toEqual(handedOver.map(({ classId, to }) => ofClass(classId, to)).sort());
    expect(ofStaff(removed)).toEqual(
      [
        ...handedOver.map(({ classId, from }) => ofClass(classId, from)),
        ...lost.map(({ classId, userId }) => ofClass(classId, userId)),
      ].sort(),
    );
    expect(changed).toEqual(
      lost.map(({ classId, remainingTeacherId }) => ofClass(classId, remainingTeacherId)).sort(),
    );

    const peopleIn = (ids: readonly string[]): string[] =>
      [...new Set(ids.flatMap((id) => /stu-\d+$/.exec(id)?.[0] ?? []))].sort();
    const moved = idsOf('student-changed-school');
    expect(peopleIn(added)).toEqual([...idsOf('student-joined'), ...moved].sort());
    expect(peopleIn(removed)).toEqual([...idsOf('student-left'), ...moved].sort());
  });

  test.each(['orgs', 'academicSessions', 'courses', 'classes'])('leaves %s as they were', (table) => {
    expect(differenceIn(table)).toEqual({ added: [], removed: [], changed: [] });
  });
});

describe('a dirty district', () => {
  test.each(['1.1', '1.2'] as const)(
    'has the planted rows it reports beside every good row, in %s',
    (version) => {
      const options = { students: 2500, version };
      const { planted, files } = generateDistrict({ ...options, dirty: true });
      expect(planted.length).toBeGreaterThan(15);
      for (const { file } of files.slice(1)) {
        const table = file.replace('.csv', '');
        const [clean, dirty] = [rowsOf(options, table), rowsOf({ ...options, dirty: true }, table)];
        const here = planted.filter((fault) => fault.file === file);
        expect(dirty.length - clean.length).toBe(here.reduce((sum, { rows }) => sum + rows, 0));
        for (const { label, rows } of here.filter((fault) => !fault.label.endsWith('-twice'))) {
          expect(dirty.filter(({ sourcedId }) => sourcedId?.startsWith(`bad-${label}-`))).toHaveLength(rows);
        }
        const ids = byId(dirty);
        expect(clean.every(({ sourcedId = '' }) => ids.has(sourcedId))).toBe(true);
      }
    },
  );
});
