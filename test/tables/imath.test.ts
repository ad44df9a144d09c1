import { describe, expect, test } from 'vitest';
import { findRole } from '../../shared/access/catalogue.ts';
import type { CheckFacts, Membership, Person, ResourceFacts, Scope } from '../../shared/access/facts.ts';
import { applyOverlay } from '../../shared/access/overlays.ts';
import {
  anAssignment,
  aPerson,
  aSchool,
  aSetting,
  atSchool,
  enrolled,
  inDistrict,
  theDistrict,
  theUser,
} from '../builders/access-facts.ts';
import { answerTo, naming, shipped } from '../builders/catalogue-table.ts';
import { testSystem } from '../builders/table-tests.ts';
import { casesOf, holderIn, lookUp, type Situation } from '../builders/written-table.ts';

/**
 * District, Customer and Building Administrator and Teacher accounts, document 004. Customer k-1 has district d-1. School s-3 has
 * classes c-1 and c-2, school s-4 has c-9. D, C, B, T: district, customer and building administrator (of s-3), teacher (of c-1).
 */

const holding = holderIn('imath');
const ofCustomers = (...ids: string[]): Scope => ({ type: 'customer', ids });
const ofClasses = (...ids: string[]): Scope => ({ type: 'class', ids });
const elsewhere: Scope = { type: 'district', ids: ['d-2'] };

type Dates = { from?: string; until?: string };

/** A teacher with an account for the classes that they teach. */
function teaching(id: string, memberships: Membership[], dates: Dates = {}): Person {
  const [first] = memberships;
  const scope = ofClasses(...memberships.map(({ classId }) => classId));
  return aPerson(id, { memberships, orgIds: first ? [first.schoolId] : [] }, [
    anAssignment('teacher', scope, { system: 'imath', ...dates }),
  ]);
}

const c1 = enrolled('c-1', 'teacher');
const c2 = enrolled('c-2', 'teacher');
const c9 = enrolled('c-9', 'teacher', { schoolId: 's-4' });

function several(...given: [role: string, scope: Scope][]): Person {
  return aPerson(
    'u-1',
    { memberships: [c9] },
    given.map(([role, scope]) => anAssignment(role, scope, { system: 'imath' })),
  );
}

const people: Record<string, Person> = {
  nobody: aPerson('u-0'),
  D: holding('district_administrator', inDistrict),
  C: holding('customer_administrator', ofCustomers('k-1')),
  B: holding('building_administrator', atSchool('s-3')),
  T: teaching('u-1', [c1]),
  'T of s-3': aPerson('u-1', { memberships: [c1, c9], orgIds: ['s-3'] }, [
    anAssignment('teacher', atSchool('s-3'), { system: 'imath' }),
  ]),
  'T of c-1 without enrollment': holding('teacher', ofClasses('c-1')),
  'D of d-2': holding('district_administrator', elsewhere),
  'C of k-2': holding('customer_administrator', ofCustomers('k-2')),
  'C of k-1 and k-2': holding('customer_administrator', ofCustomers('k-1', 'k-2')),
  'B of s-4': holding('building_administrator', atSchool('s-4')),
  'B of s-3 and s-4': holding('building_administrator', atSchool('s-3', 's-4')),
  'T of c-9': teaching('u-1', [c9]),
  'T of c-1 and c-2': teaching('u-1', [c1, c2]),
  'D given for a school': holding('district_administrator', atSchool('s-3')),
  'B given for the district': holding('building_administrator', inDistrict),
  'C given for the district': holding('customer_administrator', inDistrict),
  'B of s-3 and T of c-9': several(
    ['building_administrator', atSchool('s-3')],
    ['teacher', ofClasses('c-9')],
  ),
  'B of s-4 and T of c-1': {
    ...several(['building_administrator', atSchool('s-4')], ['teacher', ofClasses('c-1')]),
  },
  'B until yesterday': holding('building_administrator', atSchool('s-3'), { dates: { until: '2026-10-14' } }),
  'B until today': holding('building_administrator', atSchool('s-3'), { dates: { until: '2026-10-15' } }),
  'B until tomorrow': holding('building_administrator', atSchool('s-3'), { dates: { until: '2026-10-16' } }),
  'B from today': holding('building_administrator', atSchool('s-3'), { dates: { from: '2026-10-15' } }),
  'B from tomorrow': holding('building_administrator', atSchool('s-3'), { dates: { from: '2026-10-16' } }),
  'T until today': teaching('u-1', [c1], { until: '2026-10-15' }),
  'suspended D': aPerson(
    'u-1',
    { status: 'suspended' },
    holding('district_administrator', inDistrict).manual,
  ),
  'disabled D': aPerson('u-1', { enabled: false }, holding('district_administrator', inDistrict).manual),
  'disabled T': aPerson('u-1', { enabled: false, memberships: [c1] }, teaching('u-1', [c1]).manual),
  'D off the roster': { id: 'u-1', manual: holding('district_administrator', inDistrict).manual },
  'teaching c-1 without an account': aPerson('u-1', { memberships: [c1] }),
  'T invited': { ...teaching('u-1', [c1]), invited: ['imath'] },
  'T invited to hmh': { ...teaching('u-1', [c1]), invited: ['hmh'] },
};

function pupil(id: string, more: Partial<NonNullable<Person['roster']>> = {}): Situation {
  return { resource: { type: 'student', id, person: aPerson(id, more) } };
}

const inC1 = { memberships: [enrolled('c-1', 'student')], orgIds: ['s-3'] };
const inC2 = { memberships: [enrolled('c-2', 'student')], orgIds: ['s-3'] };
const inC9 = { memberships: [enrolled('c-9', 'student', { schoolId: 's-4' })], orgIds: ['s-4'] };

function aClass(id: string, schoolId: string, more: { inactive?: true } = {}): ResourceFacts {
  return { type: 'class', id, class: { status: 'active', schoolId, ...more } };
}

const places: Record<string, Situation> = {
  'the district': { resource: theDistrict },
  'school s-3': { resource: aSchool('s-3') },
  'school s-4': { resource: aSchool('s-4') },
  'class c-1': { resource: aClass('c-1', 's-3') },
  'class c-2': { resource: aClass('c-2', 's-3') },
  'class c-9': { resource: aClass('c-9', 's-4') },
};

const colleagues = {
  'somebody of s-3 without an account': aPerson('u-col', { orgIds: ['s-3'] }),
  'teacher of c-1': teaching('u-col', [c1]),
  'teacher of c-2': teaching('u-col', [c2]),
  'teacher of c-9': teaching('u-col', [c9]),
  'teacher given for s-3 and s-4': holding('teacher', atSchool('s-3', 's-4'), { id: 'u-col' }),
  'teacher of c-1 and c-2': teaching('u-col', [c1, c2]),
  'teacher of c-1 and c-9': teaching('u-col', [c1, c9]),
  'teacher of c-1 and, until today, of c-9': teaching('u-col', [
    c1,
    enrolled('c-9', 'teacher', { schoolId: 's-4', end: '2026-10-15' }),
  ]),
  'teacher of c-1 who also teaches c-9, without an account for it': aPerson(
    'u-col',
    { memberships: [c1, c9], orgIds: ['s-3'] },
    teaching('u-col', [c1]).manual,
  ),
  'teacher of c-9 whose own school is s-3': aPerson(
    'u-col',
    { memberships: [c9], orgIds: ['s-3'] },
    teaching('u-col', [c9]).manual,
  ),
  'switched off teacher of c-2': {
    ...aPerson('u-col', { enabled: false, memberships: [c2], orgIds: ['s-3'] }),
    manual: teaching('u-col', [c2]).manual,
  },
  'building administrator of s-3': holding('building_administrator', atSchool('s-3'), { id: 'u-col' }),
  'building administrator of s-4': holding('building_administrator', atSchool('s-4'), { id: 'u-col' }),
  'district administrator': holding('district_administrator', inDistrict, { id: 'u-col' }),
  'customer administrator of k-1': holding('customer_administrator', ofCustomers('k-1'), { id: 'u-col' }),
  'customer administrator of k-1 and k-2': holding('customer_administrator', ofCustomers('k-1', 'k-2'), {
    id: 'u-col',
  }),
  'district administrator of s-3 by roster': {
    ...aPerson('u-col', { orgIds: ['s-3'] }),
    manual: holding('district_administrator', inDistrict).manual,
  },
};

const named = naming(
  [
    { ...colleagues['teacher of c-1'], id: 'u-t1' },
    { ...colleagues['teacher of c-2'], id: 'u-t3' },
    { ...colleagues['teacher of c-9'], id: 'u-t4' },
  ],
  {
    'c-1': { status: 'active', schoolId: 's-3' },
    'c-2': { status: 'active', schoolId: 's-3' },
    'c-9': { status: 'active', schoolId: 's-4' },
  },
  {
    's-3': { status: 'active', type: 'school' },
    's-4': { status: 'active', type: 'school' },
  },
);

function own(person: string, properties?: Record<string, unknown>): Situation {
  return { resource: theUser(lookUp(people, person)), ...(properties ? { properties } : {}) };
}

function importing(place: string, ...rows: Record<string, string>[]): Situation {
  return { resource: lookUp(places, place).resource, properties: { rows }, more: named };
}

type End = { type: 'class' | 'school' | 'user'; id: string };
const cls = (id: string): End => ({ type: 'class', id });
const sch = (id: string): End => ({ type: 'school', id });
const usr = (id: string): End => ({ type: 'user', id });

function moving(roster: Partial<NonNullable<Person['roster']>>, from: End, to: End): Situation {
  return { ...pupil('u-ann', roster), properties: { from, to }, more: named };
}

function asking(person: string, role: string): Situation {
  return { resource: theUser({ ...lookUp(people, person), id: 'u-asked' }), properties: { role } };
}

const accountTypes = [
  'teacher',
  'building_administrator',
  'district_administrator',
  'customer_administrator',
] as const;

const written: Record<string, Situation> = {
  ...places,
  ...Object.fromEntries(
    Object.entries(places).flatMap(([place, { resource }]) => [
      [
        `${place}, teachers may create students`,
        { resource, settings: { 'imath.teacher_student_creation': true } },
      ],
      [
        `${place}, teachers may not create students`,
        { resource, settings: { 'imath.teacher_student_creation': false } },
      ],
      ...[1, 2, 3].map((benchmark) => [
        `${place}, benchmark ${benchmark}`,
        { resource, properties: { benchmark } },
      ]),
      [`${place}, benchmark 2 in letters`, { resource, properties: { benchmark: '2' } }],
      [`${place}, benchmark 4`, { resource, properties: { benchmark: 4 } }],
    ]),
  ),
  'class c-1, switched off': { resource: aClass('c-1', 's-3', { inactive: true }) },
  'class c-2, switched off': { resource: aClass('c-2', 's-3', { inactive: true }) },
  'class c-1, no longer in the roster': {
    resource: { type: 'class', id: 'c-1', class: { status: 'suspended', schoolId: 's-3' } },
  },

  'student Ann of c-1': pupil('u-ann', inC1),
  'student Ben of c-2': pupil('u-ben', inC2),
  'student Zed of c-9': pupil('u-zed', inC9),
  'Ann, enrolled until today': pupil('u-ann', {
    memberships: [enrolled('c-1', 'student', { end: '2026-10-15' })],
    orgIds: ['s-3'],
  }),
  'Ann, enrolled until tomorrow': pupil('u-ann', {
    memberships: [enrolled('c-1', 'student', { end: '2026-10-16' })],
    orgIds: ['s-3'],
  }),
  'Ann, enrolled from tomorrow': pupil('u-ann', {
    memberships: [enrolled('c-1', 'student', { begin: '2026-10-16' })],
    orgIds: ['s-3'],
  }),
  'Ann, moved to c-9': pupil('u-ann', inC9),
  'Ann of c-1, whose own school is s-4': pupil('u-ann', { ...inC1, orgIds: ['s-4'] }),
  'Ann, at s-3 since yesterday': pupil('u-ann', { datedOrgs: [{ orgId: 's-3', begin: '2026-10-14' }] }),
  'Ann, at s-3 until today': pupil('u-ann', { datedOrgs: [{ orgId: 's-3', end: '2026-10-15' }] }),
  'Ann, at s-3 from tomorrow': pupil('u-ann', { datedOrgs: [{ orgId: 's-3', begin: '2026-10-16' }] }),
  'Ann of c-1, switched off': pupil('u-ann', { ...inC1, enabled: false }),
  'Ben of c-2, switched off': pupil('u-ben', { ...inC2, enabled: false }),
  'Zed of c-9, switched off': pupil('u-zed', { ...inC9, enabled: false }),
  'Ann, suspended': pupil('u-ann', { status: 'suspended', memberships: [], orgIds: ['s-3'] }),

  'the setting for creation by teachers': { resource: aSetting('imath.teacher_student_creation') },
  'the setting for second languages': { resource: aSetting('imath.second_languages') },
  'the setting for student numbers': { resource: aSetting('imath.student_number_required') },
  'the setting for their length': { resource: aSetting('imath.student_number_numeric_min') },
  'a setting of hmh': { resource: aSetting('hmh.teacher.roster.view') },

  ...Object.fromEntries(
    Object.entries(colleagues).map(([words, person]): [string, Situation] => [
      words,
      { resource: theUser(person) },
    ]),
  ),
  'B themselves': own('B'),
  'T themselves': own('T'),
  'D themselves': own('D'),
  'T of c-9 themselves': own('T of c-9'),
  'T themselves, invited': own('T invited'),
  'T themselves, invited to hmh': own('T invited to hmh'),

  ...Object.fromEntries(
    ['the district', 'school s-3', 'school s-4'].flatMap((place) =>
      accountTypes.flatMap((accountType) =>
        [undefined, 1, 5].map((count): [string, Situation] => [
          `${place}, ${count === undefined ? 'a' : count} ${accountType}`,
          {
            resource: lookUp(places, place).resource,
            properties: { accountType, ...(count === undefined ? {} : { count }) },
          },
        ]),
      ),
    ),
  ),
  'school s-3, a janitor': { resource: aSchool('s-3'), properties: { accountType: 'janitor' } },

  'class c-1, a teacher of s-3': {
    resource: aClass('c-1', 's-3'),
    properties: { user: 'u-t3' },
    more: named,
  },
  'class c-1, a teacher of s-4': {
    resource: aClass('c-1', 's-3'),
    properties: { user: 'u-t4' },
    more: named,
  },
  'class c-9, a teacher of s-4': {
    resource: aClass('c-9', 's-4'),
    properties: { user: 'u-t4' },
    more: named,
  },
  'class c-1, a teacher whose facts were not read': {
    resource: aClass('c-1', 's-3'),
    properties: { user: 'u-t3' },
  },
  'class c-1, a teacher of c-1 whom no enrollment tells of': {
    resource: aClass('c-1', 's-3'),
    properties: { user: 'u-new' },
    more: naming([{ id: 'u-new', manual: holding('teacher', ofClasses('c-1')).manual }]),
  },
  'class c-1, somebody unknown': {
    resource: aClass('c-1', 's-3'),
    properties: { user: 'u-ghost' },
    more: named,
  },

  'district import of students, groups and teachers': importing(
    'the district',
    { kind: 'student', class: 'c-1' },
    { kind: 'group', class: 'c-9' },
    { kind: 'staff', accountType: 'teacher', school: 's-4' },
  ),
  'district import of a building administrator': importing('the district', {
    kind: 'staff',
    accountType: 'building_administrator',
    school: 's-3',
  }),
  'district import of a district administrator': importing('the district', {
    kind: 'staff',
    accountType: 'district_administrator',
  }),
  'district import of parents': importing('the district', { kind: 'parent', school: 's-3' }),
  'district import of a new group': importing('the district', { kind: 'group', class: 'c-new' }),
  'district import into an unknown school': importing('the district', { kind: 'student', school: 's-ghost' }),
  'school import of a new group': importing('school s-3', { kind: 'group', class: 'c-new' }),
  'class import of a new group': importing('class c-1', { kind: 'group', class: 'c-new' }),
  'school import of nothing': importing('school s-3'),
  'school import without rows': { resource: aSchool('s-3') },
  'school import of a class that is no text': {
    resource: aSchool('s-3'),
    properties: { rows: [{ kind: 'student', class: 9 }] },
    more: named,
  },
  'school import whose classes were not read': {
    resource: aSchool('s-3'),
    properties: { rows: [{ kind: 'group', class: 'c-1' }] },
  },
  'school import into c-1, c-2 and of a teacher': importing(
    'school s-3',
    { kind: 'student', class: 'c-1' },
    { kind: 'student', class: 'c-2' },
    { kind: 'staff', accountType: 'teacher', school: 's-3' },
  ),
  'school import into an unknown school': importing('school s-3', { kind: 'student', school: 's-ghost' }),
  'school import of students': importing(
    'school s-3',
    { kind: 'student', class: 'c-1' },
    { kind: 'student', school: 's-3' },
  ),
  'school import into c-1': importing(
    'school s-3',
    { kind: 'student', class: 'c-1' },
    { kind: 'group', class: 'c-1' },
  ),
  'school import of groups': importing('school s-3', { kind: 'group', class: 'c-2' }),
  'school import of teachers': importing('school s-3', {
    kind: 'staff',
    accountType: 'teacher',
    school: 's-3',
  }),
  'school import of a building administrator': importing('school s-3', {
    kind: 'staff',
    accountType: 'building_administrator',
    school: 's-3',
  }),
  'school import of parents': importing('school s-3', { kind: 'parent', school: 's-3' }),
  'school import with a class of s-4': importing(
    'school s-3',
    { kind: 'student', class: 'c-1' },
    { kind: 'student', class: 'c-9' },
  ),
  'school import of teachers for s-4': importing('school s-3', {
    kind: 'staff',
    accountType: 'teacher',
    school: 's-4',
  }),
  'import of s-4': importing('school s-4', { kind: 'student', class: 'c-9' }),
  'class import of students': importing('class c-1', { kind: 'student', class: 'c-1' }),
  'class import of groups': importing('class c-1', { kind: 'group', class: 'c-1' }),
  'class import of teachers': importing('class c-1', { kind: 'staff', accountType: 'teacher', class: 'c-1' }),
  'class import with another class': importing(
    'class c-1',
    { kind: 'student', class: 'c-1' },
    { kind: 'student', class: 'c-2' },
  ),
  'class import of students of the school': importing('class c-1', { kind: 'student', school: 's-3' }),
  'import of c-2': importing('class c-2', { kind: 'student', class: 'c-2' }),

  'Ann from c-1 to c-2': moving(inC1, cls('c-1'), cls('c-2')),
  'Ann from c-1 to c-1': moving(inC1, cls('c-1'), cls('c-1')),
  'Ann from c-1 to c-9': moving(inC1, cls('c-1'), cls('c-9')),
  'Ann from s-3 to s-4': moving(inC1, sch('s-3'), sch('s-4')),
  'Ann from c-1 to a teacher of s-3': moving(inC1, cls('c-1'), usr('u-t3')),
  'Ann from c-1 to a teacher of s-4': moving(inC1, cls('c-1'), usr('u-t4')),
  'Ann from her teacher to c-2': moving(inC1, usr('u-t1'), cls('c-2')),
  'Ann from a teacher who is not hers to c-2': moving(inC1, usr('u-t3'), cls('c-2')),
  'Ann from a teacher of s-4 to c-2': moving(inC1, usr('u-t4'), cls('c-2')),
  'Ann within s-3': moving(inC1, sch('s-3'), sch('s-3')),
  'Ann to c-2': { ...pupil('u-ann', inC1), properties: { to: cls('c-2') }, more: named },
  'Ann from c-2 to c-1, but she is in c-1': moving(inC1, cls('c-2'), cls('c-1')),
  'Ann from s-4 to s-3, but she is at s-3': moving(inC1, sch('s-4'), sch('s-3')),
  'Ann from c-1 to an unknown class': moving(inC1, cls('c-1'), cls('c-ghost')),
  'Zed from c-9 to c-1': {
    ...pupil('u-zed', inC9),
    properties: { from: cls('c-9'), to: cls('c-1') },
    more: named,
  },

  ...Object.fromEntries(
    Object.entries({
      D: 'district_administrator',
      C: 'customer_administrator',
      B: 'building_administrator',
      T: 'teacher',
    }).flatMap(([, role]) =>
      Object.keys(people).map((person): [string, Situation] => [
        `${person} is ${role}`,
        asking(person, role),
      ]),
    ),
  ),
};

const district: Partial<CheckFacts['district']> = { customers: ['k-1'] };
const situations = Object.fromEntries(
  Object.entries(written).flatMap(([words, situation]): [string, Situation][] => [
    [words, { ...situation, district }],
    [`${words} in a district of no customer`, situation],
  ]),
);

const table = `
# Managing organizations
D, C | school.edit | school s-3; school s-4 | may | 004:5
D of d-2, C of k-2 | school.edit | school s-3 | out-of-scope | 004:5
C | school.edit | school s-3 in a district of no customer | out-of-scope | 004:5
B, T | school.edit | school s-3; school s-4 | no-role | 004:5
D, C | school_group.manage | the district | may | 004:6
D of d-2, C of k-2 | school_group.manage | the district | out-of-scope | 004:6
D, C | school_group.manage | school s-3 | may | 004:6
B, T | school_group.manage | school s-3 | no-role | 004:6
B, T, B of s-3 and s-4 | school_group.manage | the district | no-role | 004:6
D | setting.teacher_student_creation.change | the setting for creation by teachers | may | 004:7
D of d-2 | setting.teacher_student_creation.change | the setting for creation by teachers | out-of-scope | 004:7
C, B, T | setting.teacher_student_creation.change | the setting for creation by teachers | no-role | 004:7
D | setting.teacher_student_creation.change | the setting for second languages | rule | 004:7
D | setting.teacher_student_creation.change | a setting of hmh | unknown-resource | 004:7
D, C | report_data.export | the district; school s-3; class c-9; student Zed of c-9 | may | 004:8
D of d-2, C of k-2 | report_data.export | the district; school s-3; class c-1; student Ann of c-1 | out-of-scope | 004:8
B | report_data.export | school s-3; class c-1; class c-2; student Ann of c-1 | may | 004:8
B | report_data.export | the district; school s-4; class c-9; student Zed of c-9 | out-of-scope | 004:8
T | report_data.export | class c-1; student Ann of c-1 | may | 004:8
T | report_data.export | the district; school s-3; class c-2; student Ben of c-2; class c-9 | out-of-scope | 004:8
D | parent_portal.logo.upload | the district | may | 004:9
D of d-2 | parent_portal.logo.upload | the district | out-of-scope | 004:9
C, B, T | parent_portal.logo.upload | the district | no-role | 004:9
D | parent_self_registration.view | the district | may | 004:10
D of d-2 | parent_self_registration.view | the district | out-of-scope | 004:10
C, B, T | parent_self_registration.view | the district | no-role | 004:10

# Bulk import: every row inside, staff rows for teachers only (004:16)
D, C | bulk_import | district import of students, groups and teachers; school import of students; school import of groups; school import of teachers | may | 004:14, 004:23
D, C | bulk_import | district import of a building administrator; district import of a district administrator; school import of a building administrator | rule | 004:14, 004:23
D, C | bulk_import | district import of parents | condition | 004:14, 004:23
D of d-2, C of k-2 | bulk_import | district import of students, groups and teachers; school import of students | out-of-scope | 004:14, 004:23
B | bulk_import | school import of students; school import of groups; school import of teachers | may | 004:14, 004:23
B | bulk_import | school import of a building administrator | rule | 004:14, 004:23
D, C | bulk_import | district import of a new group; school import of a new group | may | 004:14, 004:23
B | bulk_import | school import of a new group | may | 004:14, 004:23
D, C | bulk_import | district import into an unknown school | condition | 004:14, 004:23
D, C, B | bulk_import | school import of nothing | may | 004:14, 004:23
D, C, B | bulk_import | school import without rows; school import of a class that is no text; school import whose classes were not read | condition | 004:14, 004:23
T | bulk_import | class import of a new group | condition | 004:14, 004:23
B | bulk_import | school import into an unknown school | condition | 004:14, 004:23
B | bulk_import | school import with a class of s-4; school import of teachers for s-4; school import of parents | condition | 004:14, 004:23
B | bulk_import | import of s-4; district import of students, groups and teachers | out-of-scope | 004:14, 004:23
T | bulk_import | class import of students; class import of groups | may | 004:14, 004:23
T | bulk_import | class import of teachers; class import with another class; class import of students of the school | condition | 004:14, 004:23
T | bulk_import | import of c-2; school import of students | condition | 004:14, 004:23
T | bulk_import | school import into c-1 | may | 004:14, 004:23
T | bulk_import | import of s-4; district import of students, groups and teachers | out-of-scope | 004:14, 004:23
T of s-3 | bulk_import | class import of students; class import of groups; school import into c-1 | may | 004:14, 004:23
T of s-3 | bulk_import | import of c-2; class import with another class; class import of teachers | condition | 004:14, 004:23

# Managing staff accounts
D | educator.first_setup | teacher of c-1 | may | 004:15
D of d-2 | educator.first_setup | teacher of c-1 | out-of-scope | 004:15
C, B, T | educator.first_setup | teacher of c-1 | no-role | 004:15
T invited | educator.first_setup | T themselves, invited | no-role | 004:15
D, C | educator.add_multiple | the district, 5 teacher; school s-3, 5 teacher; school s-4, 5 teacher | may | 004:16
D, C | educator.add_multiple | school s-3, 5 building_administrator; the district, 5 district_administrator | condition | 004:16
D of d-2, C of k-2 | educator.add_multiple | the district, 5 teacher; school s-3, 5 teacher | out-of-scope | 004:16
D, C | educator.add_multiple | school s-3; the district; school s-3, 5 customer_administrator | condition | 004:16
B | educator.add_multiple | school s-3; school s-3, 5 customer_administrator | condition | 004:16
B | educator.add_multiple | school s-3, 5 teacher | may | 004:16
B | educator.add_multiple | school s-3, 5 building_administrator; school s-3, 5 district_administrator | condition | 004:16
B | educator.add_multiple | school s-4, 5 teacher; the district, 5 teacher | out-of-scope | 004:16
T | educator.add_multiple | school s-3, 5 teacher | no-role | 004:16
D, C | educator.add | the district, a teacher; school s-3, a teacher; school s-3, 1 building_administrator; school s-4, a building_administrator; the district, a district_administrator | may | 004:17
C | educator.add | the district, a customer_administrator | may | 004:17
D | educator.add | the district, a customer_administrator | rule | 004:17
D, C | educator.add | school s-3, 5 building_administrator; the district, 5 district_administrator | rule | 004:17
D of d-2, C of k-2 | educator.add | the district, a teacher; school s-3, a teacher | out-of-scope | 004:17
B | educator.add | school s-3, a teacher; school s-3, 1 teacher; school s-3, a building_administrator; school s-3, 1 building_administrator | may | 004:17
B | educator.add | school s-3, a district_administrator; school s-3, a customer_administrator; school s-3, a janitor | condition | 004:17
D, C, B | educator.add | school s-3, 5 teacher | may | 004:17
B | educator.add | school s-3 | condition | 004:17
B | educator.add | school s-3, 5 building_administrator | rule | 004:17
B | educator.add | school s-4, a teacher; the district, a teacher | out-of-scope | 004:17
T | educator.add | school s-3, a teacher | no-role | 004:17
D, C | teacher_class.assign | class c-1; class c-1, a teacher of s-3; class c-1, a teacher of s-4; class c-9, a teacher of s-4 | may | 004:18
D, C | teacher_class.assign | class c-1, somebody unknown | rule | 004:18
D of d-2, C of k-2 | teacher_class.assign | class c-1; class c-1, a teacher of s-3 | out-of-scope | 004:18
B | teacher_class.assign | class c-1; class c-1, a teacher of s-3 | may | 004:18
B | teacher_class.assign | class c-1, a teacher of c-1 whom no enrollment tells of | may | 004:18
B | teacher_class.assign | class c-1, a teacher of s-4; class c-1, somebody unknown; class c-1, a teacher whose facts were not read | rule | 004:18
B | teacher_class.assign | class c-9; class c-9, a teacher of s-4 | out-of-scope | 004:18
T | teacher_class.assign | class c-1; class c-1, a teacher of s-3 | no-role | 004:18
D, C | educator.edit | teacher of c-1; teacher of c-9; building administrator of s-3; district administrator | may | 004:17, 004:19
C | educator.edit | customer administrator of k-1 | may | 004:17, 004:19
D | educator.edit | customer administrator of k-1; customer administrator of k-1 and k-2 | rule | 004:17, 004:19
C | educator.edit | customer administrator of k-1 and k-2 | rule | 004:17, 004:19
D | educator.edit | D themselves | may | 004:17, 004:19
D of d-2, C of k-2 | educator.edit | teacher of c-1; building administrator of s-3 | out-of-scope | 004:17, 004:19
B | educator.edit | teacher of c-1; teacher of c-2; switched off teacher of c-2; B themselves | may | 004:17, 004:19
B | educator.edit | teacher given for s-3 and s-4 | rule | 004:17, 004:19

# Nobody edits an account whose scope is wider than their own (role-systems §5): s-3 does not contain c-9
B | educator.edit | teacher of c-1 and c-2; teacher of c-1 who also teaches c-9, without an account for it | may | 004:17, 004:19
B | educator.edit | teacher of c-1 and c-9; teacher of c-1 and, until today, of c-9; teacher of c-9 whose own school is s-3 | rule | 004:17, 004:19
D, C | educator.edit | teacher of c-1 and c-9; teacher of c-1 and, until today, of c-9; teacher of c-9 whose own school is s-3 | may | 004:17, 004:19
B of s-3 and s-4 | educator.edit | teacher of c-1 and, until today, of c-9; teacher of c-9 whose own school is s-3 | may | 004:17, 004:19
B | educator.activate, educator.deactivate | teacher of c-1 and c-2 | may | 004:20
B | educator.activate, educator.deactivate | teacher of c-1 and c-9; teacher of c-9 whose own school is s-3; teacher given for s-3 and s-4 | rule | 004:20
D, C | educator.activate, educator.deactivate | teacher of c-1 and c-9 | may | 004:20
B of s-3 and s-4 | educator.edit | teacher of c-1 and c-9; teacher given for s-3 and s-4 | may | 004:17, 004:19
B | educator.edit | building administrator of s-3 | condition | 004:17, 004:19
B | educator.edit | district administrator; building administrator of s-4; teacher of c-9; customer administrator of k-1; district administrator of s-3 by roster | out-of-scope | 004:17, 004:19
T | educator.edit | T themselves | may | 004:17, 004:19
T of c-9 | educator.edit | T of c-9 themselves | may | 004:17, 004:19
T | educator.edit | teacher of c-1 | condition | 004:17, 004:19
T | educator.edit | teacher of c-9; building administrator of s-3 | out-of-scope | 004:17, 004:19
D, C | educator.activate, educator.deactivate | teacher of c-1; teacher of c-9; switched off teacher of c-2; building administrator of s-3; district administrator | may | 004:20
C | educator.activate, educator.deactivate | customer administrator of k-1 | may | 004:20
D | educator.activate, educator.deactivate | customer administrator of k-1 | rule | 004:20
D of d-2, C of k-2 | educator.activate, educator.deactivate | teacher of c-1 | out-of-scope | 004:20
B | educator.activate, educator.deactivate | teacher of c-1; teacher of c-2; switched off teacher of c-2 | may | 004:20
B | educator.activate, educator.deactivate | building administrator of s-3; B themselves; somebody of s-3 without an account | condition | 004:20
B | educator.activate, educator.deactivate | teacher of c-9; building administrator of s-4; district administrator; district administrator of s-3 by roster | out-of-scope | 004:20
T | educator.activate, educator.deactivate | T themselves; teacher of c-1 | no-role | 004:20

# Settings
D | setting.second_languages.change | the setting for second languages | may | 004:24
D | setting.student_number_required.change | the setting for student numbers | may | 004:25
D | setting.student_number_numeric_min.change | the setting for their length | may | 004:26
D of d-2 | setting.second_languages.change | the setting for second languages | out-of-scope | 004:24
D of d-2 | setting.student_number_required.change | the setting for student numbers | out-of-scope | 004:25
D of d-2 | setting.student_number_numeric_min.change | the setting for their length | out-of-scope | 004:26
C, B, T | setting.second_languages.change | the setting for second languages | no-role | 004:24
C, B, T | setting.student_number_required.change | the setting for student numbers | no-role | 004:25
C, B, T | setting.student_number_numeric_min.change | the setting for their length | no-role | 004:26
D | setting.second_languages.change | the setting for student numbers | rule | 004:24

# Managing student accounts
D, C | product.assign | student Ann of c-1; student Zed of c-9 | may | 004:27
D of d-2, C of k-2 | product.assign | student Ann of c-1 | out-of-scope | 004:27
B | product.assign | student Ann of c-1; student Ben of c-2 | may | 004:27
B | product.assign | student Zed of c-9; Ann, moved to c-9 | out-of-scope | 004:27
T | product.assign | student Ann of c-1; Ann, enrolled until tomorrow | may | 004:27
T | product.assign | student Ben of c-2; student Zed of c-9; Ann, enrolled until today; Ann, enrolled from tomorrow | out-of-scope | 004:27
D, C | student.add | the district; school s-3; class c-1; class c-9; class c-1, teachers may not create students | may | 004:28
D of d-2, C of k-2 | student.add | the district; school s-3; class c-1 | out-of-scope | 004:28
B | student.add | school s-3; class c-1; class c-2; class c-2, teachers may not create students | may | 004:28
B | student.add | the district; school s-4; class c-9 | out-of-scope | 004:28
T | student.add | class c-1; class c-1, teachers may create students | may | 004:28
T | student.add | class c-1, teachers may not create students; class c-1, switched off | condition | 004:28
T | student.add | class c-2; class c-2, teachers may create students; school s-3; the district; class c-9 | out-of-scope | 004:28
D, C | student.add_new_to_class | class c-1; class c-9; class c-1, teachers may not create students | may | 004:29
D of d-2, C of k-2 | student.add_new_to_class | class c-1 | out-of-scope | 004:29
B | student.add_new_to_class | class c-1; class c-2; class c-2, teachers may not create students | may | 004:29
B | student.add_new_to_class | class c-9 | out-of-scope | 004:29
T | student.add_new_to_class | class c-1; class c-1, teachers may create students | may | 004:29
T | student.add_new_to_class | class c-1, teachers may not create students; class c-1, switched off | condition | 004:29
T | student.add_new_to_class | class c-2; class c-2, teachers may create students; class c-9 | out-of-scope | 004:29
D, C | student.add_existing_to_class | class c-1; class c-9 | may | 004:30
D of d-2, C of k-2 | student.add_existing_to_class | class c-1 | out-of-scope | 004:30
B | student.add_existing_to_class | class c-1; class c-2 | may | 004:30
B | student.add_existing_to_class | class c-9 | out-of-scope | 004:30
T | student.add_existing_to_class | class c-1; class c-1, teachers may not create students | may | 004:30
T | student.add_existing_to_class | class c-2; class c-9 | out-of-scope | 004:30
D, C | student.view, student.edit | student Ann of c-1; student Zed of c-9; Ann, suspended | may | 004:31
D of d-2, C of k-2 | student.view, student.edit | student Ann of c-1 | out-of-scope | 004:31
B | student.view, student.edit | student Ann of c-1; student Ben of c-2; Ann, enrolled until today; Ann, suspended; Ann of c-1, switched off | may | 004:31
B | student.view, student.edit | student Zed of c-9; Ann, moved to c-9 | out-of-scope | 004:31
T | student.view, student.edit | student Ann of c-1; Ann, enrolled until tomorrow; Ann of c-1, switched off | may | 004:31
T | student.view, student.edit | student Ben of c-2; student Zed of c-9; Ann, enrolled until today; Ann, enrolled from tomorrow; Ann, moved to c-9; Ann, suspended | out-of-scope | 004:31
D, C | student.delete | Ann of c-1, switched off; Zed of c-9, switched off; Ann, suspended | may | 004:32
D, C | student.delete | student Ann of c-1; student Zed of c-9 | condition | 004:32
D of d-2, C of k-2 | student.delete | Ann of c-1, switched off | out-of-scope | 004:32
B | student.delete | Ann of c-1, switched off; Ben of c-2, switched off; Ann, suspended | may | 004:32
B | student.delete | student Ann of c-1; student Ben of c-2 | condition | 004:32
B | student.delete | Zed of c-9, switched off; student Zed of c-9 | out-of-scope | 004:32
T | student.delete | Ann of c-1, switched off | may | 004:32
T | student.delete | student Ann of c-1 | condition | 004:32
T | student.delete | Ben of c-2, switched off; Zed of c-9, switched off; Ann, suspended | out-of-scope | 004:32
D, C | group.student.delete | Ann of c-1, switched off; Zed of c-9, switched off | may | 004:41
D, C | group.student.delete | student Ann of c-1; student Zed of c-9 | condition | 004:41
D of d-2, C of k-2 | group.student.delete | Ann of c-1, switched off | out-of-scope | 004:41
B | group.student.delete | Ann of c-1, switched off; Ben of c-2, switched off | may | 004:41
B | group.student.delete | student Ann of c-1; student Ben of c-2 | condition | 004:41
B | group.student.delete | Zed of c-9, switched off | out-of-scope | 004:41
T | group.student.delete | Ann of c-1, switched off | may | 004:41
T | group.student.delete | student Ann of c-1 | condition | 004:41
T | group.student.delete | Ben of c-2, switched off; Zed of c-9, switched off | out-of-scope | 004:41
D, C | student.move | Ann from c-1 to c-2; Ann from c-1 to c-1; Ann from c-1 to c-9; Ann from s-3 to s-4; Ann from c-1 to a teacher of s-3; Ann from c-1 to a teacher of s-4; student Ann of c-1 | may | 004:33
D, C, B | student.move | Ann from her teacher to c-2; Ann within s-3 | may | 004:33
D, C | student.move | Ann to c-2 | may | 004:33
D, C, B | student.move | Ann from a teacher who is not hers to c-2 | rule | 004:33
D, C | student.move | Ann from a teacher of s-4 to c-2 | rule | 004:33
B | student.move | Ann from a teacher of s-4 to c-2 | condition | 004:33
T of c-1 and c-2 | student.move | Ann from her teacher to c-2; Ann within s-3; Ann to c-2 | condition | 004:33
D, C | student.move | Ann from c-2 to c-1, but she is in c-1; Ann from s-4 to s-3, but she is at s-3 | rule | 004:33
D, C | student.move | Ann from c-1 to an unknown class | rule | 004:33
D of d-2, C of k-2 | student.move | Ann from c-1 to c-2 | out-of-scope | 004:33
B | student.move | Ann from c-1 to c-2; Ann from c-1 to c-1; Ann from c-1 to a teacher of s-3 | may | 004:33
B | student.move | Ann from c-1 to c-9; Ann from s-3 to s-4; Ann from c-1 to a teacher of s-4; Ann from c-1 to an unknown class | condition | 004:33
B | student.move | Ann from c-2 to c-1, but she is in c-1 | rule | 004:33
B | student.move | student Ann of c-1 | condition | 004:33
B | student.move | Zed from c-9 to c-1 | out-of-scope | 004:33
B of s-3 and s-4 | student.move | Ann from c-1 to c-9; Ann from s-3 to s-4 | may | 004:33
T of c-1 and c-2 | student.move | Ann from c-1 to c-2; Ann from c-1 to c-1 | may | 004:33
T | student.move | Ann from c-1 to c-1 | may | 004:33
T | student.move | Ann from c-1 to c-2; Ann from s-3 to s-4; Ann from c-1 to a teacher of s-3; student Ann of c-1 | condition | 004:33
T of c-1 and c-2 | student.move | Ann from c-1 to c-9; Ann from c-1 to a teacher of s-3; Ann from c-1 to an unknown class; student Ann of c-1 | condition | 004:33
T of c-1 and c-2 | student.move | Ann from c-2 to c-1, but she is in c-1 | rule | 004:33
T | student.move | student Ben of c-2; Zed from c-9 to c-1 | out-of-scope | 004:33
D, C | start_card.print | student Ann of c-1; student Zed of c-9; class c-1; class c-9 | may | 004:34, 004:43
D of d-2, C of k-2 | start_card.print | student Ann of c-1; class c-1 | out-of-scope | 004:34, 004:43
B | start_card.print | student Ann of c-1; student Ben of c-2; class c-2 | may | 004:34, 004:43
B | start_card.print | student Zed of c-9; class c-9 | out-of-scope | 004:34, 004:43
T | start_card.print | student Ann of c-1; class c-1 | may | 004:34, 004:43
T | start_card.print | student Ben of c-2; class c-2; class c-9 | out-of-scope | 004:34, 004:43

# Managing groups
D, C | class.manage | class c-1; class c-9 | may | 004:37
D, C | class.activate | class c-1; class c-9; class c-1, switched off | may | 004:39
D, C | class.edit_name | class c-1; class c-9 | may | 004:40
D of d-2, C of k-2 | class.manage | class c-1 | out-of-scope | 004:37
D of d-2, C of k-2 | class.activate | class c-1 | out-of-scope | 004:39
D of d-2, C of k-2 | class.edit_name | class c-1 | out-of-scope | 004:40
B | class.manage | class c-1; class c-2 | may | 004:37
B | class.activate | class c-1; class c-2; class c-2, switched off | may | 004:39
B | class.edit_name | class c-1; class c-2 | may | 004:40
B | class.manage | class c-9 | out-of-scope | 004:37
B | class.activate | class c-9 | out-of-scope | 004:39
B | class.edit_name | class c-9 | out-of-scope | 004:40
T | class.manage | class c-1 | may | 004:37
T | class.activate | class c-1; class c-1, switched off; class c-1, no longer in the roster | may | 004:39
T | class.edit_name | class c-1 | may | 004:40
T | class.manage | class c-2; class c-9 | out-of-scope | 004:37
T | class.activate | class c-2; class c-2, switched off; class c-9 | out-of-scope | 004:39
T | class.edit_name | class c-2; class c-9 | out-of-scope | 004:40
D, C | class.create | school s-3; school s-4 | may | 004:38
D of d-2, C of k-2 | class.create | school s-3 | out-of-scope | 004:38
B | class.create | school s-3 | may | 004:38
B | class.create | school s-4 | out-of-scope | 004:38
T | class.create | school s-3 | may | 004:38
T | class.create | school s-4 | out-of-scope | 004:38
T of c-9 | class.create | school s-4 | may | 004:38
T of c-9 | class.create | school s-3 | out-of-scope | 004:38
D, C | avatar.restrict | class c-1; class c-9; student Zed of c-9 | may | 004:42
D of d-2, C of k-2 | avatar.restrict | class c-1 | out-of-scope | 004:42
B | avatar.restrict | class c-1; class c-2; student Ben of c-2 | may | 004:42
B | avatar.restrict | class c-9; student Zed of c-9 | out-of-scope | 004:42
T | avatar.restrict | class c-1; student Ann of c-1 | may | 004:42
T | avatar.restrict | class c-2; class c-9; student Ben of c-2 | out-of-scope | 004:42

# A teacher's account given for a school reaches the classes there that they teach, and no other
T of s-3 | report_data.export | class c-1; student Ann of c-1 | may | 004:8
T of s-3 | report_data.export | class c-2; student Ben of c-2; school s-3 | condition | 004:8
T of s-3 | product.assign | student Ann of c-1 | may | 004:27
T of s-3 | product.assign | student Ben of c-2; Ann, enrolled until today | condition | 004:27
T of s-3 | student.add | class c-1 | may | 004:28
T of s-3 | student.add | class c-2; school s-3; class c-1, teachers may not create students | condition | 004:28
T of s-3 | student.add_new_to_class | class c-1 | may | 004:29
T of s-3 | student.add_new_to_class | class c-2; class c-1, teachers may not create students | condition | 004:29
T of s-3 | student.add_existing_to_class | class c-1 | may | 004:30
T of s-3 | student.add_existing_to_class | class c-2 | condition | 004:30
T of s-3 | student.view, student.edit | student Ann of c-1 | may | 004:31
T of s-3 | student.view, student.edit | student Ben of c-2; Ann, enrolled until today; Ann, suspended | condition | 004:31
T of s-3 | student.view, student.edit | student Zed of c-9; Ann, moved to c-9 | out-of-scope | 004:31
T of s-3 | student.delete | Ann of c-1, switched off | may | 004:32
T of s-3 | student.delete | Ben of c-2, switched off; student Ann of c-1 | condition | 004:32
T of s-3 | group.student.delete | Ann of c-1, switched off | may | 004:41
T of s-3 | group.student.delete | Ben of c-2, switched off; student Ann of c-1 | condition | 004:41
T of s-3 | student.move | Ann from c-1 to c-1 | may | 004:33
T of s-3 | student.move | Ann from c-1 to c-2; Ann from c-1 to a teacher of s-3 | condition | 004:33
T of s-3 | start_card.print | student Ann of c-1; class c-1 | may | 004:34, 004:43
T of s-3 | start_card.print | student Ben of c-2; class c-2 | condition | 004:34, 004:43
T of s-3 | class.manage | class c-1 | may | 004:37
T of s-3 | class.manage | class c-2 | condition | 004:37
T of s-3 | class.create | school s-3 | may | 004:38
T of s-3 | class.create | school s-4 | out-of-scope | 004:38
T of s-3 | class.activate | class c-1; class c-1, switched off | may | 004:39
T of s-3 | class.activate | class c-2; class c-2, switched off | condition | 004:39
T of s-3 | class.edit_name | class c-1 | may | 004:40
T of s-3 | class.edit_name | class c-2 | condition | 004:40
T of s-3 | avatar.restrict | class c-1; student Ann of c-1 | may | 004:42
T of s-3 | avatar.restrict | class c-2; student Ben of c-2 | condition | 004:42
T of s-3 | class.manage | class c-9 | out-of-scope | 004:37
T of c-1 without enrollment | student.view | student Ann of c-1 | may | 004:31
T of c-1 without enrollment | student.view | student Ben of c-2 | out-of-scope | 004:31

# As printed, left to right
D | pathway.enroll | student Ann of c-1; student Zed of c-9 | may | 004:44
D of d-2 | pathway.enroll | student Ann of c-1 | out-of-scope | 004:44
C, B, T | pathway.enroll | student Ann of c-1 | no-role | 004:44
D | motivation.administer | class c-1; class c-9 | may | 004:45
D of d-2 | motivation.administer | class c-1 | out-of-scope | 004:45
C, B, T | motivation.administer | class c-1 | no-role | 004:45
D, C | benchmark.assign, benchmark.unassign | the district; school s-3; class c-1; student Zed of c-9; class c-1, benchmark 1; class c-1, benchmark 3 | may | 004:48, 004:49
D of d-2, C of k-2 | benchmark.assign, benchmark.unassign | the district; class c-1 | out-of-scope | 004:48, 004:49
B, T | benchmark.assign, benchmark.unassign | class c-1; student Ann of c-1; class c-1, benchmark 1 | no-role | 004:48, 004:49
D, C | benchmark.reassign_1 | the district; school s-3; class c-1; student Zed of c-9; class c-1, benchmark 1 | may | 004:50
D of d-2, C of k-2 | benchmark.reassign_1 | the district; class c-1 | out-of-scope | 004:50
B, T | benchmark.reassign_1 | class c-1; student Ann of c-1; class c-1, benchmark 1 | no-role | 004:50
D, C | benchmark.reassign_1 | class c-1, benchmark 2; class c-1, benchmark 3 | rule | 004:50
D, C | benchmark.invalidate | class c-1, benchmark 2; class c-1, benchmark 3; the district, benchmark 2; school s-4, benchmark 3; class c-1, benchmark 2 in letters | may | 004:51
D, C | benchmark.invalidate | class c-1, benchmark 1; class c-1; class c-1, benchmark 4; the district, benchmark 1 | condition | 004:51
D of d-2, C of k-2 | benchmark.invalidate | class c-1, benchmark 2 | out-of-scope | 004:51
B, T | benchmark.invalidate | class c-1, benchmark 2; class c-1, benchmark 1 | no-role | 004:51

# Dates, standing, scopes
B until tomorrow, B from today | student.view | student Ann of c-1 | may | 004:31
B until yesterday, B until today | student.view | student Ann of c-1 | expired | 004:31
B from tomorrow | student.view | student Ann of c-1 | not-effective | 004:31
T until today | student.view | student Ann of c-1 | expired | 004:31
suspended D, disabled D, disabled T | student.view | student Ann of c-1 | suspended | 004:31
suspended D | school.edit | school s-3 | suspended | 004:5
D off the roster | student.view | student Ann of c-1 | may | 004:31
teaching c-1 without an account, nobody | student.view | student Ann of c-1 | no-role | 004:31
D given for a school | school.edit | school s-3 | not-effective | 004:5
B given for the district, C given for the district | student.view | student Ann of c-1 | not-effective | 004:31
B of s-3 and s-4 | student.view | student Ann of c-1; student Zed of c-9 | may | 004:31

# A student is in a school through enrollment or their own school, in a class through enrollment alone
B, B of s-4, T | student.view | Ann of c-1, whose own school is s-4 | may | 004:31
B | student.view | Ann, at s-3 since yesterday | may | 004:31
B | student.view | Ann, at s-3 until today; Ann, at s-3 from tomorrow | out-of-scope | 004:31
T | student.view | Ann, at s-3 since yesterday | out-of-scope | 004:31
T of c-9 | student.view | Ann of c-1, whose own school is s-4 | out-of-scope | 004:31

# A person's accounts never mix
B of s-3 and T of c-9 | student.view | student Ann of c-1; student Zed of c-9 | may | 004:31
B of s-3 and T of c-9 | report_data.export | class c-9; school s-3 | may | 004:8
B of s-3 and T of c-9 | report_data.export | school s-4 | out-of-scope | 004:8
B of s-3 and T of c-9 | teacher_class.assign | class c-9; class c-9, a teacher of s-4 | out-of-scope | 004:18
B of s-3 and T of c-9 | student.move | Zed from c-9 to c-1; Ann from c-1 to c-9 | condition | 004:33
B of s-3 and T of c-9 | student.add | class c-1, teachers may not create students | may | 004:28
B of s-3 and T of c-9 | student.add | class c-9, teachers may not create students | condition | 004:28
B of s-4 and T of c-1 | educator.add_multiple | school s-4, 5 teacher | may | 004:16
B of s-4 and T of c-1 | educator.add_multiple | school s-3, 5 teacher | out-of-scope | 004:16
B of s-4 and T of c-1 | student.view | student Ben of c-2 | out-of-scope | 004:31

# What is not listed
D | student.purge, report.view, avatar | class c-1 | unknown-action | 004:4
D | benchmark.assign | the setting for second languages; D themselves | rule | 004:48, 004:49

# Holding a role now
nobody | role.effective | D is district_administrator; D off the roster is district_administrator | may | 004:1
nobody | role.effective | C is customer_administrator | may | 004:1
nobody | role.effective | B is building_administrator; B until tomorrow is building_administrator; B of s-3 and T of c-9 is building_administrator | may | 004:1
nobody | role.effective | T is teacher; B of s-3 and T of c-9 is teacher | may | 004:1
nobody | role.effective | C is district_administrator; B is district_administrator | no-role | 004:1
nobody | role.effective | D is customer_administrator | no-role | 004:1
nobody | role.effective | D is building_administrator; T is building_administrator | no-role | 004:1
nobody | role.effective | B is teacher; teaching c-1 without an account is teacher; nobody is teacher | no-role | 004:1
nobody | role.effective | B until today is building_administrator | expired | 004:1
nobody | role.effective | B from tomorrow is building_administrator; B given for the district is building_administrator | not-effective | 004:1
nobody | role.effective | suspended D is district_administrator; disabled D is district_administrator | suspended | 004:1
`;

const roles = `
district_administrator | district | privileged | - | many | 004:1
customer_administrator | customer | privileged | - | many | 004:1
building_administrator | school   | -          | - | many | 004:1
teacher                | school or class | -   | - | many | 004:1
`;

const rows = `
school.edit | printed | 004:5
school_group.manage | printed | 004:6
setting.teacher_student_creation.change | printed | 004:7
report_data.export | read | 004:8 | No *restriction* is printed.
parent_portal.logo.upload | printed | 004:9
parent_self_registration.view | printed | 004:10
bulk_import | printed | 004:14, 004:23
educator.first_setup | read | 004:15 | The label is *cut off*.
educator.add_multiple | printed | 004:16
educator.add | printed | 004:17
teacher_class.assign | printed | 004:18
educator.edit | read | 004:17, 004:19 | *004:17* beats 004:19.
educator.activate | read | 004:20 | The label is *lost*.
educator.deactivate | read | 004:20 | The label is *lost*.
setting.second_languages.change | printed | 004:24
setting.student_number_required.change | printed | 004:25
setting.student_number_numeric_min.change | printed | 004:26
product.assign | read | 004:27 | No *restriction* is printed.
student.add | read | 004:28 | The building administrator's school is read by *004:31*-33.
student.add_new_to_class | read | 004:29 | The building administrator's school is read by *004:31*-33.
student.add_existing_to_class | read | 004:30 | No *restriction* is printed.
student.view | printed | 004:31
student.edit | printed | 004:31
student.delete | printed | 004:32
group.student.delete | printed | 004:41
student.move | printed | 004:33
start_card.print | printed | 004:34, 004:43
class.manage | printed | 004:37
class.create | printed | 004:38
class.activate | printed | 004:39
class.edit_name | printed | 004:40
avatar.restrict | printed | 004:42
pathway.enroll | printed | 004:44
motivation.administer | printed | 004:45
benchmark.assign | printed | 004:48, 004:49
benchmark.unassign | printed | 004:48, 004:49
benchmark.reassign_1 | printed | 004:50
benchmark.invalidate | printed | 004:51
`;

const settings = `
imath.teacher_student_creation   | on | setting.teacher_student_creation.change
imath.second_languages           | ?  | setting.second_languages.change
imath.student_number_required    | ?  | setting.student_number_required.change
imath.student_number_numeric_min | ?  | setting.student_number_numeric_min.change
`;

const vocabulary = {
  benchmark: ['1', '2', '3'],
  accountType: [...accountTypes],
};

testSystem(shipped('imath'), {
  roles,
  rows,
  settings,
  vocabulary,
  cases: casesOf({ people, situations }, table),
});

test('a refused import names the rows that are not inside, and what they are', () => {
  const [one] = casesOf(
    { people, situations },
    'T of s-3 | bulk_import | school import into c-1, c-2 and of a teacher | condition | 004:14',
  );
  if (one === undefined) throw new Error('The line is not one case');
  const { message } = answerTo(shipped('imath'), one).reason;
  expect(message).toContain('row 2 (student of class c-2), row 3 (teacher of school s-3)');
  expect(message).not.toMatch(/row 1\b/);
});

test('that the account of a teacher is given for a school or for classes is read, and says why', () => {
  expect(findRole(shipped('imath'), 'teacher')?.reason).toMatch(/read as reaching no others/);
});

describe("with the overlay imath-vendor, the vendor's own reading", () => {
  const [overlay] = shipped('imath').overlays.filter(({ name }) => name === 'imath-vendor');
  if (overlay === undefined) throw new Error('The overlay is missing');
  const changed = /\| (benchmark\.\S+|pathway\.enroll|motivation\.administer|educator\.first_setup)/;
  const untouched = table.split('\n').filter((line) => !changed.test(line));

  testSystem(applyOverlay(shipped('imath'), overlay), {
    roles,
    rows,
    settings,
    vocabulary,
    cases: casesOf(
      { people, situations },
      `
${untouched.join('\n')}
B | benchmark.assign, benchmark.unassign | school s-3; class c-1; class c-2; student Ben of c-2 | may | 004:48, 004:49
B | benchmark.assign, benchmark.unassign | the district; school s-4; class c-9 | out-of-scope | 004:48, 004:49
T | benchmark.assign, benchmark.unassign | class c-1; student Ann of c-1 | may | 004:48, 004:49
T | benchmark.assign, benchmark.unassign | school s-3; class c-2; class c-9; student Ben of c-2 | out-of-scope | 004:48, 004:49
D, C | benchmark.assign, benchmark.unassign | the district; school s-3; class c-1 | no-role | 004:48, 004:49
B | benchmark.reassign_1 | school s-3; class c-1; class c-2; student Ben of c-2 | may | 004:50
B | benchmark.reassign_1 | the district; school s-4; class c-9 | out-of-scope | 004:50
T | benchmark.reassign_1 | class c-1; student Ann of c-1 | may | 004:50
B, T | benchmark.reassign_1 | class c-1, benchmark 1 | may | 004:50
B, T | benchmark.reassign_1 | class c-1, benchmark 2; class c-1, benchmark 3 | rule | 004:50
T | benchmark.reassign_1 | school s-3; class c-2; class c-9; student Ben of c-2 | out-of-scope | 004:50
D, C | benchmark.reassign_1 | the district; school s-3; class c-1 | no-role | 004:50
B | benchmark.invalidate | class c-1, benchmark 2; class c-2, benchmark 3; school s-3, benchmark 2 | may | 004:51
B | benchmark.invalidate | class c-1, benchmark 1; class c-1; class c-2, benchmark 4 | condition | 004:51
B | benchmark.invalidate | class c-9, benchmark 2; the district, benchmark 3 | out-of-scope | 004:51
T | benchmark.invalidate | class c-1, benchmark 2; class c-1, benchmark 3 | may | 004:51
T | benchmark.invalidate | class c-1, benchmark 1; class c-1 | condition | 004:51
T | benchmark.invalidate | class c-2, benchmark 2; school s-3, benchmark 3 | out-of-scope | 004:51
D, C | benchmark.invalidate | class c-1, benchmark 2; class c-1, benchmark 1 | no-role | 004:51
T | pathway.enroll | student Ann of c-1 | may | 004:44
T | pathway.enroll | student Ben of c-2; student Zed of c-9; Ann, enrolled until today | out-of-scope | 004:44
D, C, B | pathway.enroll | student Ann of c-1 | no-role | 004:44
T | motivation.administer | class c-1 | may | 004:45
T | motivation.administer | class c-2; class c-9 | out-of-scope | 004:45
D, C, B | motivation.administer | class c-1 | no-role | 004:45
T of s-3 | benchmark.assign, benchmark.unassign | class c-1 | may | 004:48, 004:49
T of s-3 | benchmark.assign, benchmark.unassign | class c-2; school s-3 | condition | 004:48, 004:49
T of s-3 | benchmark.reassign_1 | class c-1 | may | 004:50
T of s-3 | benchmark.reassign_1 | class c-2; school s-3 | condition | 004:50
T of s-3 | benchmark.invalidate | class c-1, benchmark 2 | may | 004:51
T of s-3 | benchmark.invalidate | class c-2, benchmark 2; class c-1, benchmark 1 | condition | 004:51
T of s-3 | pathway.enroll | student Ann of c-1 | may | 004:44
T of s-3 | pathway.enroll | student Ben of c-2 | condition | 004:44
T of s-3 | motivation.administer | class c-1 | may | 004:45
T of s-3 | motivation.administer | class c-2 | condition | 004:45
T invited | educator.first_setup | T themselves, invited | may | 004:15
T | educator.first_setup | T themselves; teacher of c-1 | condition | 004:15
T invited | educator.first_setup | teacher of c-1 | condition | 004:15
T invited to hmh | educator.first_setup | T themselves, invited to hmh | condition | 004:15
T invited | educator.first_setup | teacher of c-9 | out-of-scope | 004:15
D, C, B | educator.first_setup | teacher of c-1 | no-role | 004:15
`,
    ),
  });
});
