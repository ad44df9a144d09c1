import type {
  LoginFacts,
  Person,
  RecordFacts,
  ResourceFacts,
  StatusByYear,
} from '../../shared/access/facts.ts';
import { digestOf, lookupId } from '../../shared/access/lookup.ts';
import {
  anAssignment,
  aPerson,
  enrolled,
  inDistrict,
  theDistrict,
  theUser,
} from '../builders/access-facts.ts';
import { naming, shipped } from '../builders/catalogue-table.ts';
import { testSystem } from '../builders/table-tests.ts';
import { casesOf, lookUp, type Situation } from '../builders/written-table.ts';

/**
 * PCR Educator user records, document 003. The present school year ends in 2027. Staff have the ledger L-1 and the school
 * division s-3 associated, unless it says otherwise.
 */

type Dates = { from?: string; until?: string };

const loggedIn: LoginFacts = { approved: true, locked: false, ledgers: [], schools: [] };
const staffLogin: LoginFacts = {
  ...loggedIn,
  ledgers: ['L-1'],
  schools: ['s-3'],
  profile: { kind: 'staff', id: 'staff-1' },
};

function given(...roles: string[]) {
  return roles.map((role) => anAssignment(role, inDistrict, { system: 'pcr' }));
}

/** A user with a staff record and one assigned role. */
function staff(role: string, dates: Dates = {}): Person {
  const manual = [anAssignment(role, inDistrict, { system: 'pcr', ...dates })];
  return { ...aPerson('u-1', {}, manual), login: staffLogin };
}

/** A user of a family, whose profile is the household. */
function family(household: RecordFacts['household'], more: Partial<Person> = {}): Person {
  const login: LoginFacts = { ...loggedIn, profile: { kind: 'household', id: 'h-1' } };
  return { ...aPerson('u-1'), login, ...(household ? { records: { household } } : {}), ...more };
}

function child(id: string, relationship: string, year?: string, status = 'Enrolled') {
  return { id, relationship, status: byYear(year, status) };
}

/** Absent: no status in any year. */
function byYear(year: string | undefined, status: string): StatusByYear {
  return year === undefined ? {} : { [year]: status };
}

const ofAnn = child('u-ann', 'Parent', '2027', 'Enrolled');
const household = (...students: ReturnType<typeof child>[]) => ({ students, applicants: [] });
const applying = (...applicants: { id: string; relationship: string; status: string }[]) => ({
  students: [],
  applicants,
});

function pupil(year?: string, status = 'Enrolled'): Person {
  const login: LoginFacts = { ...loggedIn, profile: { kind: 'student', id: 'r-ann' } };
  const student = { id: 'u-ann', status: byYear(year, status) };
  return { ...aPerson('u-1'), login, records: { student } };
}

function withAttributes(
  kind: 'student' | 'household' | 'donor' | 'staff',
  ...attributes: { name: string; year?: string }[]
): Person {
  return { ...aPerson('u-1'), login: { ...loggedIn, profile: { kind, id: 'r-1' } }, records: { attributes } };
}

function withChoir(person: Person): Person {
  return { ...person, records: { ...person.records, attributes: [{ name: 'choir' }] } };
}

const parent = family(
  household(
    ofAnn,
    child('u-ben', 'Parent', '2026', 'Enrolled'),
    child('u-cy', 'Guardian', '2027', 'Enrolled'),
  ),
);

const assignable = {
  security_full: staff('security_full'),
  admin_full: staff('admin_full'),
  registrar_full: staff('registrar_full'),
  admissions_full: staff('admissions_full'),
  development_full: staff('development_full'),
  finance_full: staff('finance_full'),
  finance_read: staff('finance_read'),
  teacher: staff('teacher'),
  staff: staff('staff'),
};

/** Calculated, or of no system at all. */
const notAssignable = [
  'parent',
  'student',
  'applicant',
  'admissions_evaluator',
  'attribute:choir',
  'principal',
];

/** The same roles, with nothing associated. */
const bare = Object.entries(assignable).map(([role, person]): [string, Person] => [
  `${role} with nothing associated`,
  { ...person, login: { ...staffLogin, ledgers: [], schools: [] } },
]);

/** The same roles, held by somebody whose profile is a household. */
const working = Object.entries(assignable).map(([role, person]): [string, Person] => [
  `${role} of a household`,
  { ...person, login: { ...staffLogin, profile: { kind: 'household', id: 'h-1' } } },
]);

const logins: Record<string, Person> = {
  'approved user': { ...aPerson('u-1'), login: loggedIn },
  'unapproved user': { ...aPerson('u-1'), login: { ...loggedIn, approved: false } },
  'locked user': { ...aPerson('u-1'), login: { ...loggedIn, locked: true } },
  'unapproved and locked user': { ...aPerson('u-1'), login: { ...loggedIn, approved: false, locked: true } },
  'somebody without a user': aPerson('u-1'),
  'suspended user': { ...aPerson('u-1', { status: 'suspended' }), login: loggedIn },
  'disabled user': { ...aPerson('u-1', { enabled: false }), login: loggedIn },
  'user off the roster': { id: 'u-1', manual: [], login: loggedIn },
  'user whose profile has the address': {
    ...aPerson('u-1'),
    login: { ...loggedIn, mail: [digestOf('Profile@example.org')] },
  },
  'unapproved user whose profile has the address': {
    ...aPerson('u-1'),
    login: { ...loggedIn, approved: false, mail: [digestOf('profile@example.org')] },
  },
  'suspended user whose profile has the address': {
    ...aPerson('u-1', { status: 'suspended' }),
    login: { ...loggedIn, mail: [digestOf('profile@example.org')] },
  },
  'user whose profile has no address': { ...aPerson('u-1'), login: { ...loggedIn, mail: [] } },
};

const people: Record<string, Person> = {
  nobody: aPerson('u-0'),
  ...assignable,
  ...Object.fromEntries([...bare, ...working]),
  ...logins,
  'security_full of d-2': {
    ...aPerson('u-1', {}, [
      anAssignment('security_full', { type: 'district', ids: ['d-2'] }, { system: 'pcr' }),
    ]),
    login: staffLogin,
  },
  'finance_full and teacher': { ...aPerson('u-1', {}, given('finance_full', 'teacher')), login: staffLogin },
  'staff profile without a role': { ...aPerson('u-1'), login: staffLogin },
  'unapproved finance_full': { ...assignable.finance_full, login: { ...staffLogin, approved: false } },
  'finance_full until yesterday': staff('finance_full', { until: '2026-10-14' }),
  'finance_full until today': staff('finance_full', { until: '2026-10-15' }),
  'finance_full until tomorrow': staff('finance_full', { until: '2026-10-16' }),
  'finance_full from today': staff('finance_full', { from: '2026-10-15' }),
  'finance_full from tomorrow': staff('finance_full', { from: '2026-10-16' }),
  'suspended finance_full': {
    ...aPerson('u-1', { status: 'suspended' }, given('finance_full')),
    login: staffLogin,
  },
  'disabled finance_full': {
    ...aPerson('u-1', { enabled: false }, given('finance_full')),
    login: staffLogin,
  },
  'suspended security_full': {
    ...aPerson('u-1', { status: 'suspended' }, given('security_full')),
    login: staffLogin,
  },
  'finance_full off the roster': { id: 'u-1', manual: given('finance_full'), login: staffLogin },
  'teacher until today of a household': {
    ...aPerson('u-1', {}, [anAssignment('teacher', inDistrict, { system: 'pcr', until: '2026-10-15' })]),
    login: { ...staffLogin, profile: { kind: 'household', id: 'h-1' } },
  },

  parent,
  'parent with ledger and school left over': {
    ...parent,
    login: { ...loggedIn, ledgers: ['L-1'], schools: ['s-3'], profile: { kind: 'household', id: 'h-1' } },
  },
  'parent who teaches': {
    ...parent,
    manual: given('teacher'),
    login: { ...loggedIn, schools: ['s-3'], profile: { kind: 'household', id: 'h-1' } },
  },
  'suspended parent': { ...parent, ...aPerson('u-1', { status: 'suspended' }) },
  'parent off the roster': {
    id: 'u-1',
    manual: [],
    login: parent.login ?? loggedIn,
    records: parent.records ?? {},
  },
  'unapproved parent': {
    ...parent,
    login: { ...loggedIn, approved: false, profile: { kind: 'household', id: 'h-1' } },
  },
  'parent of a student enrolled last year': family(household(child('u-ann', 'Parent', '2026', 'Enrolled'))),
  'parent of a student withdrawn': family(household(child('u-ann', 'Parent', '2027', 'Withdrawn'))),
  'parent of a student without status': family(household(child('u-ann', 'Parent'))),
  guardian: family(household(child('u-ann', 'Guardian', '2027', 'Enrolled'))),
  'step parent': family(household(child('u-ann', 'Step Parent', '2027', 'Enrolled'))),
  'parent in lower case': family(household(child('u-ann', 'parent', '2027', 'Enrolled'))),
  'household without students': family(household()),
  'parent by hand': family(undefined, { manual: given('parent') }),

  pupil: pupil('2027', 'Enrolled'),
  'pupil of last year': pupil('2026', 'Enrolled'),
  'pupil withdrawn': pupil('2027', 'Withdrawn'),
  'pupil by hand': { ...pupil(), manual: given('student') },
  'pupil with a school left over': {
    ...pupil('2027', 'Enrolled'),
    login: { ...loggedIn, schools: ['s-3'], profile: { kind: 'student', id: 'r-ann' } },
  },
  'disabled pupil': { ...pupil('2027', 'Enrolled'), ...aPerson('u-1', { enabled: false }) },

  applicant: family(
    applying(
      { id: 'app-1', relationship: 'Parent', status: 'Applied' },
      { id: 'app-2', relationship: 'Parent', status: 'Copied' },
    ),
  ),
  'applicant whose record was copied': family(
    applying({ id: 'app-1', relationship: 'Parent', status: 'Copied' }),
  ),
  'grandparent of an applicant': family(
    applying({ id: 'app-1', relationship: 'Grandparent', status: 'Applied' }),
  ),
  'applicant by hand': family(undefined, { manual: given('applicant') }),

  evaluator: { ...aPerson('u-1'), login: staffLogin, records: { evaluates: ['app-1'] } },
  'evaluator of a household': {
    ...aPerson('u-1'),
    login: { ...staffLogin, profile: { kind: 'household', id: 'h-1' } },
    records: { evaluates: ['app-1'] },
  },
  'evaluator of nothing': { ...aPerson('u-1'), login: staffLogin, records: { evaluates: [] } },
  'evaluator by hand': { ...aPerson('u-1', {}, given('admissions_evaluator')), login: staffLogin },

  'choir student': withAttributes('student', { name: 'choir' }),
  'choir household': withAttributes('household', { name: 'choir' }),
  'choir donor': withAttributes('donor', { name: 'choir' }),
  'choir staff': withAttributes('staff', { name: 'choir' }),
  'pupil in the choir': withChoir(pupil('2027', 'Enrolled')),
  'parent in the choir': withChoir(parent),
  'teacher in the choir': withChoir({
    ...pupil('2027', 'Enrolled'),
    manual: given('teacher'),
  }),
  'choir student of 2027': withAttributes('student', { name: 'choir', year: '2027' }),
  'choir student of 2026': withAttributes('student', { name: 'choir', year: '2026' }),
  'student with an attribute named finance_full': {
    ...withAttributes('student', { name: 'finance_full' }, { name: 'parent' }),
    login: { ...staffLogin, profile: { kind: 'student', id: 'r-1' } },
  },
  'chess student': withAttributes('student', { name: 'chess' }),
  'choir by hand': { ...pupil(), manual: given('attribute:choir') },
  'suspended choir student': {
    ...withAttributes('student', { name: 'choir' }),
    ...aPerson('u-1', { status: 'suspended' }),
  },
  'disabled choir student': {
    ...withAttributes('student', { name: 'choir' }),
    ...aPerson('u-1', { enabled: false }),
  },
};

function named(person: Person, id = 'u-asked'): Situation {
  return { resource: theUser({ ...person, id }) };
}

/** On the subject's own user: who asks is who is asked about. */
function own(person: string, properties?: Record<string, unknown>): Situation {
  return { ...named(lookUp(people, person), 'u-1'), ...(properties ? { properties } : {}) };
}

function found(by: string, value: string, count: number): Situation {
  return {
    resource: theDistrict,
    properties: { by, value },
    more: { ...naming([]), logins: new Map([[lookupId(by, value), count]]) },
  };
}

function made(properties: Record<string, unknown>, users = 0): Situation {
  const email = properties.email;
  const logins = typeof email === 'string' ? new Map([[lookupId('email', email), users]]) : new Map();
  return { resource: theDistrict, properties, more: { ...naming([]), logins } };
}

function changing(person: string, properties: Record<string, unknown>): Situation {
  return { ...named(lookUp(people, person)), properties };
}

function asking(person: string, role: string): Situation {
  return changing(person, { role });
}

const pupilAt = (id: string, schoolId: string): ResourceFacts => ({
  type: 'student',
  id,
  person: aPerson(id, { memberships: [enrolled('c-1', 'student', { schoolId })] }),
});

const written: Record<string, Situation> = {
  'the district': { resource: theDistrict },

  'own user': own('approved user'),
  'own unapproved user': own('unapproved user'),
  'own locked user': own('locked user'),
  'own unapproved and locked user': own('unapproved and locked user'),
  'own user that is not there': own('somebody without a user'),
  "somebody else's user": named(lookUp(logins, 'approved user')),
  'to the address of the profile': own('user whose profile has the address', {
    address: 'profile@example.org',
  }),
  "to the user's own address": own('user whose profile has the address', { address: 'user@example.org' }),
  'to an address, the profile has none': own('user whose profile has no address', {
    address: 'profile@example.org',
  }),
  'to any address': own('user whose profile has the address'),
  'to any address, the profile has none': own('user whose profile has no address'),

  'search by an e-mail of one user': found('email', 'one@example.org', 1),
  'search by an e-mail of two users': found('email', 'two@example.org', 2),
  'search by an e-mail of nobody': found('email', 'none@example.org', 0),
  'search by a username of one user': found('username', 'one', 1),
  'search by a username of nobody': found('username', 'none', 0),
  'search by a phone number of one user': found('phone', '555', 1),
  'search by an e-mail that was not looked up': { ...found('email', 'one@example.org', 1), more: {} },
  'search by an e-mail that is not given': {
    ...found('email', 'one@example.org', 1),
    properties: { by: 'email' },
  },

  'ledger L-1': { resource: { type: 'ledger', id: 'L-1' } },
  'ledger L-2': { resource: { type: 'ledger', id: 'L-2' } },
  'division s-3': { resource: { type: 'school_division', id: 's-3' } },
  'division s-4': { resource: { type: 'school_division', id: 's-4' } },

  'student Ann': { resource: pupilAt('u-ann', 's-3') },
  'student Ben': { resource: pupilAt('u-ben', 's-3') },
  'student Cy': { resource: pupilAt('u-cy', 's-3') },
  'student Dot': { resource: pupilAt('u-dot', 's-3') },
  'student Ann, moved to s-4': { resource: pupilAt('u-ann', 's-4') },
  'student Ann, enrolled until today': {
    resource: {
      type: 'student',
      id: 'u-ann',
      person: aPerson('u-ann', {
        memberships: [enrolled('c-1', 'student', { schoolId: 's-3', end: '2026-10-15' })],
      }),
    },
  },
  'student Ann, by her own school only': {
    resource: { type: 'student', id: 'u-ann', person: aPerson('u-ann', { orgIds: ['s-3'] }) },
  },
  'applicant record app-1': { resource: { type: 'applicant', id: 'app-1' } },
  'applicant record app-2': { resource: { type: 'applicant', id: 'app-2' } },
  'applicant record app-9': { resource: { type: 'applicant', id: 'app-9' } },

  'content for everyone': {
    resource: { type: 'cms_content', id: 'news' },
    properties: { contentType: 'news' },
  },
  'content for choir': {
    resource: { type: 'cms_content', id: 'news' },
    properties: { contentType: 'news', attributeRole: 'attribute:choir' },
  },
  'content for choir of 2027': {
    resource: { type: 'cms_content', id: 'news' },
    properties: { contentType: 'news', attributeRole: 'attribute:choir', year: '2027' },
  },
  'content for choir of 2027, the year a number': {
    resource: { type: 'cms_content', id: 'news' },
    properties: { contentType: 'news', attributeRole: 'attribute:choir', year: 2027 },
  },
  'content for choir, without the word attribute': {
    resource: { type: 'cms_content', id: 'news' },
    properties: { contentType: 'news', attributeRole: 'choir' },
  },
  'content kept for choir': {
    resource: { type: 'cms_content', id: 'news', attributeRole: 'attribute:choir' },
  },
  'content kept for choir of 2027': {
    resource: { type: 'cms_content', id: 'news', attributeRole: 'attribute:choir', year: '2027' },
  },
  'content kept for choir, said to be for chess': {
    resource: { type: 'cms_content', id: 'news', attributeRole: 'attribute:choir' },
    properties: { attributeRole: 'attribute:chess' },
  },
  'content kept for choir of 2027, said to be of 2026': {
    resource: { type: 'cms_content', id: 'news', attributeRole: 'attribute:choir', year: '2027' },
    properties: { attributeRole: 'attribute:choir', year: '2026' },
  },
  'page for finance_full': { resource: { type: 'page', id: 'p-1' }, properties: { role: 'finance_full' } },
  'page for parent': { resource: { type: 'page', id: 'p-1' }, properties: { role: 'parent' } },
  'page for student': { resource: { type: 'page', id: 'p-1' }, properties: { role: 'student' } },
  'page for applicant': { resource: { type: 'page', id: 'p-1' }, properties: { role: 'applicant' } },
  'page for admissions_evaluator': {
    resource: { type: 'page', id: 'p-1' },
    properties: { role: 'admissions_evaluator' },
  },
  'page for choir': { resource: { type: 'page', id: 'p-1' }, properties: { role: 'attribute:choir' } },
  'page kept for choir': { resource: { type: 'page', id: 'p-1', role: 'attribute:choir' } },
  'page kept for finance_full': { resource: { type: 'page', id: 'p-1', role: 'finance_full' } },
  'page kept for finance_full, said to be for teacher': {
    resource: { type: 'page', id: 'p-1', role: 'finance_full' },
    properties: { role: 'teacher' },
  },
  'page for no role': { resource: { type: 'page', id: 'p-1' } },
  'page for a role that is not there': {
    resource: { type: 'page', id: 'p-1' },
    properties: { role: 'principal' },
  },
  ...Object.fromEntries(
    Object.keys(assignable).map((role): [string, Situation] => [
      `page for ${role}`,
      { resource: { type: 'page', id: 'p-1' }, properties: { role } },
    ]),
  ),

  'query of a user': { resource: { type: 'dat_query', id: 'q-1', ownerExists: true, copyKept: false } },
  'query of a removed user': {
    resource: { type: 'dat_query', id: 'q-1', ownerExists: false, copyKept: false },
  },
  'query of a removed user, copy kept': {
    resource: { type: 'dat_query', id: 'q-1', ownerExists: false, copyKept: true },
  },
  'filter of a user': { resource: { type: 'dat_filter', id: 'f-1', ownerExists: true, copyKept: false } },
  'filter of a removed user': {
    resource: { type: 'dat_filter', id: 'f-1', ownerExists: false, copyKept: false },
  },
  'filter of a removed user, copy kept': {
    resource: { type: 'dat_filter', id: 'f-1', ownerExists: false, copyKept: true },
  },

  'a new user': made({}),
  'a new user with an e-mail of their own': made({ email: 'new@example.org' }),
  'a new user with an e-mail that somebody has': made({ email: 'old@example.org' }, 1),
  'a new user with an e-mail that was not looked up': {
    ...made({ email: 'new@example.org' }),
    more: {},
  },
  'a new user with ledger L-1': made({ ledger: 'L-1' }),
  'a new user with division s-3': made({ school_division: 's-3' }),
  'a new finance_read with ledger L-1 and division s-3': made({
    role: 'finance_read',
    ledger: 'L-1',
    school_division: 's-3',
  }),
  ...Object.fromEntries(
    [...Object.keys(assignable), ...notAssignable].flatMap((role): [string, Situation][] => [
      [`a new ${role}`, made({ role })],
      [`a new ${role} with ledger L-1`, made({ role, ledger: 'L-1' })],
      [`a new ${role} with division s-3`, made({ role, school_division: 's-3' })],
    ]),
  ),

  'ledger L-1 to finance_full': changing('finance_full with nothing associated', { ledger: 'L-1' }),
  'ledger L-1 to finance_read': changing('finance_read with nothing associated', { ledger: 'L-1' }),
  'ledger L-1 to teacher': changing('teacher with nothing associated', { ledger: 'L-1' }),
  'ledger L-1 to teacher, who has it': changing('teacher', { ledger: 'L-1' }),
  'ledger L-2 to teacher, who has L-1': changing('teacher', { ledger: 'L-2' }),
  'ledger L-1 to parent': changing('parent', { ledger: 'L-1' }),
  'ledger L-1 to finance_full until today': {
    ...named({ ...staff('finance_full', { until: '2026-10-15' }), login: { ...staffLogin, ledgers: [] } }),
    properties: { ledger: 'L-1' },
  },
  ...Object.fromEntries(
    ['security_full', 'admin_full', 'registrar_full', 'admissions_full', 'development_full', 'staff'].map(
      (role): [string, Situation] => [
        `ledger L-1 to ${role}`,
        changing(`${role} with nothing associated`, { ledger: 'L-1' }),
      ],
    ),
  ),
  'division s-3 to teacher': changing('teacher with nothing associated', { school_division: 's-3' }),
  'division s-3 to a staff profile': {
    ...named({ ...aPerson('u-x'), login: { ...staffLogin, schools: [] } }),
    properties: { school_division: 's-3' },
  },
  'division s-3 to parent who teaches': {
    ...named({ ...parent, manual: given('teacher') }),
    properties: { school_division: 's-3' },
  },
  'division s-3 to parent': changing('parent', { school_division: 's-3' }),
  'division s-3 to parent, who has it': changing('parent with ledger and school left over', {
    school_division: 's-3',
  }),
  'division s-4 to parent, who has s-3': changing('parent with ledger and school left over', {
    school_division: 's-4',
  }),
  'division s-3 to pupil': changing('pupil', { school_division: 's-3' }),
  'division s-3 to teacher until today of a household': {
    ...named({
      ...aPerson('u-x', {}, [anAssignment('teacher', inDistrict, { system: 'pcr', until: '2026-10-15' })]),
      login: { ...loggedIn, profile: { kind: 'household', id: 'h-1' } },
    }),
    properties: { school_division: 's-3' },
  },
  ...Object.fromEntries(
    Object.keys(assignable).map((role): [string, Situation] => [
      `division s-3 to ${role} of a household`,
      {
        ...named({
          ...aPerson('u-x', {}, given(role)),
          login: { ...loggedIn, profile: { kind: 'household', id: 'h-1' } },
        }),
        properties: { school_division: 's-3' },
      },
    ]),
  ),

  ...Object.fromEntries(
    [...Object.keys(assignable), ...notAssignable].map((role): [string, Situation] => [
      `give ${role}`,
      changing('approved user', { role }),
    ]),
  ),

  'user of nobody': named(lookUp(logins, 'approved user')),
  'user of parent': named(lookUp(people, 'parent')),
  'user of pupil': named(lookUp(people, 'pupil')),
  'user of applicant': named(lookUp(people, 'applicant')),
  'user of parent who teaches': named(lookUp(people, 'parent who teaches')),
  'user of teacher': named(lookUp(people, 'teacher')),
  'user of staff': named(lookUp(people, 'staff')),
  'user of security_full': named(lookUp(people, 'security_full')),
  'user of admissions_full': named(lookUp(people, 'admissions_full')),
  'user of evaluator': named(lookUp(people, 'evaluator')),
  'user of choir student': named(lookUp(people, 'choir student')),
  'user of choir donor': named(lookUp(people, 'choir donor')),
  'user of pupil in the choir': named(lookUp(people, 'pupil in the choir')),
  'user of parent in the choir': named(lookUp(people, 'parent in the choir')),
  'user of teacher in the choir': named(lookUp(people, 'teacher in the choir')),
  'user of staff profile without a role': named(lookUp(people, 'staff profile without a role')),
  'user of pupil withdrawn': named(lookUp(people, 'pupil withdrawn')),
  'user of parent by hand': named(lookUp(people, 'parent by hand')),

  ...Object.fromEntries(
    Object.keys(assignable).map((role): [string, Situation] => [`${role} is ${role}`, asking(role, role)]),
  ),
  ...Object.fromEntries(
    Object.keys(assignable).map((role): [string, Situation] => [
      `staff profile without a role is ${role}`,
      asking('staff profile without a role', role),
    ]),
  ),
  'student with an attribute named finance_full is finance_full': asking(
    'student with an attribute named finance_full',
    'finance_full',
  ),
  'suspended finance_full is finance_full': asking('suspended finance_full', 'finance_full'),
  'disabled finance_full is finance_full': asking('disabled finance_full', 'finance_full'),
  'finance_full until today is finance_full': asking('finance_full until today', 'finance_full'),
  'finance_full from tomorrow is finance_full': asking('finance_full from tomorrow', 'finance_full'),
  'unapproved finance_full is finance_full': asking('unapproved finance_full', 'finance_full'),
  ...Object.fromEntries(
    Object.keys(people).flatMap((person) =>
      ['parent', 'student', 'applicant', 'admissions_evaluator', 'attribute:choir', 'attribute:chess'].map(
        (role): [string, Situation] => [`${person} is ${role}`, asking(person, role)],
      ),
    ),
  ),
};

/** In the present school year, and the same in the next. */
const situations = Object.fromEntries(
  Object.entries(written).flatMap(([words, situation]): [string, Situation][] => [
    [words, { ...situation, district: { schoolYear: '2027' } }],
    [`${words}, next year`, { ...situation, district: { schoolYear: '2028' } }],
    [`${words}, no year known`, situation],
  ]),
);

const everyRole = Object.keys(assignable).join(', ');
const everyRoleOfHouseholds = working.map(([name]) => name).join(', ');
const others = (...excluded: string[]) =>
  Object.keys(assignable)
    .filter((role) => !excluded.includes(role))
    .join(', ');

const table = `
# Login: approved and not locked; a live session is never ended by unapproving
approved user, suspended user, disabled user, user off the roster | login | own user | may | 003:3, 003:7, 003:9
unapproved user | login | own unapproved user | condition | 003:3, 003:7, 003:9
locked user | login | own locked user | condition | 003:3, 003:7, 003:9
unapproved and locked user | login | own unapproved and locked user | condition | 003:3, 003:7, 003:9
somebody without a user | login | own user that is not there | condition | 003:3, 003:7, 003:9
approved user | login | somebody else's user | condition | 003:3, 003:7, 003:9
${everyRole}, pupil, parent, applicant, evaluator | login | somebody else's user | condition | 003:3, 003:7, 003:9
approved user, suspended user, disabled user | session.continue | own user | may | 003:7
unapproved user | session.continue | own unapproved user | may | 003:7
locked user | session.continue | own locked user | may | 003:7
somebody without a user | session.continue | own user that is not there | condition | 003:7
${everyRole}, pupil, parent, applicant, evaluator, approved user | session.continue | somebody else's user | condition | 003:7

# Reset search and e-mail
approved user, suspended user, unapproved user | password.reset_lookup | search by an e-mail of one user; search by a username of one user | may | 003:5
locked user | password.reset_lookup | search by an e-mail of one user | may | 003:5
approved user | password.reset_lookup | search by an e-mail of two users; search by an e-mail of nobody; search by a username of nobody; search by a phone number of one user; search by an e-mail that was not looked up; search by an e-mail that is not given | condition | 003:5
user whose profile has the address | email.general.receive | to the address of the profile; to any address | may | 003:5
unapproved user whose profile has the address, suspended user whose profile has the address | email.general.receive | to the address of the profile | may | 003:5
user whose profile has the address | email.general.receive | to the user's own address; somebody else's user | condition | 003:5
${everyRole}, pupil, parent, applicant, evaluator | email.general.receive | somebody else's user | condition | 003:5
${everyRole}, pupil, parent, applicant, evaluator | password.reset_lookup | search by an e-mail of two users | condition | 003:5
user whose profile has no address | email.general.receive | to an address, the profile has none; to any address, the profile has none | condition | 003:5

# Parents, on students to whom their household is Parent
parent, unapproved parent, parent off the roster | parent_portal.view | student Ann; student Ben | may | 003:1, 003:16
parent | parent_portal.view | student Cy; student Dot | condition | 003:1, 003:16
parent | parent_portal.view | student Ann, next year; student Ann, no year known | no-role | 003:1, 003:16
parent of a student enrolled last year, parent of a student withdrawn, parent of a student without status | parent_portal.view | student Ann | no-role | 003:1, 003:16
guardian, step parent, parent in lower case, household without students | parent_portal.view | student Ann | no-role | 003:1, 003:16
pupil, applicant, evaluator, choir student, nobody | parent_portal.view | student Ann | no-role | 003:1, 003:16
${everyRole} | parent_portal.view | student Ann | no-role | 003:1, 003:16
parent by hand | parent_portal.view | student Ann | not-effective | 003:1, 003:16
suspended parent | parent_portal.view | student Ann | suspended | 003:1, 003:16

# Students, on themselves
pupil | student_portal.view | student Ann | may | 003:1, 003:15
pupil | student_portal.view | student Ben | condition | 003:1, 003:15
pupil | student_portal.view | student Ann, next year; student Ann, no year known | no-role | 003:1, 003:15
pupil of last year, pupil withdrawn, parent, applicant, evaluator, choir student, nobody | student_portal.view | student Ann | no-role | 003:1, 003:15
${everyRole} | student_portal.view | student Ann | no-role | 003:1, 003:15
pupil by hand | student_portal.view | student Ann | not-effective | 003:1, 003:15
disabled pupil | student_portal.view | student Ann | suspended | 003:1, 003:15

# Applicants, on their household's records; evaluators, on those that they evaluate
applicant | applicant_portal.view | applicant record app-1; applicant record app-2 | may | 003:17
applicant | applicant_portal.view | applicant record app-9 | condition | 003:17
applicant whose record was copied, grandparent of an applicant, parent, pupil, evaluator, choir student, nobody | applicant_portal.view | applicant record app-1 | no-role | 003:17
${everyRole} | applicant_portal.view | applicant record app-1 | no-role | 003:17
applicant by hand | applicant_portal.view | applicant record app-1 | not-effective | 003:17
evaluator | evaluation.view | applicant record app-1 | may | 003:18
evaluator | evaluation.view | applicant record app-2 | condition | 003:18
evaluator of nothing, applicant, parent, pupil, choir student, nobody | evaluation.view | applicant record app-1 | no-role | 003:18
${everyRole} | evaluation.view | applicant record app-1 | no-role | 003:18
evaluator by hand | evaluation.view | applicant record app-1 | not-effective | 003:18

# Website content, by attributes of student, household and donor records
nobody, parent, ${everyRole}, pupil, applicant, evaluator, choir student | cms_content.view | content for everyone | may | 003:13, 003:19
choir student, choir household, choir donor, choir student of 2027, choir student of 2026 | cms_content.view | content for choir; content kept for choir | may | 003:13, 003:19
choir student of 2027 | cms_content.view | content for choir of 2027; content kept for choir of 2027; content kept for choir of 2027, said to be of 2026 | may | 003:13, 003:19
choir student, choir student of 2026, choir household | cms_content.view | content for choir of 2027; content kept for choir of 2027; content kept for choir of 2027, said to be of 2026 | condition | 003:13, 003:19
chess student, choir staff, choir by hand, nobody, parent, pupil, applicant, evaluator, ${everyRole} | cms_content.view | content for choir; content kept for choir; content for choir of 2027 | condition | 003:13, 003:19
chess student | cms_content.view | content kept for choir, said to be for chess | condition | 003:13, 003:19
pupil in the choir, choir student | cms_content.view | content for choir, without the word attribute | may | 003:13, 003:19
choir student of 2027 | cms_content.view | content for choir of 2027, the year a number | may | 003:13, 003:19

# Content that names no attribute is for everyone (role-systems §4), and not granted through a role (§0)
suspended user, disabled user, suspended choir student, disabled choir student, suspended parent, disabled pupil, suspended finance_full, disabled finance_full, unapproved finance_full | cms_content.view | content for everyone | may | 003:13, 003:19
suspended choir student, disabled choir student, suspended parent, disabled pupil, suspended user, disabled user, disabled finance_full | cms_content.view | content for choir; content kept for choir; content for choir of 2027 | suspended | 003:13, 003:19

# Pages, by every role but attributes
finance_full | page.view | page for finance_full; page kept for finance_full; page kept for finance_full, said to be for teacher | may | 003:13, 003:19
teacher | page.view | page for finance_full; page kept for finance_full; page kept for finance_full, said to be for teacher; page for parent; page for no role | condition | 003:13, 003:19
parent | page.view | page for parent | may | 003:13, 003:19
parent | page.view | page for student; page for finance_full; page for parent, next year | condition | 003:13, 003:19
pupil | page.view | page for student | may | 003:13, 003:19
pupil | page.view | page for parent; page for student, next year | condition | 003:13, 003:19
applicant | page.view | page for applicant | may | 003:13, 003:19
applicant | page.view | page for parent; page for admissions_evaluator | condition | 003:13, 003:19
evaluator | page.view | page for admissions_evaluator | may | 003:13, 003:19
evaluator | page.view | page for applicant; page for staff | condition | 003:13, 003:19
choir student | page.view | page for choir; page kept for choir | condition | 003:13, 003:19
security_full | page.view | page for security_full | may | 003:13, 003:19
admin_full | page.view | page for admin_full | may | 003:13, 003:19
registrar_full | page.view | page for registrar_full | may | 003:13, 003:19
admissions_full | page.view | page for admissions_full | may | 003:13, 003:19
development_full | page.view | page for development_full | may | 003:13, 003:19
finance_read | page.view | page for finance_read | may | 003:13, 003:19
teacher | page.view | page for teacher | may | 003:13, 003:19
staff | page.view | page for staff | may | 003:13, 003:19
${everyRole} | page.view | page for a role that is not there; page for choir; page for no role | condition | 003:13, 003:19
finance_full and teacher | page.view | page for finance_full; page for teacher | may | 003:13, 003:19
finance_full until today, finance_full from tomorrow, parent by hand | page.view | page for finance_full; page for parent | condition | 003:13, 003:19
suspended finance_full | page.view | page for finance_full | suspended | 003:13, 003:19

student with an attribute named finance_full | page.view | page for finance_full; page for parent | condition | 003:13, 003:19
student with an attribute named finance_full | ledger.access | ledger L-1 | no-role | 003:11
student with an attribute named finance_full | parent_portal.view | student Ann | no-role | 003:1, 003:16
nobody | role.effective | student with an attribute named finance_full is finance_full | no-role | 003:13?
nobody | role.effective | student with an attribute named finance_full is parent | no-role | 003:16

# Ledgers: a Finance role and the ledger
finance_full, finance_read, unapproved finance_full, finance_full off the roster, finance_full of a household | ledger.access | ledger L-1 | may | 003:11
finance_full, finance_read | ledger.access | ledger L-2 | condition | 003:11
finance_full with nothing associated, finance_read with nothing associated | ledger.access | ledger L-1 | condition | 003:11
${others('finance_full', 'finance_read')} | ledger.access | ledger L-1 | no-role | 003:11
parent with ledger and school left over, staff profile without a role, pupil, applicant, evaluator, choir student, nobody | ledger.access | ledger L-1 | no-role | 003:11
finance_full until tomorrow, finance_full from today | ledger.access | ledger L-1 | may | 003:11
finance_full until yesterday, finance_full until today | ledger.access | ledger L-1 | expired | 003:11
finance_full from tomorrow | ledger.access | ledger L-1 | not-effective | 003:11
suspended finance_full, disabled finance_full | ledger.access | ledger L-1 | suspended | 003:11

# School divisions: school staff and the division
${everyRole} | school_division.access | division s-3 | may | 003:21
${everyRoleOfHouseholds} | school_division.access | division s-3 | may | 003:21
staff profile without a role, parent who teaches, evaluator | school_division.access | division s-3 | may | 003:21
${everyRole} | school_division.access | division s-4 | condition | 003:21
teacher with nothing associated, staff with nothing associated, security_full with nothing associated, evaluator of nothing | school_division.access | division s-4 | condition | 003:21
parent with ledger and school left over, pupil with a school left over, teacher until today of a household | school_division.access | division s-3 | condition | 003:21
parent, pupil, applicant, choir student, evaluator of a household, nobody | school_division.access | division s-3 | condition | 003:21
suspended finance_full, disabled finance_full | school_division.access | division s-3 | suspended | 003:21

# Grades: on students of an associated division
admin_full, registrar_full, teacher, parent who teaches | grade.view | student Ann; student Ben; student Ann, by her own school only | may | 003:25?
admin_full, registrar_full, teacher | grade.view | student Ann, moved to s-4; student Ann, enrolled until today | condition | 003:25?
admin_full with nothing associated, registrar_full with nothing associated, teacher with nothing associated | grade.view | student Ann | condition | 003:25?
${others('admin_full', 'registrar_full', 'teacher')} | grade.view | student Ann | no-role | 003:25?
parent, pupil, applicant, evaluator, choir student, staff profile without a role, nobody | grade.view | student Ann | no-role | 003:25?

# DAT queries and filters: school staff, while their owner's user is there or a copy was kept
${everyRole} | dat_query.open | query of a user; query of a removed user, copy kept | may | 003:7, 003:25
${everyRole} | dat_query.open | query of a removed user | condition | 003:7, 003:25
suspended finance_full, disabled finance_full | dat_query.open | query of a user | suspended | 003:7, 003:25
suspended finance_full, disabled finance_full | dat_filter.open | filter of a user | suspended | 003:7, 003:25
${everyRole} | dat_filter.open | filter of a user; filter of a removed user, copy kept | may | 003:7, 003:25
${everyRole} | dat_filter.open | filter of a removed user | condition | 003:7, 003:25
${everyRoleOfHouseholds} | dat_query.open | query of a user | may | 003:7, 003:25
${everyRoleOfHouseholds} | dat_filter.open | filter of a user | may | 003:7, 003:25
staff profile without a role, unapproved finance_full, evaluator | dat_query.open | query of a user | may | 003:7, 003:25
staff profile without a role, unapproved finance_full, evaluator | dat_filter.open | filter of a user | may | 003:7, 003:25
parent, pupil, applicant, choir student, choir donor, evaluator of a household, nobody, teacher until today of a household | dat_query.open | query of a user; query of a removed user, copy kept | condition | 003:7, 003:25
parent, pupil, applicant, choir student, choir donor, evaluator of a household, nobody, teacher until today of a household | dat_filter.open | filter of a user; filter of a removed user, copy kept | condition | 003:7, 003:25

# Users are made and removed by security_full
security_full | user.create | the district; a new user; a new user with an e-mail of their own; a new teacher; a new finance_read | may | 003:13?
security_full | user.create | a new user with an e-mail that somebody has; a new user with an e-mail that was not looked up | rule | 003:13?

# A check answers as the change would (role-systems §0): roles as in role.assign, ledgers and schools as in user.associate_*
security_full | user.create | ${Object.keys(assignable)
  .map((role) => `a new ${role}; a new ${role} with division s-3`)
  .join('; ')} | may | 003:13?
security_full | user.create | ${notAssignable
  .map((role) => `a new ${role}; a new ${role} with ledger L-1; a new ${role} with division s-3`)
  .join('; ')} | rule | 003:13?
security_full | user.create | a new finance_full with ledger L-1; a new finance_read with ledger L-1; a new finance_read with ledger L-1 and division s-3 | may | 003:13?
security_full | user.create | ${others('finance_full', 'finance_read')
  .split(', ')
  .map((role) => `a new ${role} with ledger L-1`)
  .join('; ')} | rule | 003:13?
security_full | user.create | a new user with ledger L-1; a new user with division s-3 | rule | 003:13?
security_full | user.remove | user of parent; user of teacher; user of security_full | may | 003:25?
security_full of d-2 | user.create | the district | out-of-scope | 003:13?
security_full of d-2 | role.assign | give teacher | out-of-scope | 003:13?
security_full of d-2 | user.edit, user.remove | user of parent | out-of-scope | 003:13?
${others('security_full')} | user.create | the district; a new user | no-role | 003:13?
${others('security_full')} | user.remove | user of parent; user of teacher | no-role | 003:13?
parent, pupil, applicant, evaluator, choir student, nobody, staff profile without a role | user.create | a new user | no-role | 003:13?
parent, pupil, applicant, evaluator, choir student, nobody | user.remove, user.edit | user of parent | no-role | 003:13?
suspended security_full | user.create | the district | suspended | 003:13?

# Roles are given by security_full; calculated ones never
security_full | role.assign | ${Object.keys(assignable)
  .map((role) => `give ${role}`)
  .join('; ')} | may | 003:13?
security_full | role.assign | give parent; give student; give applicant; give admissions_evaluator; give attribute:choir; give principal | rule | 003:13?
${others('security_full')} | role.assign | give teacher; give parent | no-role | 003:13?
parent, pupil, applicant, evaluator, nobody | role.assign | give teacher | no-role | 003:13?

# Ledgers for Finance roles only (003:11), school divisions for school staff only (003:21)
security_full | user.associate_ledger | ledger L-1 to finance_full; ledger L-1 to finance_read; ledger L-1 to teacher, who has it | may | 003:11?
security_full | user.associate_ledger | a new finance_read with ledger L-1 | may | 003:11?
security_full | user.associate_ledger | ledger L-1 to teacher; ledger L-2 to teacher, who has L-1; ledger L-1 to parent; ledger L-1 to finance_full until today; a new teacher with ledger L-1; a new user with ledger L-1 | rule | 003:11?
security_full | user.associate_ledger | ledger L-1 to security_full; ledger L-1 to admin_full; ledger L-1 to registrar_full; ledger L-1 to admissions_full; ledger L-1 to development_full; ledger L-1 to staff | rule | 003:11?
${others('security_full')} | user.associate_ledger | ledger L-1 to finance_full | no-role | 003:11?
parent, pupil, applicant, evaluator, nobody | user.associate_ledger | ledger L-1 to finance_full | no-role | 003:11?
security_full of d-2 | user.associate_ledger | ledger L-1 to finance_full | out-of-scope | 003:11?
security_full | user.associate_school | division s-3 to teacher; division s-3 to a staff profile; division s-3 to parent who teaches; division s-3 to parent, who has it; a new teacher with division s-3 | may | 003:21?
security_full | user.associate_school | ${Object.keys(assignable)
  .map((role) => `division s-3 to ${role} of a household`)
  .join('; ')} | may | 003:21?
security_full | user.associate_school | division s-3 to parent; division s-4 to parent, who has s-3; division s-3 to pupil; division s-3 to teacher until today of a household; a new user with division s-3 | rule | 003:21?
${others('security_full')} | user.associate_school | division s-3 to teacher | no-role | 003:21?
parent, pupil, applicant, evaluator, nobody | user.associate_school | division s-3 to teacher | no-role | 003:21?
security_full of d-2 | user.associate_school | division s-3 to teacher | out-of-scope | 003:21?

# Users are edited by security_full, those of families by the other full roles
security_full | user.edit | user of parent; user of teacher; user of security_full; user of evaluator; user of nobody | may | 003:13?
admin_full, registrar_full, admissions_full, development_full, finance_full | user.edit | user of parent; user of pupil; user of applicant | may | 003:13?
admin_full, registrar_full, admissions_full, development_full, finance_full | user.edit | user of staff profile without a role; user of nobody; user of pupil withdrawn; user of parent by hand | condition | 003:13?

# Attributes count for content alone (003:19): whoever is edited may have them, and they make nobody a user of a family
admin_full, registrar_full, admissions_full, development_full, finance_full | user.edit | user of pupil in the choir; user of parent in the choir | may | 003:13?
admin_full, registrar_full, admissions_full, development_full, finance_full | user.edit | user of choir donor; user of teacher in the choir | condition | 003:13?
security_full | user.edit | user of choir student; user of staff profile without a role; user of teacher in the choir | may | 003:13?
admin_full, registrar_full, admissions_full, development_full, finance_full | user.edit | user of parent who teaches; user of teacher; user of staff; user of security_full; user of admissions_full; user of evaluator; user of choir student | condition | 003:13?
finance_read, teacher, staff | user.edit | user of parent; user of pupil | no-role | 003:13?

# What is not listed
security_full | user.unlock, ledger.edit, user.approve | user of parent | unknown-action | 003:13
security_full | user.create | ledger L-1; student Ann | rule | 003:13?

# Holding a role now
${Object.keys(assignable)
  .map((role) => `nobody | role.effective | ${role} is ${role} | may | 003:13?`)
  .join('\n')}
${Object.keys(assignable)
  .map((role) => `nobody | role.effective | staff profile without a role is ${role} | no-role | 003:13?`)
  .join('\n')}
nobody | role.effective | suspended finance_full is finance_full; disabled finance_full is finance_full | suspended | 003:13?
nobody | role.effective | finance_full until today is finance_full | expired | 003:13?
nobody | role.effective | finance_full from tomorrow is finance_full | not-effective | 003:13?
nobody | role.effective | unapproved finance_full is finance_full | may | 003:13?
nobody | role.effective | pupil is student | may | 003:15
nobody | role.effective | pupil is student, next year; pupil is student, no year known; pupil of last year is student; pupil withdrawn is student; parent is student | no-role | 003:15
nobody | role.effective | pupil by hand is student | not-effective | 003:15
nobody | role.effective | disabled pupil is student | suspended | 003:15
nobody | role.effective | parent is parent; parent who teaches is parent; unapproved parent is parent | may | 003:16
nobody | role.effective | parent is parent, next year; guardian is parent; step parent is parent; parent in lower case is parent; pupil is parent; household without students is parent | no-role | 003:16
nobody | role.effective | parent of a student enrolled last year is parent; parent of a student withdrawn is parent; parent of a student without status is parent; teacher is parent | no-role | 003:16
nobody | role.effective | parent by hand is parent | not-effective | 003:16
nobody | role.effective | suspended parent is parent | suspended | 003:16
nobody | role.effective | applicant is applicant; applicant is applicant, next year | may | 003:17
nobody | role.effective | applicant whose record was copied is applicant; grandparent of an applicant is applicant; parent is applicant | no-role | 003:17
nobody | role.effective | applicant by hand is applicant | not-effective | 003:17
nobody | role.effective | evaluator is admissions_evaluator; evaluator is admissions_evaluator, next year | may | 003:18
nobody | role.effective | evaluator of nothing is admissions_evaluator; applicant is admissions_evaluator; staff is admissions_evaluator | no-role | 003:18
nobody | role.effective | evaluator by hand is admissions_evaluator | not-effective | 003:18
nobody | role.effective | choir student is attribute:choir; choir household is attribute:choir; choir donor is attribute:choir; choir student of 2027 is attribute:choir | may | 003:19
nobody | role.effective | choir staff is attribute:choir; chess student is attribute:choir; choir student is attribute:chess; parent is attribute:choir | no-role | 003:19
nobody | role.effective | suspended choir student is attribute:choir | suspended | 003:19
`;

testSystem(shipped('pcr'), {
  roles: `
security_full        | district   | privileged | - | many | ?
admin_full           | district   | -          | - | many | ?
registrar_full       | district   | -          | - | many | ?
admissions_full      | district   | -          | - | many | ?
development_full     | district   | -          | - | many | ?
finance_full         | district   | -          | - | many | ?
finance_read         | district   | -          | - | many | ?
teacher              | district   | -          | - | many | ?
staff                | district   | -          | - | many | ?
student              | calculated | -          | - | many | 003:15
parent               | calculated | -          | - | many | 003:16
applicant            | calculated | -          | - | many | 003:17
admissions_evaluator | calculated | -          | - | many | 003:18
`,
  rows: `
login | printed | 003:3, 003:7, 003:9
session.continue | printed | 003:7
password.reset_lookup | printed | 003:5
email.general.receive | printed | 003:5
parent_portal.view | printed | 003:1, 003:16
student_portal.view | read | 003:1, 003:15 | The source names the *Parent Portal* only; the student's is read like it.
applicant_portal.view | read | 003:17 | The source names the role, and not that it opens the *household's* inquiry and applicant *records*.
evaluation.view | read | 003:18 | The source names the role, and *not* what it opens.
cms_content.view | printed | 003:13, 003:19
page.view | printed | 003:13, 003:19
ledger.access | printed | 003:11
school_division.access | printed | 003:21
grade.view | read | 003:25 | The source *names no role* for grades.
dat_query.open | printed | 003:7, 003:25
dat_filter.open | printed | 003:7, 003:25
user.create | read | 003:13 | The source *names no role* for it.
user.remove | read | 003:25 | The source *names no role* for it.
role.assign | read | 003:13 | The source *names no role* for it.
user.associate_school | read | 003:21 | The source *names no role* for it.
user.associate_ledger | read | 003:11 | The source *names no role* for it.
user.edit | read | 003:13 | The source *names no role* for it.
`,
  cases: casesOf({ people, situations }, table),
});
