import { expect, test } from 'vitest';
import { findRow } from '../../shared/access/catalogue.ts';
import type { Person, PersonFacts, ResourceFacts, Scope } from '../../shared/access/facts.ts';
import {
  anAssignment,
  aPerson,
  atSchool,
  enrolled,
  inDistrict,
  theDistrict,
  theUser,
} from '../builders/access-facts.ts';
import { naming, shipped } from '../builders/catalogue-table.ts';
import { testSystem } from '../builders/table-tests.ts';
import { casesOf, holderIn, lookUp, type Situation } from '../builders/written-table.ts';

/**
 * ACER online assessments, document 002. Accounts a-1 and a-2; everybody's role is at a-1 and reaches the whole account
 * unless it says otherwise. CA, CM, RG: client administrator, candidate manager, report generator.
 */

const holding = holderIn('acer');

type Reach = Pick<Scope, 'yearLevels' | 'tags'>;
const at = (id: string, reach: Reach = {}): Scope => ({ type: 'account', ids: [id], ...reach });
const year2: Reach = { yearLevels: ['2'] };
const blue: Reach = { tags: ['Blue'] };
const year2AndBlue: Reach = { yearLevels: ['2'], tags: ['Blue'] };

function several(...given: [role: string, scope: Scope][]): Person {
  return aPerson(
    'u-1',
    {},
    given.map(([role, scope], i) => anAssignment(role, scope, { system: 'acer', id: `assignment-${i}` })),
  );
}

const roleOf = { CA: 'client_administrator', CM: 'candidate_manager', RG: 'report_generator' };

/** "CM of Blue" and the like. */
const reaching = Object.entries(roleOf).flatMap(([short, role]) =>
  Object.entries({
    'Year 2': year2,
    Blue: blue,
    'Year 2 and Blue': year2AndBlue,
    'Year 1': { yearLevels: ['1'] },
  }).map(([words, reach]): [string, Person] => [`${short} of ${words}`, holding(role, at('a-1', reach))]),
);

const dates = (until: string) => ({ dates: { until } });

const people: Record<string, Person> = {
  nobody: aPerson('u-0'),
  CA: holding('client_administrator', at('a-1')),
  CM: holding('candidate_manager', at('a-1')),
  RG: holding('report_generator', at('a-1')),
  ...Object.fromEntries(reaching),
  'CA of a-2': holding('client_administrator', at('a-2')),
  'CM of a-2': holding('candidate_manager', at('a-2')),
  'RG of a-2': holding('report_generator', at('a-2')),
  'CM and RG': several(['candidate_manager', at('a-1')], ['report_generator', at('a-1')]),
  'CM of Year 2 and RG': several(['candidate_manager', at('a-1', year2)], ['report_generator', at('a-1')]),
  'CM of Year 2 and RG of Blue': several(
    ['candidate_manager', at('a-1', year2)],
    ['report_generator', at('a-1', blue)],
  ),
  'CM of Year 2 and CM of a-2': several(
    ['candidate_manager', at('a-1', year2)],
    ['candidate_manager', at('a-2')],
  ),
  'CM and CA of a-2': several(['candidate_manager', at('a-1')], ['client_administrator', at('a-2')]),
  'CM with Year 2 kept at the account': {
    ...holding('candidate_manager', at('a-1')),
    accounts: { 'a-1': { yearLevels: ['02'], tags: [] } },
  },
  'CM with Blue kept at the account': {
    ...holding('candidate_manager', at('a-1')),
    accounts: { 'a-1': { yearLevels: [], tags: ['Blue'] } },
  },
  'CM with Year 2 kept at a-2': {
    ...holding('candidate_manager', at('a-1')),
    accounts: { 'a-2': { yearLevels: ['2'], tags: [] } },
  },
  'CM of KG': holding('candidate_manager', at('a-1', { yearLevels: ['KG'] })),
  'CM until yesterday': holding('candidate_manager', at('a-1'), dates('2026-10-14')),
  'CM until today': holding('candidate_manager', at('a-1'), dates('2026-10-15')),
  'CM until tomorrow': holding('candidate_manager', at('a-1'), dates('2026-10-16')),
  'CM from today': holding('candidate_manager', at('a-1'), { dates: { from: '2026-10-15' } }),
  'CM from tomorrow': holding('candidate_manager', at('a-1'), { dates: { from: '2026-10-16' } }),
  'suspended CA': aPerson('u-1', { status: 'suspended' }, holding('client_administrator', at('a-1')).manual),
  'disabled CA': aPerson('u-1', { enabled: false }, holding('client_administrator', at('a-1')).manual),
  'CA off the roster': { id: 'u-1', manual: holding('client_administrator', at('a-1')).manual },
  'CM given for a school': holding('candidate_manager', atSchool('a-1')),
  'CA given for the district': holding('client_administrator', inDistrict),
};

/** A student enrolled at a-1, unless it says otherwise. */
function student(
  id: string,
  { roster = {}, tags }: { roster?: Partial<PersonFacts>; tags?: string[] },
): Person {
  const inClass = [enrolled('c-1', 'student', { schoolId: 'a-1' })];
  const person = aPerson(id, { memberships: inClass, orgIds: ['a-1'], ...roster });
  return tags === undefined ? person : { ...person, tags };
}

const students: Record<string, Person> = {
  Ann: student('u-ann', { roster: { grades: ['02'] } }),
  Amy: student('u-amy', { roster: { grades: ['2'] } }),
  Ben: student('u-ben', { roster: { grades: ['03'] } }),
  Cy: student('u-cy', { roster: { grades: ['03'] }, tags: ['Blue', 'Choir'] }),
  Red: student('u-red', { roster: { grades: ['03'] }, tags: ['Red'] }),
  Max: student('u-max', { roster: { grades: ['01', '02'] } }),
  Kim: student('u-kim', { roster: { grades: ['KG'] } }),
  'Ann, promoted to Year 3': student('u-ann', { roster: { grades: ['03'] } }),
  'Cy, no longer Blue': student('u-cy', { roster: { grades: ['03'] }, tags: ['Choir'] }),
  'Ann, moved to a-2': student('u-ann', {
    roster: {
      grades: ['02'],
      orgIds: ['a-2'],
      memberships: [enrolled('c-9', 'student', { schoolId: 'a-2' })],
    },
  }),
  'Ann, enrolled until yesterday': student('u-ann', {
    roster: {
      grades: ['02'],
      memberships: [enrolled('c-1', 'student', { schoolId: 'a-1', end: '2026-10-14' })],
    },
  }),
  'Ann, enrolled until today': student('u-ann', {
    roster: {
      grades: ['02'],
      memberships: [enrolled('c-1', 'student', { schoolId: 'a-1', end: '2026-10-15' })],
    },
  }),
  'Ann, enrolled until tomorrow': student('u-ann', {
    roster: {
      grades: ['02'],
      memberships: [enrolled('c-1', 'student', { schoolId: 'a-1', end: '2026-10-16' })],
    },
  }),
  'Ann, enrolled from tomorrow': student('u-ann', {
    roster: {
      grades: ['02'],
      memberships: [enrolled('c-1', 'student', { schoolId: 'a-1', begin: '2026-10-16' })],
    },
  }),
  'Ann, never enrolled': student('u-ann', { roster: { grades: ['02'], memberships: [] } }),
  'Ann, enrolled at a-2 only': student('u-ann', {
    roster: { grades: ['02'], memberships: [enrolled('c-9', 'student', { schoolId: 'a-2' })] },
  }),
  'Ann, switched off': student('u-ann', { roster: { grades: ['02'], enabled: false } }),
  'Ann, suspended': student('u-ann', { roster: { grades: ['02'], status: 'suspended', memberships: [] } }),
  'Eve, Blue and never enrolled': student('u-eve', { roster: { memberships: [] }, tags: ['Blue'] }),
  'Eve, Blue and suspended': student('u-eve', {
    roster: { status: 'suspended', memberships: [] },
    tags: ['Blue'],
  }),
  'Eve, Blue and of a-2': student('u-eve', { roster: { memberships: [], orgIds: ['a-2'] }, tags: ['Blue'] }),
};

function account(id: string): ResourceFacts {
  return { type: 'account', id, org: { status: 'active', type: 'school' } };
}

function over(...names: string[]): Situation {
  const found = names.map((name) => lookUp(students, name));
  return {
    resource: account('a-1'),
    properties: { students: found.map(({ id }) => id) },
    more: naming(found),
  };
}

function adding(student: { yearLevel?: string | number; tags?: string[] }, id = 'a-1'): Situation {
  return { resource: account(id), properties: student };
}

const colleague = (scope: Scope): Person =>
  aPerson('u-col', {}, [anAssignment('report_generator', scope, { system: 'acer' })]);

/** The staff member themselves, who is u-1. */
function self(person: string, properties?: Record<string, unknown>): Situation {
  return { resource: theUser(lookUp(people, person)), ...(properties ? { properties } : {}) };
}

function asking(person: string, role: string): Situation {
  return { resource: theUser({ ...lookUp(people, person), id: 'u-asked' }), properties: { role } };
}

const situations: Record<string, Situation> = {
  'account a-1': { resource: account('a-1') },
  'account a-2': { resource: account('a-2') },
  'the district': { resource: theDistrict },
  ...Object.fromEntries(
    Object.entries(students).map(([name, person]): [string, Situation] => [
      name,
      { resource: { type: 'student', id: person.id, person } },
    ]),
  ),
  'Ben, said to be in Year 2': {
    resource: { type: 'student', id: 'u-ben', person: student('u-ben', { roster: { grades: ['03'] } }) },
    properties: { yearLevel: '2', tags: ['Blue'], students: ['u-ben'] },
    more: naming([student('u-ben', { roster: { grades: ['03'] } })]),
  },
  'Ann, and Ben named besides': {
    resource: { type: 'student', id: 'u-ann', person: lookUp(students, 'Ann') },
    properties: { students: ['u-ben'] },
    more: naming([lookUp(students, 'Ben')]),
  },
  'Ann, whose facts were not read': { resource: account('a-1'), properties: { students: ['u-ann'] } },
  'students that are no list': { resource: account('a-1'), properties: { students: 'u-ann' } },
  'Ann and Amy': over('Ann', 'Amy'),
  'Ann and Cy': over('Ann', 'Cy'),
  'Ann and Ben': over('Ann', 'Ben'),
  'Ann alone, on the account': over('Ann'),
  'Ben alone, on the account': over('Ben'),
  'Ann, and Eve of a-2': over('Ann', 'Eve, Blue and of a-2'),
  'Ann, and somebody unknown': {
    resource: account('a-1'),
    properties: { students: ['u-ann', 'u-ghost'] },
    more: naming([student('u-ann', { roster: { grades: ['02'] } })]),
  },
  'an empty list of students': { resource: account('a-1'), properties: { students: [] } },

  'a new student': adding({}),
  'a new student in Year 2': adding({ yearLevel: '2' }),
  'a new student in Year 02': adding({ yearLevel: '02' }),
  'a new student in Year 2, a number': adding({ yearLevel: 2 }),
  'a new student in Year 3': adding({ yearLevel: '3' }),
  'a new Blue student': adding({ tags: ['Blue'] }),
  'a new Red student': adding({ tags: ['Red'] }),
  'a new Blue student in Year 3': adding({ yearLevel: '3', tags: ['Blue'] }),
  'a new Red student in Year 2': adding({ yearLevel: '2', tags: ['Red'] }),
  'a new student in Year 2 at a-2': adding({ yearLevel: '2' }, 'a-2'),

  'a colleague': { resource: theUser(colleague(at('a-1'))) },
  'a colleague of Year 2': { resource: theUser(colleague(at('a-1', year2))) },
  'a colleague, to Year 3': {
    resource: theUser(colleague(at('a-1'))),
    properties: { yearLevels: ['3'], tags: [] },
  },
  'a colleague, to everything': {
    resource: theUser(colleague(at('a-1', year2))),
    properties: { yearLevels: [], tags: [] },
  },
  'a colleague, to be client administrator': {
    resource: theUser(colleague(at('a-1'))),
    properties: { role: 'client_administrator' },
  },
  'a colleague of a-2': { resource: theUser(colleague(at('a-2'))) },
  'a teacher of a-1 with an account at a-2': {
    resource: theUser({ ...aPerson('u-col', { orgIds: ['a-1'] }), manual: colleague(at('a-2')).manual }),
  },
  'somebody with an nsc role at a-1 and an account at a-2': {
    resource: theUser(
      aPerson('u-col', {}, [
        ...colleague(at('a-2')).manual,
        anAssignment('ftp', at('a-1'), { system: 'nsc' }),
      ]),
    ),
  },
  'a new colleague': {
    resource: account('a-1'),
    properties: { role: 'report_generator', yearLevels: ['3'], tags: [] },
  },

  'CA themselves': self('CA'),
  'CA themselves, to Year 2': self('CA', { yearLevels: ['2'], tags: [] }),
  'CA themselves, to everything': self('CA', { yearLevels: [], tags: [] }),
  'CA of Year 2 themselves': self('CA of Year 2'),
  'CA of Year 2 themselves, to Year 2': self('CA of Year 2', { yearLevels: ['2'], tags: [] }),
  'CA of Year 2 themselves, to Year 02': self('CA of Year 2', { yearLevels: ['02'], tags: [] }),
  'CA of Year 2 themselves, to Years 2 and 3': self('CA of Year 2', { yearLevels: ['2', '3'], tags: [] }),
  'CA of Year 2 themselves, to Year 3': self('CA of Year 2', { yearLevels: ['3'], tags: [] }),
  'CA of Year 2 themselves, to Year 2 and Blue': self('CA of Year 2', { yearLevels: ['2'], tags: ['Blue'] }),
  'CA of Year 2 themselves, to everything': self('CA of Year 2', { yearLevels: [], tags: [] }),
  'CA of Year 2 and Blue themselves, to Year 2': self('CA of Year 2 and Blue', {
    yearLevels: ['2'],
    tags: [],
  }),
  'CA of Year 2 and Blue themselves, to everything': self('CA of Year 2 and Blue', {
    yearLevels: [],
    tags: [],
  }),
  'CA of Year 2 themselves, tagged Blue': self('CA of Year 2', { tags: ['Blue'] }),
  'CA of Year 2 and Blue themselves, years to Year 2': self('CA of Year 2 and Blue', { yearLevels: ['2'] }),
  'CA of Blue themselves, to Blue and Red': self('CA of Blue', { yearLevels: [], tags: ['Blue', 'Red'] }),

  'CA is client_administrator': asking('CA', 'client_administrator'),
  'CA of Year 2 is client_administrator': asking('CA of Year 2', 'client_administrator'),
  'CM is client_administrator': asking('CM', 'client_administrator'),
  'CM is candidate_manager': asking('CM', 'candidate_manager'),
  'CA is candidate_manager': asking('CA', 'candidate_manager'),
  'CM until tomorrow is candidate_manager': asking('CM until tomorrow', 'candidate_manager'),
  'CM until today is candidate_manager': asking('CM until today', 'candidate_manager'),
  'CM from tomorrow is candidate_manager': asking('CM from tomorrow', 'candidate_manager'),
  'suspended CA is client_administrator': asking('suspended CA', 'client_administrator'),
  'disabled CA is client_administrator': asking('disabled CA', 'client_administrator'),
  'RG is report_generator': asking('RG', 'report_generator'),
  'CM is report_generator': asking('CM', 'report_generator'),
  'CM and RG is report_generator': asking('CM and RG', 'report_generator'),
};

const table = `
# Purchase, edit account details, manage staff logins
CA | purchase | account a-1 | may | 002:11
CA | account.edit | account a-1 | may | 002:12
CA | staff.manage | account a-1; a colleague; a new colleague | may | 002:1, 002:13
CA | purchase | account a-2 | out-of-scope | 002:11
CA | account.edit | account a-2 | out-of-scope | 002:12
CA | staff.manage | account a-2; a colleague of a-2 | out-of-scope | 002:1, 002:13
CA | staff.manage | a teacher of a-1 with an account at a-2; somebody with an nsc role at a-1 and an account at a-2 | out-of-scope | 002:1, 002:13
CM, RG, CM and RG | purchase | account a-1 | no-role | 002:11
CM, RG, CM and RG | account.edit | account a-1 | no-role | 002:12
CM, RG, CM and RG | staff.manage | account a-1; a colleague; a new colleague; CA themselves | no-role | 002:1, 002:13
CA of a-2 | purchase | account a-1 | out-of-scope | 002:11
CA of a-2 | account.edit | account a-1 | out-of-scope | 002:12
CA of a-2 | staff.manage | account a-1; a colleague | out-of-scope | 002:1, 002:13
CA of Year 2, CA of Blue | purchase | account a-1 | may | 002:11
CA of Year 2, CA of Blue | account.edit | account a-1 | may | 002:12
CA of Year 2, CA of Blue | staff.manage | account a-1; a colleague; a colleague of Year 2; a new colleague | may | 002:1, 002:13

# Student details
CA, CM, CM and RG | student.edit | Ann; Ben; Cy; Ann, never enrolled; Ann, switched off; Ann, suspended | may | 002:6, 002:14
CA, CM | student.edit | account a-1; Ann and Ben; an empty list of students | may | 002:6, 002:14
CA, CM | student.edit | Ann, moved to a-2; Eve, Blue and of a-2; account a-2; Ann, and Eve of a-2; Ann, and somebody unknown | out-of-scope | 002:6, 002:14
CA of a-2, CM of a-2 | student.edit | Ann; account a-1; Ann and Ben | out-of-scope | 002:6, 002:14
RG, RG of a-2, RG of Year 2 | student.edit | Ann; account a-1; Ann and Ben | no-role | 002:6, 002:14
CA, CM, CM and RG | student.add | a new student; a new student in Year 2; a new Red student | may | 002:6, 002:14
CA, CM | student.add | a new student in Year 2 at a-2; account a-2 | out-of-scope | 002:6, 002:14
RG, RG of Year 2 | student.add | a new student; a new student in Year 2 | no-role | 002:6, 002:14

# View students
CA, CM, RG, CM and RG | student.view | Ann; Ben; Cy; Ann, never enrolled; account a-1; Ann and Ben; Ann, suspended; Ann, enrolled at a-2 only | may | 002:15
CA, CM, RG, CM and RG | student.view | Ann, moved to a-2; account a-2; Ann, and Eve of a-2; Ann, and somebody unknown | out-of-scope | 002:15
CA of a-2, CM of a-2, RG of a-2 | student.view | Ann; account a-1; Ann and Ben | out-of-scope | 002:15

# Generate reports
CA, RG, CM and RG | report.generate | Ann; Ben; account a-1; Ann and Ben | may | 002:16
CA, RG, CM and RG | report.generate | Ann, moved to a-2; account a-2; Ann, and Eve of a-2 | out-of-scope | 002:16
CA of a-2, RG of a-2 | report.generate | Ann; account a-1 | out-of-scope | 002:16
CM, CM of a-2, CM of Year 2 | report.generate | Ann; account a-1; Ann and Ben | no-role | 002:16

# Assign tests and tags
CA, CM, CM and RG | test.assign | Ann; Ben; account a-1; Ann and Ben | may | 002:6, 002:14
CA, CM | test.assign | Ann, moved to a-2; account a-2; Ann, and Eve of a-2 | out-of-scope | 002:6, 002:14
RG, RG of Blue | test.assign | Ann; Cy; account a-1; Ann and Ben | no-role | 002:6, 002:14
CA of a-2, CM of a-2 | test.assign | Ann; account a-1 | out-of-scope | 002:6, 002:14
CA, CM, CM and RG | tag.assign | Ann; Ben; account a-1; Ann and Ben | may | 002:18?
CA, CM | tag.assign | Ann, moved to a-2; account a-2; Ann, and Eve of a-2 | out-of-scope | 002:18?
RG, RG of Blue | tag.assign | Ann; Cy; account a-1; Ann and Ben | no-role | 002:18?
CA of a-2, CM of a-2 | tag.assign | Ann; account a-1 | out-of-scope | 002:18?

# Year levels (002:19): those enrolled at that year level in the account
CA of Year 2, CM of Year 2, RG of Year 2 | student.view | Ann; Amy; Ann, enrolled until tomorrow; Ann, switched off; Ann and Amy; Ann alone, on the account | may | 002:15
CA of Year 2, CM of Year 2, RG of Year 2 | student.view | Ben; Cy; Kim; Ann, promoted to Year 3; Ann and Ben; Ann and Cy; Ben alone, on the account | out-of-scope | 002:15
CA of Year 2, CM of Year 2, RG of Year 2 | student.view | Ann, enrolled until yesterday; Ann, enrolled until today; Ann, enrolled from tomorrow; Ann, never enrolled; Ann, suspended | out-of-scope | 002:15
CA of Year 2, CM of Year 2, RG of Year 2 | student.view | Ann, moved to a-2; Ann, enrolled at a-2 only; Eve, Blue and never enrolled; Ann, and somebody unknown | out-of-scope | 002:15
CA of Year 2, CM of Year 2, RG of Year 2 | student.view | account a-1; an empty list of students | out-of-scope | 002:15
CA of Year 2, CM of Year 2, RG of Year 2 | student.view | Ben, said to be in Year 2 | out-of-scope | 002:15
CA of Year 2, CM of Year 2 | student.edit | Ann; Ann and Amy | may | 002:6, 002:14
CA of Year 2, CM of Year 2 | student.edit | Ben; account a-1; Ann and Ben; Ann, promoted to Year 3 | out-of-scope | 002:6, 002:14
CA of Year 2, RG of Year 2 | report.generate | Ann; Ann and Amy | may | 002:16
CA of Year 2, RG of Year 2 | report.generate | Ben; account a-1; Ann and Ben; Ann, promoted to Year 3 | out-of-scope | 002:16
CA of Year 2, CM of Year 2 | test.assign | Ann; Ann and Amy | may | 002:6, 002:14
CA of Year 2, CM of Year 2 | test.assign | Ben; account a-1; Ann and Ben; Ann, promoted to Year 3 | out-of-scope | 002:6, 002:14
CA of Year 2, CM of Year 2 | tag.assign | Ann; Ann and Amy | may | 002:18?
CA of Year 2, CM of Year 2 | tag.assign | Ben; account a-1; Ann and Ben; Ann, promoted to Year 3 | out-of-scope | 002:18?
CA of Year 2, CM of Year 2 | student.add | a new student in Year 2; a new student in Year 02; a new student in Year 2, a number; a new Red student in Year 2 | may | 002:6, 002:14
CA of Year 2, CM of Year 2 | student.add | a new student; a new student in Year 3; a new Blue student; a new student in Year 2 at a-2 | out-of-scope | 002:6, 002:14
CA of Year 2, CM of Year 2, RG of Year 2 | student.view | Max | may | 002:15
CA of Year 2, CM of Year 2, RG of Year 2 | student.view | Ann, and Ben named besides | out-of-scope | 002:15
CA of Year 2, CM of Year 2, RG of Year 2 | student.view | students that are no list | rule | 002:15
CA, CM, RG | student.view | Ann, and Ben named besides | may | 002:15
CA, CM, RG | student.view | Ann, whose facts were not read | rule | 002:15
CM of KG | student.view | Kim | may | 002:15
CM of KG | student.view | Ann; account a-1 | out-of-scope | 002:15
CM of Year 1 | student.view | Ann; Ben | out-of-scope | 002:15

# Tags (002:19): those who carry it, enrolled or not
CA of Blue, CM of Blue, RG of Blue | student.view | Cy; Eve, Blue and never enrolled; Eve, Blue and suspended | may | 002:15
CA of Blue, CM of Blue, RG of Blue | student.view | Ann; Ben; Red; Cy, no longer Blue; Ann and Cy; account a-1; Eve, Blue and of a-2 | out-of-scope | 002:15
CA of Blue, CM of Blue | student.edit | Cy | may | 002:6, 002:14
CA of Blue, CM of Blue | student.edit | Red; Cy, no longer Blue | out-of-scope | 002:6, 002:14
CA of Blue, RG of Blue | report.generate | Cy | may | 002:16
CA of Blue, RG of Blue | report.generate | Red; Cy, no longer Blue; account a-1 | out-of-scope | 002:16
CA of Blue, CM of Blue | test.assign | Cy | may | 002:6, 002:14
CA of Blue, CM of Blue | test.assign | Red; Ann and Cy | out-of-scope | 002:6, 002:14
CA of Blue, CM of Blue | tag.assign | Cy | may | 002:18?
CA of Blue, CM of Blue | tag.assign | Red; Ann and Cy | out-of-scope | 002:18?
CA of Blue, CM of Blue | student.add | a new Blue student; a new Blue student in Year 3 | may | 002:6, 002:14
CA of Blue, CM of Blue | student.add | a new student; a new Red student; a new student in Year 2 | out-of-scope | 002:6, 002:14

# Both are additive (002:20)
CA of Year 2 and Blue, CM of Year 2 and Blue, RG of Year 2 and Blue | student.view | Ann; Cy; Ann and Cy; Eve, Blue and never enrolled | may | 002:15
CA of Year 2 and Blue, CM of Year 2 and Blue, RG of Year 2 and Blue | student.view | Ben; Red; Ann and Ben; account a-1 | out-of-scope | 002:15
CM of Year 2 and Blue | student.add | a new student in Year 2; a new Blue student in Year 3 | may | 002:6, 002:14
CM of Year 2 and Blue | student.add | a new student in Year 3; a new Red student; a new student | out-of-scope | 002:6, 002:14

# They belong to the staff member, and bind all assignments in that account
CM of Year 2 and RG | report.generate | Ann | may | 002:16
CM of Year 2 and RG | report.generate | Ben; account a-1 | out-of-scope | 002:16
CM of Year 2 and RG | student.view | Ben | out-of-scope | 002:15
CM of Year 2 and RG of Blue | report.generate | Ann; Cy | may | 002:16
CM of Year 2 and RG of Blue | student.edit | Ann; Cy | may | 002:6, 002:14
CM of Year 2 and RG of Blue | student.edit | Ben | out-of-scope | 002:6, 002:14
CM of Year 2 and CM of a-2 | student.view | Ann, moved to a-2; account a-2; Ann | may | 002:15
CM of Year 2 and CM of a-2 | student.view | Ben; account a-1 | out-of-scope | 002:15
CM with Year 2 kept at the account | student.view | Ann; Amy | may | 002:15
CM with Year 2 kept at the account | student.view | Ben; Cy; account a-1 | out-of-scope | 002:15
CM with Blue kept at the account | student.view | Cy | may | 002:15
CM with Blue kept at the account | student.view | Ann; account a-1 | out-of-scope | 002:15
CM with Year 2 kept at a-2 | student.view | Ben; account a-1 | may | 002:15
CM and CA of a-2 | staff.manage | account a-1; a colleague | out-of-scope | 002:1, 002:13
CM and CA of a-2 | student.edit | Ann | may | 002:6, 002:14

# Nobody widens their own
CA | staff.manage | CA themselves; CA themselves, to Year 2; CA themselves, to everything | may | 002:1, 002:13
CA of Year 2 | staff.manage | CA of Year 2 themselves; CA of Year 2 themselves, to Year 2; CA of Year 2 themselves, to Year 02 | may | 002:1, 002:13
CA of Year 2 | staff.manage | CA of Year 2 themselves, tagged Blue | rule | 002:1, 002:13
CA of Year 2 and Blue | staff.manage | CA of Year 2 and Blue themselves, years to Year 2 | may | 002:1, 002:13
CA of Year 2 | staff.manage | CA of Year 2 themselves, to Years 2 and 3; CA of Year 2 themselves, to Year 3; CA of Year 2 themselves, to Year 2 and Blue; CA of Year 2 themselves, to everything | rule | 002:1, 002:13
CA of Year 2 and Blue | staff.manage | CA of Year 2 and Blue themselves, to Year 2 | may | 002:1, 002:13
CA of Year 2 and Blue | staff.manage | CA of Year 2 and Blue themselves, to everything | rule | 002:1, 002:13
CA of Blue | staff.manage | CA of Blue themselves, to Blue and Red | rule | 002:1, 002:13
CA of Year 2, CA | staff.manage | a colleague, to Year 3; a colleague, to everything; a colleague, to be client administrator | may | 002:1, 002:13

# Dates, standing, scopes
CM until tomorrow, CM from today | student.view | Ann | may | 002:15
CM until today, CM until yesterday | student.view | Ann; account a-1 | expired | 002:15
CM from tomorrow | student.view | Ann; account a-1 | not-effective | 002:15
suspended CA, disabled CA | student.view | Ann; account a-1 | suspended | 002:15
suspended CA, disabled CA | purchase | account a-1 | suspended | 002:11
CA off the roster | purchase | account a-1 | may | 002:11
CM given for a school, CA given for the district | student.view | Ann; account a-1 | not-effective | 002:15
nobody | student.view | Ann; account a-1 | no-role | 002:15
CA | test.score, student.delete, purchase.view | account a-1 | unknown-action | 002:9
CA | purchase | the district; Ann | rule | 002:11

# Holding a role now
nobody | role.effective | CA is client_administrator; CA of Year 2 is client_administrator | may | 002:7
nobody | role.effective | CM is client_administrator | no-role | 002:7
nobody | role.effective | CM is candidate_manager; CM until tomorrow is candidate_manager | may | 002:6
nobody | role.effective | CA is candidate_manager | no-role | 002:6
nobody | role.effective | CM until today is candidate_manager | expired | 002:6
nobody | role.effective | CM from tomorrow is candidate_manager | not-effective | 002:6
nobody | role.effective | suspended CA is client_administrator; disabled CA is client_administrator | suspended | 002:7
nobody | role.effective | RG is report_generator; CM and RG is report_generator | may | 002:6
nobody | role.effective | CM is report_generator | no-role | 002:6
`;

test('that nobody widens their own scope is read, and says why', () => {
  const rules = findRow(shipped('acer'), 'staff.manage')?.rules ?? [];
  const reasons = rules.filter(({ must }) => must.kind === 'reachNotWidened').map(({ reason }) => reason);
  expect(reasons).toEqual([expect.stringMatching(/./)]);
});

testSystem(shipped('acer'), {
  roles: `
client_administrator | account | privileged | - | many | 002:7
candidate_manager    | account | -          | - | many | 002:6
report_generator     | account | -          | - | many | 002:6
`,
  rows: `
purchase | printed | 002:11
account.edit | printed | 002:12
staff.manage | printed | 002:1, 002:13
student.edit | printed | 002:6, 002:14
student.add | printed | 002:6, 002:14
student.view | printed | 002:15
report.generate | printed | 002:16
test.assign | read | 002:6, 002:14 | Only the prose of *002:6* gives it to the candidate manager; the table has no such row.
tag.assign | read | | *Tagging* widens *scope*, so it is itself scoped.
`,
  cases: casesOf({ people, situations }, table),
});
