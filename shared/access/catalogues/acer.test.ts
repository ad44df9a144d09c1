import { describe, expect, test } from 'vitest';
import { anAssignment, aPerson, enrolled, theUser } from '../../../test/builders/access-facts.ts';
import {
  answerTo,
  contradicted,
  isCaught,
  mutantsOf,
  naming,
  shipped,
  type TableCase,
} from '../../../test/builders/catalogue-table.ts';
import type { Person, ResourceFacts, StudentReach } from '../facts.ts';

const roles = ['client_administrator', 'candidate_manager', 'report_generator'] as const;
type AcerRole = (typeof roles)[number];

/** role-systems §3, typed from 002: cells by role, whether the permission bears students, the line. */
const table: Record<string, [cells: string, bears: boolean, source: string]> = {
  purchase: ['A - -', false, '002:11'],
  'account.edit': ['A - -', false, '002:12'],
  'staff.manage': ['A - -', false, '002:1'],
  'student.edit': ['A A -', true, '002:6'],
  'student.add': ['A A -', true, '002:6'],
  'student.view': ['A A A', true, '002:15'],
  'report.generate': ['A - A', true, '002:16'],
  'test.assign': ['A A -', true, '002:6'],
  'tag.assign': ['A A -', true, '002:19'],
};

const org = { status: 'active', type: 'school' } as const;
const account = (id: string): ResourceFacts => ({ type: 'account', id, org });

function staff(role: AcerRole, reach?: Partial<StudentReach>, accountId = 'o-1', id = 'u-1'): Person {
  const given = anAssignment(role, { type: 'account', ids: [accountId], ...reach }, { system: 'acer' });
  return aPerson(id, {}, [given]);
}

type Student = { grades?: string[]; tags?: string[]; at?: string; own?: string; end?: string };

/** Enrolled in a class of o-1, unless `at` says elsewhere or, empty, nowhere. */
function person(id: string, { grades = ['2'], tags, at = 'o-1', own, end }: Student = {}): Person {
  const dates = end === undefined ? {} : { end };
  const memberships = at === '' ? [] : [enrolled('c-9', 'student', { schoolId: at, ...dates })];
  const one = aPerson(id, { grades, memberships, orgIds: own === undefined ? [] : [own] });
  return { ...one, ...(tags ? { tags } : {}) };
}
const student = (one: Person): ResourceFacts => ({ type: 'student', id: one.id, person: one });

const onStudents = Object.entries(table).filter(
  ([permission, [, bears]]) => bears && permission !== 'student.add',
);

const tableCases = Object.entries(table).flatMap(([permission, [cells]]) =>
  cells.split(' ').flatMap((letter, i): TableCase[] => {
    const role = roles[i];
    if (role === undefined) return [];
    const asked = { permission, subject: staff(role), resource: account('o-1') };
    if (letter === '-') {
      return [
        { ...asked, expected: false, code: 'no-role' },
        { ...asked, subject: staff(role, { yearLevels: ['2'] }), expected: false, code: 'no-role' },
      ];
    }
    return [
      { ...asked, expected: true },
      { ...asked, resource: account('o-2'), expected: false, code: 'out-of-scope' },
    ];
  }),
);

/** 002:18-20: what a restriction lets through, for each permission that bears students and each role that has it. */
const reachCases = onStudents.flatMap(([permission, [cells]]) =>
  cells.split(' ').flatMap((letter, i): TableCase[] => {
    const role = roles[i];
    if (role === undefined || letter === '-') return [];
    const asked = (reach: Partial<StudentReach>, one: Student) => ({
      permission,
      subject: staff(role, reach),
      resource: student(person('st-1', one)),
    });
    const may = (reach: Partial<StudentReach>, one: Student): TableCase => ({
      ...asked(reach, one),
      expected: true,
    });
    const mayNot = (reach: Partial<StudentReach>, one: Student): TableCase => ({
      ...asked(reach, one),
      expected: false,
      code: 'out-of-scope',
    });
    const year2 = { yearLevels: ['2'] };
    const both = { yearLevels: ['2'], tags: ['Group Blue'] };
    const several = (reach: Partial<StudentReach>, ids: string[], expected: boolean): TableCase => ({
      permission,
      subject: staff(role, reach),
      resource: account('o-1'),
      properties: { students: ids },
      more: naming([person('st-1'), person('st-5', { grades: ['5'] }), person('st-6', { at: 'o-2' })]),
      expected,
      ...(expected ? {} : { code: 'out-of-scope' as const }),
    });
    return [
      may({}, {}),
      may(year2, {}),
      may(year2, { grades: ['02'] }),
      mayNot(year2, { grades: ['3'] }),
      mayNot(year2, { grades: [] }),
      mayNot(year2, { at: '', own: 'o-1' }),
      mayNot(year2, { end: '2026-10-01', own: 'o-1' }),
      mayNot({}, { at: 'o-2' }),
      may(both, { grades: ['7'], tags: ['Group Blue'] }),
      may(both, { grades: ['7'], tags: ['Group Blue'], at: '', own: 'o-1' }),
      may(both, {}),
      mayNot(both, { grades: ['7'], tags: ['Group Red'] }),
      mayNot({ tags: ['Group Blue'] }, {}),
      several({}, ['st-1', 'st-5'], true),
      several({}, ['st-1', 'st-6'], false),
      several({}, ['st-1', 'st-99'], false),
      several(year2, ['st-1'], true),
      several(year2, ['st-1', 'st-5'], false),
      several(year2, [], false),
    ];
  }),
);

const restricted = { yearLevels: ['2'], tags: ['Blue'] };

const addCases = (['client_administrator', 'candidate_manager'] as const).flatMap((role): TableCase[] => {
  const asked = { permission: 'student.add', subject: staff(role, restricted), resource: account('o-1') };
  return [
    { ...asked, properties: { yearLevel: '02' }, expected: true },
    { ...asked, properties: { yearLevel: 2 }, expected: true },
    { ...asked, properties: { yearLevel: '9', tags: ['Blue'] }, expected: true },
    { ...asked, properties: { yearLevel: '3' }, expected: false },
    { ...asked, properties: { tags: ['Red'] }, expected: false },
    { ...asked, expected: false },
  ];
});

/** Nobody widens their own scope. */
function manageCases(): TableCase[] {
  const self = staff('client_administrator', restricted);
  const free = staff('client_administrator');
  const other = staff('report_generator', undefined, 'o-1', 'u-2');
  const on = (
    subject: Person,
    target: Person,
    properties: Record<string, unknown>,
    expected: boolean,
  ): TableCase => ({
    permission: 'staff.manage',
    subject,
    resource: theUser(target),
    properties,
    expected,
    ...(expected ? {} : { code: 'rule' as const }),
  });
  return [
    on(self, self, {}, true),
    on(self, self, { yearLevels: ['02'], tags: ['Blue'] }, true),
    on(self, self, { tags: [] }, true),
    on(self, self, { yearLevels: ['2', '3'] }, false),
    on(self, self, { tags: ['Blue', 'Red'] }, false),
    on(self, self, { yearLevels: [], tags: [] }, false),
    on(free, free, { yearLevels: ['2'] }, true),
    on(self, other, { yearLevels: ['3'] }, true),
    {
      permission: 'staff.manage',
      subject: self,
      resource: theUser(staff('report_generator', undefined, 'o-2', 'u-2')),
      expected: false,
      code: 'out-of-scope',
    },
  ];
}

const cases = [...tableCases, ...reachCases, ...addCases, ...manageCases()];

describe('the acer catalogue', () => {
  test('answers every cell of the table as the document has it', () => {
    expect(contradicted(shipped('acer'), cases)).toEqual([]);
    const granted = cases.filter(({ expected }) => expected).length;
    expect(cases.length - granted).toBeGreaterThanOrEqual(granted);
  });

  test('has no rows or roles beyond the table, each with its source', () => {
    const { rows, roles: all } = shipped('acer');
    expect(Object.fromEntries(rows.map((row) => [row.permission, row.source[0]]))).toEqual(
      Object.fromEntries(Object.entries(table).map(([permission, [, , source]]) => [permission, source])),
    );
    expect(all.map(({ id, scope, privileged }) => [id, scope, privileged])).toEqual([
      ['client_administrator', 'account', true],
      ['candidate_manager', 'account', false],
      ['report_generator', 'account', false],
    ]);
  });

  test('gives who holds two roles exactly the union of both', () => {
    const manager = staff('candidate_manager');
    const both = { ...manager, manual: [...manager.manual, ...staff('report_generator').manual] };
    for (const [permission, [cells]] of Object.entries(table)) {
      const [, one, other] = cells.split(' ');
      const { decision } = answerTo(shipped('acer'), {
        permission,
        subject: both,
        resource: account('o-1'),
        expected: true,
      });
      expect([permission, decision]).toEqual([permission, one === 'A' || other === 'A']);
    }
  });

  test('binds every assignment in the account by what stands in one of them, or beside them', () => {
    const free = staff('candidate_manager');
    const more = staff('report_generator', { yearLevels: ['2'] });
    const subject = { ...free, manual: [...free.manual, ...more.manual] };
    const beside = { ...free, accounts: { 'o-1': { yearLevels: ['2'], tags: [] } } };
    const ask = (who: Person, grade: string) =>
      answerTo(shipped('acer'), {
        permission: 'student.edit',
        subject: who,
        resource: student(person('st-1', { grades: [grade] })),
        expected: true,
      }).decision;
    for (const who of [subject, beside]) expect([ask(who, '2'), ask(who, '3')]).toEqual([true, false]);
    expect(ask({ ...free, accounts: { 'o-2': { yearLevels: ['2'], tags: [] } } }, '3')).toBe(true);
  });

  test('denies students whose facts were not read', () => {
    const asked = {
      permission: 'student.view',
      subject: staff('report_generator'),
      resource: account('o-1'),
    };
    const { reason } = answerTo(shipped('acer'), {
      ...asked,
      properties: { students: ['st-1'] },
      expected: false,
    });
    expect(reason.message).toContain('not known here');
  });

  test('is told from every mutant of a cell or a rule', () => {
    const mutants = mutantsOf(shipped('acer'));
    expect(mutants.length).toBeGreaterThan(30);
    const survivors = mutants.filter(({ catalogue, permission }) => !isCaught(catalogue, permission, cases));
    expect(survivors.map(({ what }) => what)).toEqual([]);
  });
});
