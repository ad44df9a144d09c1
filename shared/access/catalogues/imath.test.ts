import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  aSchool,
  aSetting,
  aStudent,
  atSchool,
  enrolled,
  inDistrict,
  theDistrict,
  theUser,
} from '../../../test/builders/access-facts.ts';
import {
  answerTo,
  contradicted,
  isCaught,
  mutantsOf,
  naming,
  shipped,
  type TableCase,
} from '../../../test/builders/catalogue-table.ts';
import type { Person, ResourceFacts, Scope } from '../facts.ts';
import { applyOverlay } from '../overlays.ts';

const roles = [
  'district_administrator',
  'customer_administrator',
  'building_administrator',
  'teacher',
] as const;
type ImathRole = (typeof roles)[number];

const inCustomer: Scope = { type: 'customer', ids: ['k-1'] };
/** Each holds class c-9 of school s-3. */
const here: Record<ImathRole, Scope> = {
  district_administrator: inDistrict,
  customer_administrator: inCustomer,
  building_administrator: atSchool('s-3'),
  teacher: atSchool('s-3'),
};
/** None does. */
const away: Record<ImathRole, Scope> = {
  district_administrator: { type: 'district', ids: ['d-2'] },
  customer_administrator: { type: 'customer', ids: ['k-2'] },
  building_administrator: atSchool('s-4'),
  teacher: atSchool('s-4'),
};

const given = (role: ImathRole, scope: Scope) => anAssignment(role, scope, { system: 'imath' });
const staffOf = (id: string, role: ImathRole, scope: Scope) =>
  aPerson(id, { orgIds: ['s-3'] }, [given(role, scope)]);

/** Teaches c-9 of s-3 and c-8 of s-4, whatever their scope reaches. */
function subjectAs(role: ImathRole, scope: Scope = here[role]): Person {
  const memberships = [enrolled('c-9', 'teacher'), enrolled('c-8', 'teacher', { schoolId: 's-4' })];
  return aPerson('u-17', { memberships, orgIds: ['s-3'] }, [given(role, scope)]);
}

const teacher = staffOf('u-20', 'teacher', atSchool('s-3'));
const building = staffOf('u-21', 'building_administrator', atSchool('s-3'));
const district = staffOf('u-22', 'district_administrator', inDistrict);
const customer = staffOf('u-23', 'customer_administrator', inCustomer);
const wide = staffOf('u-24', 'teacher', atSchool('s-3', 's-4'));
const elsewhere = staffOf('u-25', 'teacher', atSchool('s-4'));
const nobody = aPerson('u-26', { orgIds: ['s-3'] });

const school = { status: 'active', type: 'school' } as const;
const named = naming(
  [teacher, building, district, elsewhere],
  {
    'c-8': { status: 'active', schoolId: 's-4' },
    'c-9': { status: 'active', schoolId: 's-3' },
    'c-10': { status: 'active', schoolId: 's-3' },
  },
  { 's-3': school, 's-4': school },
);

const inactiveStudent = (id: string, classId: string): ResourceFacts => ({
  type: 'student',
  id,
  person: aPerson(id, { enabled: false, memberships: [enrolled(classId, 'student')] }),
});
const suspendedStudent: ResourceFacts = {
  type: 'student',
  id: 'st-4',
  person: aPerson('st-4', { status: 'suspended', orgIds: ['s-3'] }),
};
const bothClasses = aStudent('st-1', 'c-9', 'c-8');

const places = {
  school: aSchool('s-3'),
  class: aClass('c-9'),
  student: aStudent('st-1', 'c-9'),
  user: theUser(teacher),
  district: theDistrict,
} as const;

/** The same school, not their class. */
const notTheirs: Partial<Record<string, ResourceFacts>> = {
  class: aClass('c-10'),
  student: aStudent('st-2', 'c-10'),
};

type Line = [cells: string, on: keyof typeof places | `imath.${string}`, source: string];

/**
 * role-systems §5, typed from 004, columns District, Customer, Building, Teacher. `A` allow, `-` deny, `K` in class, `I` `J`
 * rows of an import, `M` teachers only, `N` teachers and building administrators, `E` `O` edits, `V` teachers' activity, `G`
 * existing class and setting, `X` `Y` inactive, `F` `H` ends of a move, `Q` own school, `Z` benchmark 2 or 3.
 */
const table: Record<string, Line> = {
  'school.edit': ['A A - -', 'school', '004:5'],
  'school_group.manage': ['A A - -', 'school', '004:6'],
  'setting.teacher_student_creation.change': ['A - - -', 'imath.teacher_student_creation', '004:7'],
  'report_data.export': ['A A A K', 'class', '004:8'],
  'parent_portal.logo.upload': ['A - - -', 'school', '004:9'],
  'parent_self_registration.view': ['A - - -', 'school', '004:10'],
  bulk_import: ['I I I J', 'school', '004:14'],
  'educator.first_setup': ['A - - -', 'user', '004:15'],
  'educator.add_multiple': ['M M M -', 'school', '004:16'],
  'educator.add': ['A A N -', 'school', '004:17'],
  'teacher_class.assign': ['A A A -', 'class', '004:18'],
  'educator.edit': ['A A E O', 'user', '004:17'],
  'educator.activate': ['A A V -', 'user', '004:20'],
  'educator.deactivate': ['A A V -', 'user', '004:20'],
  'setting.second_languages.change': ['A - - -', 'imath.second_languages', '004:24'],
  'setting.student_number_required.change': ['A - - -', 'imath.student_number_required', '004:25'],
  'setting.student_number_numeric_min.change': ['A - - -', 'imath.student_number_numeric_min', '004:26'],
  'product.assign': ['A A A K', 'student', '004:27'],
  'student.add': ['A A A G', 'class', '004:28'],
  'student.add_new_to_class': ['A A A G', 'class', '004:29'],
  'student.add_existing_to_class': ['A A A K', 'class', '004:30'],
  'student.view': ['A A A K', 'student', '004:31'],
  'student.edit': ['A A A K', 'student', '004:31'],
  'student.delete': ['X X X Y', 'student', '004:32'],
  'student.move': ['A A F H', 'student', '004:33'],
  'start_card.print': ['A A A K', 'student', '004:34'],
  'class.manage': ['A A A K', 'class', '004:37'],
  'class.create': ['A A A Q', 'school', '004:38'],
  'class.activate': ['A A A K', 'class', '004:39'],
  'class.edit_name': ['A A A K', 'class', '004:40'],
  'group.student.delete': ['X X X Y', 'student', '004:41'],
  'avatar.restrict': ['A A A K', 'class', '004:42'],
  'pathway.enroll': ['A - - -', 'student', '004:44'],
  'motivation.administer': ['A - - -', 'student', '004:45'],
  'benchmark.assign': ['A A - -', 'student', '004:48'],
  'benchmark.unassign': ['A A - -', 'student', '004:48'],
  'benchmark.reassign_1': ['A A - -', 'student', '004:50'],
  'benchmark.invalidate': ['Z Z - -', 'student', '004:51'],
};

const rowsOf = (...rows: Record<string, string>[]) => ({ rows });
const studentRow = { kind: 'student', class: 'c-9' };
const groupRow = { kind: 'group', class: 'c-9' };
const staffRow = { kind: 'staff', accountType: 'teacher', school: 's-3' };
const at = (type: string, id: string) => ({ type, id });
const classMove = { from: at('class', 'c-9'), to: at('class', 'c-9') };
const inCustomers = { customers: ['k-1'] };

type Asked = Omit<TableCase, 'permission' | 'expected'>;

function casesOf(permission: string, letter: string, role: ImathRole, on: Line[1]): TableCase[] {
  const resource = places[on as keyof typeof places] ?? aSetting(on);
  const asked: Asked = { subject: subjectAs(role), resource, more: named, district: inCustomers };
  const may = (more: Partial<Asked> = {}): TableCase => ({ permission, ...asked, ...more, expected: true });
  const mayNot = (more: Partial<Asked> & Pick<TableCase, 'code'> = {}): TableCase => ({
    permission,
    ...asked,
    ...more,
    expected: false,
  });
  const notFromAway = (more: Partial<Asked> = {}) =>
    mayNot({ subject: subjectAs(role, away[role]), ...more });
  const inClass = (more: Partial<Asked> = {}) => [
    may(more),
    mayNot({ ...more, resource: notTheirs[on] ?? theDistrict }),
    notFromAway(more),
    may({ ...more, subject: aPerson('u-17', {}, [given(role, { type: 'class', ids: ['c-9'] })]) }),
    mayNot({ ...more, subject: aPerson('u-17', {}, [given(role, { type: 'class', ids: ['c-10'] })]) }),
  ];
  switch (letter) {
    case 'A':
      return [may(), notFromAway(), ...(role === 'customer_administrator' ? [mayNot({ district: {} })] : [])];
    case '-':
      return [{}, { accountType: 'teacher' }, { benchmark: 2 }].map((properties) =>
        mayNot({ code: 'no-role', properties }),
      );
    case 'K':
      return inClass();
    case 'I':
      return [
        may({ properties: rowsOf(staffRow, studentRow, groupRow, { kind: 'staff' }) }),
        may({ properties: rowsOf() }),
        may({ properties: rowsOf({ kind: 'group', class: 'c-new', school: 's-3' }) }),
        mayNot({ properties: {}, code: 'condition' }),
        mayNot({ properties: rowsOf(studentRow, { kind: 'janitor' }), code: 'condition' }),
        mayNot({ properties: rowsOf({ kind: 'student', school: 's-9' }), code: 'condition' }),
        mayNot({ properties: { rows: [{ kind: 'student', class: 9 }] }, code: 'condition' }),
        mayNot({ properties: rowsOf({ kind: 'group', class: 'c-new' }), more: {}, code: 'condition' }),
        mayNot({ properties: rowsOf({ ...staffRow, accountType: 'building_administrator' }), code: 'rule' }),
        notFromAway({ properties: rowsOf(studentRow) }),
        ...['staff', 'student', 'group'].map((kind) => may({ properties: rowsOf({ kind }) })),
        ...(role === 'building_administrator'
          ? [mayNot({ properties: rowsOf({ kind: 'group', class: 'c-8' }), code: 'condition' as const })]
          : [may({ properties: rowsOf({ kind: 'group', class: 'c-8' }) })]),
      ];
    case 'J':
      return [
        may({ properties: rowsOf(studentRow, groupRow) }),
        ...[studentRow, groupRow].map((row) => may({ properties: rowsOf(row) })),
        may({ properties: rowsOf({ kind: 'student' }), resource: aClass('c-9') }),
        mayNot({ properties: rowsOf({ ...studentRow, class: 'c-10' }) }),
        mayNot({ properties: rowsOf({ kind: 'student', school: 's-3' }) }),
        mayNot({ properties: rowsOf({ kind: 'group' }) }),
        mayNot({ properties: rowsOf({ ...staffRow, class: 'c-9' }) }),
        mayNot({ properties: {} }),
        notFromAway({ properties: rowsOf(studentRow) }),
        may({
          properties: rowsOf(studentRow),
          subject: subjectAs(role, { type: 'class', ids: ['c-9'] }),
        }),
        mayNot({
          properties: rowsOf({ ...studentRow, class: 'c-8' }),
          subject: subjectAs(role, { type: 'class', ids: ['c-9'] }),
        }),
      ];
    case 'M':
      return [
        may({ properties: { accountType: 'teacher', count: 20 } }),
        ...roles.slice(0, 3).map((accountType) => mayNot({ properties: { accountType, count: 20 } })),
        mayNot(),
        notFromAway({ properties: { accountType: 'teacher' } }),
      ];
    case 'N':
      return [
        ...['teacher', 'building_administrator'].map((accountType) => may({ properties: { accountType } })),
        ...['district_administrator', 'customer_administrator'].map((accountType) =>
          mayNot({ properties: { accountType }, code: 'condition' }),
        ),
        mayNot({ properties: { accountType: 'building_administrator', count: 2 }, code: 'rule' }),
        mayNot(),
        notFromAway({ properties: { accountType: 'teacher' } }),
      ];
    case 'E':
      return [
        may(),
        may({ resource: theUser(subjectAs(role)) }),
        may({ resource: theUser(nobody) }),
        ...[building, customer, district].map((one) => mayNot({ resource: theUser(one) })),
        mayNot({ resource: theUser(wide), code: 'rule' }),
        mayNot({ resource: theUser(elsewhere), code: 'out-of-scope' }),
        notFromAway(),
      ];
    case 'O':
      return [may({ resource: theUser(subjectAs(role)) }), mayNot(), mayNot({ resource: theUser(building) })];
    case 'V':
      return [
        may(),
        ...[building, customer, district, subjectAs(role), nobody].map((one) =>
          mayNot({ resource: theUser(one) }),
        ),
        mayNot({ resource: theUser(wide), code: 'rule' }),
        notFromAway(),
      ];
    case 'G': {
      const off = { settings: { 'imath.teacher_student_creation': false } };
      return [
        ...inClass(),
        mayNot(off),
        mayNot({ resource: aSchool('s-3') }),
        mayNot({ resource: aClass('c-9', 's-3', 'suspended') }),
      ];
    }
    case 'X':
    case 'Y': {
      const inactive = { resource: inactiveStudent('st-3', 'c-9') };
      const other = mayNot({ resource: inactiveStudent('st-3', 'c-10') });
      return [
        may(inactive),
        mayNot(),
        notFromAway(inactive),
        ...(letter === 'Y'
          ? [other, mayNot({ resource: suspendedStudent })]
          : [may({ resource: suspendedStudent })]),
      ];
    }
    case 'F':
      return [
        may({ properties: classMove }),
        may({
          properties: { from: at('user', 'u-17'), to: at('user', 'u-20') },
          more: {
            ...named,
            persons: new Map([
              ['u-17', subjectAs(role)],
              ['u-20', teacher],
            ]),
          },
        }),
        may({ properties: { from: at('school', 's-3'), to: at('class', 'c-10') } }),
        mayNot({ properties: { ...classMove, to: at('class', 'c-8') }, code: 'condition' }),
        mayNot({ properties: { ...classMove, to: at('school', 's-4') }, code: 'condition' }),
        mayNot({ properties: { ...classMove, to: at('user', 'u-25') }, code: 'condition' }),
        mayNot({
          resource: bothClasses,
          properties: { ...classMove, from: at('class', 'c-8') },
          code: 'condition',
        }),
        mayNot({ properties: { ...classMove, from: at('class', 'c-10') }, code: 'rule' }),
        mayNot({ properties: { from: at('class', 'c-9') } }),
        mayNot({ properties: { to: at('class', 'c-9') } }),
        notFromAway({ properties: classMove }),
      ];
    case 'H':
      return [
        may({ properties: classMove }),
        mayNot({ properties: { ...classMove, to: at('class', 'c-10') } }),
        mayNot({ properties: { ...classMove, to: at('school', 's-3') } }),
        mayNot({ properties: { ...classMove, to: at('user', 'u-20') } }),
        mayNot({ resource: bothClasses, properties: { ...classMove, from: at('class', 'c-8') } }),
        mayNot({ resource: aStudent('st-2', 'c-10'), properties: classMove }),
        mayNot(),
        notFromAway({ properties: classMove }),
      ];
    case 'Q':
      return [
        may(),
        mayNot({ resource: aSchool('s-4') }),
        may({ subject: subjectAs(role, { type: 'class', ids: ['c-9'] }) }),
        mayNot({ subject: subjectAs(role, { type: 'class', ids: ['c-8'] }) }),
      ];
    case 'Z':
      return [
        ...[2, 3, '3'].map((benchmark) => may({ properties: { benchmark } })),
        ...[1, undefined, 4].map((benchmark) => mayNot({ properties: { benchmark } })),
        notFromAway({ properties: { benchmark: 2 } }),
      ];
    default:
      throw new Error(`The table has no letter ${letter}`);
  }
}

/** What the columns don't show: rules that bind those who may do anything. */
function rulesOf(role: 'district_administrator' | 'customer_administrator'): TableCase[] {
  const asked = { subject: subjectAs(role), more: named, district: inCustomers };
  const add = (accountType: string, expected: boolean, count = 1): TableCase => ({
    ...asked,
    permission: 'educator.add',
    resource: theDistrict,
    properties: { accountType, count },
    expected,
    ...(expected ? {} : { code: 'rule' as const }),
  });
  const editing = ['educator.edit', 'educator.activate', 'educator.deactivate'];
  const touch = (person: Person, expected: boolean) =>
    editing.map((permission): TableCase => ({ ...asked, permission, resource: theUser(person), expected }));
  const move = (properties: Record<string, unknown>, expected: boolean): TableCase => ({
    ...asked,
    permission: 'student.move',
    resource: aStudent('st-1', 'c-9'),
    properties,
    expected,
  });
  const assign = (user: string, expected: boolean): TableCase => ({
    ...asked,
    permission: 'teacher_class.assign',
    resource: aClass('c-9'),
    properties: { user },
    expected,
  });
  return [
    ...['teacher', 'building_administrator', 'district_administrator'].map((type) => add(type, true)),
    add('customer_administrator', role === 'customer_administrator'),
    add('janitor', false),
    add('teacher', true, 5),
    add('building_administrator', false, 2),
    ...[teacher, building, district, wide].flatMap((one) => touch(one, true)),
    ...touch(customer, role === 'customer_administrator'),
    move({ from: at('class', 'c-9'), to: at('class', 'c-8') }, true),
    move({ from: at('school', 's-3'), to: at('school', 's-4') }, true),
    move({ from: at('class', 'c-9'), to: at('class', 'c-9') }, true),
    move({ from: at('class', 'c-9'), to: at('class', 'c-77') }, false),
    move({ from: at('class', 'c-10'), to: at('class', 'c-9') }, false),
    assign('u-20', true),
    assign('u-99', false),
  ];
}

const building3 = subjectAs('building_administrator');
const ofBuilding = {
  subject: building3,
  more: named,
  permission: 'teacher_class.assign',
  resource: aClass('c-9'),
};

function ofClass(classId: string): Person {
  const scope: Scope = { type: 'class', ids: [classId] };
  return { id: 'u-30', manual: [anAssignment('teacher', scope, { system: 'imath' })] };
}

const cases: TableCase[] = [
  ...Object.entries(table).flatMap(([permission, [cells, on]]) =>
    cells.split(' ').flatMap((letter, i) => {
      const role = roles[i];
      return role ? casesOf(permission, letter, role, on) : [];
    }),
  ),
  ...rulesOf('district_administrator'),
  ...rulesOf('customer_administrator'),
  { ...ofBuilding, properties: { user: 'u-20' }, expected: true },
  { ...ofBuilding, properties: { user: 'u-25' }, expected: false, code: 'rule' },
  { ...ofBuilding, more: {}, properties: { user: 'u-20' }, expected: false, code: 'rule' },
  // Whoever has the class already is in the class, and so in its school.
  { ...ofBuilding, more: naming([ofClass('c-9')]), properties: { user: 'u-30' }, expected: true },
  {
    ...ofBuilding,
    more: naming([ofClass('c-8')]),
    properties: { user: 'u-30' },
    expected: false,
    code: 'rule',
  },
  ...(['district_administrator', 'customer_administrator'] as const).flatMap((role): TableCase[] => {
    const asked = { subject: subjectAs(role), resource: places.student, district: inCustomers };
    const reassign = { ...asked, permission: 'benchmark.reassign_1' };
    return [
      { ...reassign, properties: { benchmark: 1 }, expected: true },
      { ...reassign, properties: { benchmark: 2 }, expected: false, code: 'rule' },
    ];
  }),
  {
    permission: 'class.activate',
    subject: aPerson('u-17', {}, [given('teacher', { type: 'class', ids: ['c-9'] })]),
    resource: aClass('c-9', 's-3', 'suspended'),
    expected: true,
  },
];

describe('the imath catalogue', () => {
  test('answers every cell of the table as the document has it', () => {
    expect(contradicted(shipped('imath'), cases)).toEqual([]);
    expect(Object.values(table).map(([cells]) => cells.split(' ').length)).toEqual(Array(38).fill(4));
  });

  test('is asked for at least as many denials as grants', () => {
    const granted = cases.filter(({ expected }) => expected).length;
    expect(granted).toBeGreaterThan(100);
    expect(cases.length - granted).toBeGreaterThanOrEqual(granted);
  });

  test('has no rows or roles beyond the table, each with its source', () => {
    const { rows, roles: all } = shipped('imath');
    expect(Object.fromEntries(rows.map((row) => [row.permission, row.source[0]]))).toEqual(
      Object.fromEntries(Object.entries(table).map(([permission, [, , source]]) => [permission, source])),
    );
    expect(all.map(({ id, scope, privileged }) => [id, scope, privileged])).toEqual([
      ['district_administrator', 'district', true],
      ['customer_administrator', 'customer', true],
      ['building_administrator', 'school', false],
      ['teacher', 'school', false],
    ]);
  });

  test('names the rows of an import that are outside', () => {
    const { reason } = answerTo(shipped('imath'), {
      permission: 'bulk_import',
      subject: subjectAs('teacher'),
      resource: aSchool('s-3'),
      properties: rowsOf(studentRow, { kind: 'student', class: 'c-10' }, staffRow),
      more: named,
      expected: false,
    });
    expect(reason.message).toContain(
      'outside are row 2 (student of class c-10), row 3 (teacher of school s-3)',
    );
  });

  test('keeps the scopes of two accounts of one person apart', () => {
    const subject = aPerson('u-17', { memberships: [enrolled('c-8', 'teacher', { schoolId: 's-4' })] }, [
      given('building_administrator', atSchool('s-3')),
      given('teacher', atSchool('s-4')),
    ]);
    const ask = (resource: ResourceFacts, permission: string) =>
      answerTo(shipped('imath'), { permission, subject, resource, expected: true }).decision;
    expect(ask(aClass('c-9'), 'class.manage')).toBe(true);
    expect(ask(aClass('c-8', 's-4'), 'class.manage')).toBe(true);
    expect(ask(aClass('c-7', 's-4'), 'class.manage')).toBe(false);
    expect(ask(aSchool('s-4'), 'report_data.export')).toBe(false);
  });

  test('is told from every mutant of a cell, a condition, a rule, a role or a setting', () => {
    const mutants = mutantsOf(shipped('imath'));
    expect(mutants.length).toBeGreaterThan(200);
    const survivors = mutants.filter(({ catalogue, permission }) => !isCaught(catalogue, permission, cases));
    expect(survivors.map(({ what }) => what)).toEqual([]);
  });
});

describe('the overlay imath-vendor', () => {
  const [overlay] = shipped('imath').overlays;
  const vendor = overlay && applyOverlay(shipped('imath'), overlay);
  const changes: Record<string, [cells: string, on: Line[1]]> = {
    'benchmark.assign': ['- - A K', 'student'],
    'benchmark.unassign': ['- - A K', 'student'],
    'benchmark.reassign_1': ['- - A K', 'student'],
    'pathway.enroll': ['- - - K', 'student'],
    'motivation.administer': ['- - - K', 'student'],
  };
  const changed = Object.entries(changes).flatMap(([permission, [cells, on]]) =>
    cells.split(' ').flatMap((letter, i) => {
      const role = roles[i];
      return role ? casesOf(permission, letter, role, on) : [];
    }),
  );

  test('changes the rows that lost their empty cells, and no others', () => {
    expect(overlay?.name).toBe('imath-vendor');
    if (!vendor) return expect.unreachable();
    const touched = new Set([...Object.keys(changes), 'benchmark.invalidate', 'educator.first_setup']);
    const same = cases.filter(({ permission }) => !touched.has(permission));
    expect(contradicted(vendor, [...changed, ...same])).toEqual([]);
  });

  test('lets building administrators and teachers invalidate benchmarks 2 and 3 only', () => {
    if (!vendor) return expect.unreachable();
    const ask = (role: ImathRole, benchmark: number, resource: ResourceFacts = places.student) =>
      answerTo(vendor, {
        permission: 'benchmark.invalidate',
        subject: subjectAs(role),
        resource,
        properties: { benchmark },
        expected: true,
      }).decision;
    expect([ask('building_administrator', 2), ask('teacher', 3)]).toEqual([true, true]);
    expect([ask('building_administrator', 1), ask('teacher', 1)]).toEqual([false, false]);
    expect(ask('teacher', 2, aStudent('st-2', 'c-10'))).toBe(false);
    expect(ask('district_administrator', 2)).toBe(false);
  });

  test('lets an invited teacher set up their own account, and cites its own line', () => {
    if (!vendor) return expect.unreachable();
    const ask = (subject: Person, resource: ResourceFacts) =>
      answerTo(vendor, { permission: 'educator.first_setup', subject, resource, expected: true });
    const asked = { ...subjectAs('teacher'), invited: ['imath'] };
    expect(ask(asked, theUser(asked)).reason).toMatchObject({ code: 'allowed', source: '004:15' });
    expect(ask(subjectAs('teacher'), theUser(asked)).decision).toBe(false);
    expect(ask(asked, theUser(teacher)).decision).toBe(false);
    expect(ask(subjectAs('district_administrator'), theUser(teacher)).reason.code).toBe('no-role');
  });
});
