import { describe, expect, test } from 'vitest';
import {
  anAssignment,
  aPerson,
  aStudent,
  inDistrict,
  theDistrict,
  theUser,
} from '../../../test/builders/access-facts.ts';
import {
  answerTo,
  contradicted,
  isCaught,
  mutantsOf,
  shipped,
  type TableCase,
} from '../../../test/builders/catalogue-table.ts';
import type { LoginFacts, Person, RecordFacts, ResourceFacts } from '../facts.ts';
import { digestOf, lookupId } from '../lookup.ts';

const assigned = [
  'security_full',
  'admin_full',
  'registrar_full',
  'admissions_full',
  'development_full',
  'finance_full',
  'finance_read',
  'teacher',
  'staff',
] as const;
const calculated = ['student', 'parent', 'applicant', 'admissions_evaluator'] as const;
const roles = [...assigned, ...calculated];
type PcrRole = (typeof roles)[number];

const inYear = { schoolYear: '2027' };
const enrolledNow = { '2027': 'Enrolled' };

/** What makes a user each of the calculated roles, and no other. */
const recordsOf: Record<
  (typeof calculated)[number],
  Pick<Person, 'records'> & { profile: LoginFacts['profile'] }
> = {
  student: {
    profile: { kind: 'student', id: 'r-1' },
    records: { student: { id: 'st-1', status: enrolledNow } },
  },
  parent: {
    profile: { kind: 'household', id: 'h-1' },
    records: {
      household: { students: [{ id: 'st-1', relationship: 'Parent', status: enrolledNow }], applicants: [] },
    },
  },
  applicant: {
    profile: { kind: 'household', id: 'h-1' },
    records: {
      household: { students: [], applicants: [{ id: 'a-1', relationship: 'Parent', status: 'Inquiry' }] },
    },
  },
  admissions_evaluator: { profile: { kind: 'staff', id: 'r-9' }, records: { evaluates: ['a-1'] } },
};

function aUser(role: PcrRole | undefined, login: Partial<LoginFacts> = {}, id = 'u-1'): Person {
  const isCalculated = (one: PcrRole | undefined): one is (typeof calculated)[number] =>
    calculated.some((name) => name === one);
  const { profile, records } = isCalculated(role)
    ? recordsOf[role]
    : { profile: undefined, records: undefined };
  return {
    id,
    manual:
      role === undefined || isCalculated(role) ? [] : [anAssignment(role, inDistrict, { system: 'pcr' })],
    login: {
      approved: true,
      locked: false,
      ledgers: [],
      schools: [],
      ...(profile ? { profile } : {}),
      ...login,
    },
    ...(records ? { records } : {}),
  };
}

const all = { ledgers: ['l-1'], schools: ['s-3'] };
const ledger: ResourceFacts = { type: 'ledger', id: 'l-1' };
const division: ResourceFacts = { type: 'school_division', id: 's-3' };
const applicant = (id: string): ResourceFacts => ({ type: 'applicant', id });
const student = aStudent('st-1', 'c-9');

/**
 * role-systems §4, cells by role in the order above, then what is asked on, then the line. `A` allow, `-` deny, `L` ledger
 * associated, `G` student of an associated division, `U` users with calculated roles only, `P` `S` `Q` `E` own records.
 */
const table: Record<string, [cells: string, on: ResourceFacts, source: string]> = {
  'parent_portal.view': ['- - - - - - - - - - P - -', student, '003:1'],
  'student_portal.view': ['- - - - - - - - - S - - -', student, '003:1'],
  'applicant_portal.view': ['- - - - - - - - - - - Q -', applicant('a-1'), '003:17'],
  'evaluation.view': ['- - - - - - - - - - - - E', applicant('a-1'), '003:18'],
  'ledger.access': ['- - - - - L L - - - - - -', ledger, '003:11'],
  'grade.view': ['- G G - - - - G - - - - -', student, '003:25'],
  'user.create': ['A - - - - - - - - - - - -', theDistrict, '003:1'],
  'user.remove': ['A - - - - - - - - - - - -', theUser(aUser('parent', {}, 'u-2')), '003:25'],
  'role.assign': ['A - - - - - - - - - - - -', theUser(aUser('parent', {}, 'u-2')), '003:13'],
  'user.associate_school': ['A - - - - - - - - - - - -', theUser(aUser('staff', {}, 'u-2')), '003:21'],
  'user.associate_ledger': ['A - - - - - - - - - - - -', theUser(aUser('finance_read', {}, 'u-2')), '003:11'],
  'user.edit': ['A U U U U U - - - - - - -', theUser(aUser('parent', {}, 'u-2')), '003:1'],
};

/** Rows that need no role, and the line that gives each. */
const open: Record<string, string> = {
  login: '003:3',
  'session.continue': '003:7',
  'password.reset_lookup': '003:5',
  'email.general.receive': '003:5',
  'cms_content.view': '003:19',
  'page.view': '003:13',
  'school_division.access': '003:21',
  'dat_query.open': '003:25',
  'dat_filter.open': '003:25',
};

function casesOf(permission: string, letter: string, role: PcrRole, on: ResourceFacts): TableCase[] {
  const asked = { permission, subject: aUser(role, all), resource: on, district: inYear };
  const may = (more: Partial<TableCase> = {}): TableCase => ({ ...asked, ...more, expected: true });
  const mayNot = (more: Partial<TableCase> = {}): TableCase => ({ ...asked, ...more, expected: false });
  const withRecords = (records: RecordFacts): Partial<TableCase> => ({
    subject: { ...aUser(role, all), records },
  });
  const other = aStudent('st-2', 'c-9');
  switch (letter) {
    case 'A': {
      const elsewhere = anAssignment(role, { type: 'district', ids: ['d-2'] }, { system: 'pcr' });
      return [
        may(),
        mayNot({ subject: { ...aUser(undefined, all), manual: [elsewhere] }, code: 'out-of-scope' }),
      ];
    }
    case '-':
      return [mayNot({ code: 'no-role' })];
    case 'L':
      return [may(), mayNot({ resource: { ...ledger, id: 'l-2' } }), mayNot({ subject: aUser(role) })];
    case 'G':
      return [
        may(),
        mayNot({ subject: aUser(role, { schools: ['s-4'] }) }),
        mayNot({ subject: aUser(role) }),
      ];
    case 'U':
      return [
        ...(['parent', 'applicant', 'student'] as const).map((one) =>
          may({ resource: theUser(aUser(one, {}, 'u-2')) }),
        ),
        ...(['teacher', 'staff', 'admissions_evaluator', 'security_full'] as const).map((one) =>
          mayNot({ resource: theUser(aUser(one, {}, 'u-2')), code: 'condition' }),
        ),
      ];
    case 'P': {
      const students = (relationship: string, status = enrolledNow) => [
        { id: 'st-3', relationship: 'Parent', status: enrolledNow },
        { id: 'st-1', relationship, status },
      ];
      const household = (relationship: string, status?: { '2027': string }) =>
        withRecords({ household: { students: students(relationship, status), applicants: [] } });
      return [
        may(),
        may(household('Parent', { '2027': 'Withdrawn' })),
        mayNot({ resource: other }),
        ...['Grandparent', 'parent', 'Guardian'].map((one) =>
          mayNot({ ...household(one), code: 'condition' }),
        ),
      ];
    }
    case 'S':
      return [may(), mayNot({ resource: other, code: 'condition' })];
    case 'Q':
    case 'E':
      return [may(), mayNot({ resource: applicant('a-2'), code: 'condition' })];
    default:
      throw new Error(`The table has no letter ${letter}`);
  }
}

/** When the calculated roles end: asked by the permission that each alone gives. */
function calculationCases(): TableCase[] {
  const ask = (
    role: (typeof calculated)[number],
    permission: string,
    resource: ResourceFacts,
    change: Partial<Person>,
  ): TableCase => ({
    permission,
    subject: { ...aUser(role), ...change },
    resource,
    district: inYear,
    expected: false,
    code: 'no-role',
  });
  const ofStudent = (status: Record<string, string>) => ({ records: { student: { id: 'st-1', status } } });
  const ofParent = (relationship: string, status: Record<string, string>) => ({
    records: { household: { students: [{ id: 'st-1', relationship, status }], applicants: [] } },
  });
  const ofApplicant = (relationship: string, status: string) => ({
    records: { household: { students: [], applicants: [{ id: 'a-1', relationship, status }] } },
  });
  const staffProfile: LoginFacts = {
    approved: true,
    locked: false,
    ...all,
    profile: { kind: 'staff', id: 'r-9' },
  };
  return [
    ...[{ '2027': 'Withdrawn' }, { '2026': 'Enrolled' }, {}].flatMap((status) => [
      ask('student', 'student_portal.view', student, ofStudent(status)),
      ask('parent', 'parent_portal.view', student, ofParent('Parent', status)),
    ]),
    ask('student', 'student_portal.view', student, { login: staffProfile }),
    ask('parent', 'parent_portal.view', student, { login: staffProfile }),
    ask('parent', 'parent_portal.view', student, ofParent('Guardian', enrolledNow)),
    ask('applicant', 'applicant_portal.view', applicant('a-1'), ofApplicant('Parent', 'Copied')),
    ask('applicant', 'applicant_portal.view', applicant('a-1'), ofApplicant('Guardian', 'Inquiry')),
    ask('admissions_evaluator', 'evaluation.view', applicant('a-1'), { records: { evaluates: [] } }),
    { ...ask('parent', 'parent_portal.view', student, {}), district: {}, expected: false },
    ...calculated.map(
      (role): TableCase => ({
        permission: 'page.view',
        subject: { id: 'u-1', manual: [anAssignment(role, inDistrict, { system: 'pcr' })] },
        resource: { type: 'page', id: 'p-1' },
        properties: { role },
        expected: false,
      }),
    ),
    {
      permission: 'parent_portal.view',
      subject: { ...aUser(undefined), manual: [anAssignment('parent', inDistrict, { system: 'pcr' })] },
      resource: student,
      district: inYear,
      expected: false,
      code: 'not-effective',
    },
  ];
}

function loginCases(): TableCase[] {
  const self = (permission: string, login: Partial<LoginFacts>, properties: Record<string, unknown> = {}) => {
    const subject = aUser(undefined, login);
    return { permission, subject, resource: theUser(subject), properties };
  };
  const nobody = aPerson('u-1');
  const mail = [digestOf('home@example.org')];
  const lookup = (by: string, value: string, found: number) => ({
    permission: 'password.reset_lookup',
    subject: aUser(undefined),
    resource: theDistrict,
    properties: { by, value },
    more: { logins: new Map([[lookupId(by, value), found]]) },
  });
  const suspended = {
    ...aUser(undefined),
    roster: { ...aPerson('u-1').roster, status: 'suspended' as const },
  };
  return [
    { ...self('login', {}), expected: true },
    { ...self('login', { approved: false }), expected: false, code: 'condition' },
    { ...self('login', { locked: true }), expected: false, code: 'condition' },
    { permission: 'login', subject: nobody, resource: theUser(nobody), expected: false },
    { ...self('login', {}), resource: theUser(aUser(undefined, {}, 'u-2')), expected: false },
    { ...self('session.continue', { approved: false }), expected: true },
    { ...self('session.continue', { locked: true }), expected: true },
    { ...self('session.continue', {}), resource: theUser(aUser(undefined, {}, 'u-2')), expected: false },
    { permission: 'session.continue', subject: nobody, resource: theUser(nobody), expected: false },
    { ...self('email.general.receive', { mail }), expected: true },
    { ...self('email.general.receive', { mail }, { address: 'Home@example.org ' }), expected: true },
    { ...self('email.general.receive', { mail }, { address: 'user@example.org' }), expected: false },
    { ...self('email.general.receive', {}), expected: false },
    {
      ...self('email.general.receive', { mail }),
      resource: theUser(aUser(undefined, {}, 'u-2')),
      expected: false,
    },
    { ...lookup('username', 'ada', 1), expected: true },
    { ...lookup('email', 'ada@example.org', 1), expected: true },
    { ...lookup('email', 'ada@example.org', 2), expected: false },
    { ...lookup('email', 'ada@example.org', 0), expected: false },
    { ...lookup('username', 'ada', 0), expected: false },
    { ...lookup('phone', '5550100', 1), expected: false },
    { ...lookup('email', 'ada@example.org', 1), more: {}, expected: false },
    { ...lookup('email', 'ada@example.org', 1), properties: { by: 'email' }, expected: false },
    {
      permission: 'login',
      // A person of the roster, who would be denied what a role gives.
      subject: suspended as Person,
      resource: theUser(suspended as Person),
      expected: true,
    },
  ];
}

function contentCases(): TableCase[] {
  const content: ResourceFacts = { type: 'cms_content', id: 'n-1' };
  const withAttributes = (...attributes: { name: string; year?: string }[]): Person => ({
    ...aUser('student'),
    records: { student: { id: 'st-1', status: enrolledNow }, attributes },
  });
  const view = (subject: Person, properties: Record<string, unknown>, expected: boolean): TableCase => ({
    permission: 'cms_content.view',
    subject,
    resource: content,
    properties: { contentType: 'news', ...properties },
    district: inYear,
    expected,
  });
  const choir = withAttributes({ name: 'Choir' });
  const choir27 = withAttributes({ name: 'Choir', year: '2027' });
  const page = (subject: Person, role: string | undefined, expected: boolean): TableCase => ({
    permission: 'page.view',
    subject,
    resource: { type: 'page', id: 'p-1' },
    properties: role === undefined ? {} : { role },
    district: inYear,
    expected,
  });
  const staffTied: Person = {
    ...choir,
    login: { approved: true, locked: false, ...all, profile: { kind: 'staff', id: 'r-9' } },
  };
  return [
    view(aUser(undefined), {}, true),
    view(choir, { attributeRole: 'attribute:Choir' }, true),
    view(choir, { attributeRole: 'Choir' }, true),
    view(choir27, { attributeRole: 'attribute:Choir' }, true),
    view(choir27, { attributeRole: 'attribute:Choir', year: '2027' }, true),
    view(choir27, { attributeRole: 'attribute:Choir', year: 2027 }, true),
    view(choir27, { attributeRole: 'attribute:Choir', year: '2026' }, false),
    view(choir, { attributeRole: 'attribute:Choir', year: '2027' }, false),
    view(choir, { attributeRole: 'attribute:Band' }, false),
    view(staffTied, { attributeRole: 'attribute:Choir' }, false),
    { ...view(choir, {}, false), resource: { ...content, attributeRole: 'attribute:Band' } },
    {
      ...view(choir, { attributeRole: 'attribute:Band' }, true),
      resource: { ...content, attributeRole: 'attribute:Choir' },
    },
    ...roles.map((role) => page(aUser(role), role, true)),
    ...roles.map((role) => page(aUser(role === 'staff' ? 'teacher' : 'staff'), role, false)),
    page(choir, 'attribute:Choir', false),
    page(aUser('staff'), undefined, false),
    { ...page(aUser('staff'), 'staff', false), resource: { type: 'page', id: 'p-1', role: 'finance_full' } },
  ];
}

const staffProfile = { profile: { kind: 'staff', id: 'r-9' } } as const;

function staffCases(): TableCase[] {
  const divisionOf = (subject: Person, expected: boolean): TableCase => ({
    permission: 'school_division.access',
    subject,
    resource: division,
    district: inYear,
    expected,
  });
  const dat = (type: 'dat_query' | 'dat_filter', ownerExists: boolean, copyKept: boolean): ResourceFacts => ({
    type,
    id: 'q-1',
    ownerExists,
    copyKept,
  });
  const suspended = {
    ...aUser('staff', all),
    roster: { ...aPerson('u-1').roster, status: 'suspended' },
  } as Person;
  return [
    ...assigned.map((role) => divisionOf(aUser(role, all), true)),
    divisionOf(aUser(undefined, { ...all, ...staffProfile }), true),
    divisionOf(aUser('staff'), false),
    divisionOf(suspended, false),
    ...(['student', 'parent', 'applicant'] as const).map((role) => divisionOf(aUser(role, all), false)),
    divisionOf(aUser(undefined, { ...all, profile: { kind: 'donor', id: 'r-8' } }), false),
    ...(['dat_query', 'dat_filter'] as const).flatMap((type): TableCase[] => {
      const ask = (subject: Person, resource: ResourceFacts, expected: boolean) => ({
        permission: `${type}.open`,
        subject,
        resource,
        district: inYear,
        expected,
      });
      return [
        ...assigned.map((role) => ask(aUser(role), dat(type, true, false), true)),
        ask(aUser(undefined, staffProfile), dat(type, false, true), true),
        ask(aUser('staff', { approved: false }), dat(type, true, false), true),
        ask(aUser('staff'), dat(type, false, false), false),
        ...(['student', 'parent', 'applicant'] as const).map((role) =>
          ask(aUser(role), dat(type, true, true), false),
        ),
      ];
    }),
  ];
}

/** No role gives what needs none. */
function denialsWhateverRole(): TableCase[] {
  const content: ResourceFacts = { type: 'cms_content', id: 'n-1' };
  const lost = (type: 'dat_query' | 'dat_filter'): ResourceFacts => ({
    type,
    id: 'q-1',
    ownerExists: false,
    copyKept: false,
  });
  return assigned.flatMap((role): TableCase[] => {
    const subject = aUser(role);
    const unapproved = aUser(role, { approved: false });
    const ask = (permission: string, resource: ResourceFacts, more: Partial<TableCase> = {}): TableCase => ({
      permission,
      subject,
      resource,
      district: inYear,
      expected: false,
      ...more,
    });
    return [
      ask('login', theUser(unapproved), { subject: unapproved }),
      ask('session.continue', theUser(aUser('staff', {}, 'u-2'))),
      ask('password.reset_lookup', theDistrict, { properties: { by: 'email', value: 'x@example.org' } }),
      ask('email.general.receive', theUser(subject)),
      ask('cms_content.view', content, { properties: { attributeRole: 'attribute:Band' } }),
      ask('page.view', { type: 'page', id: 'p-1' }, { properties: { role: 'parent' } }),
      ask('school_division.access', division),
      ask('dat_query.open', lost('dat_query')),
      ask('dat_filter.open', lost('dat_filter')),
    ];
  });
}

/** Rules that bind security_full. */
function ruleCases(): TableCase[] {
  const admin = aUser('security_full');
  const ask = (
    permission: string,
    on: ResourceFacts,
    properties: Record<string, unknown>,
    expected: boolean,
  ): TableCase => ({
    permission,
    subject: admin,
    resource: on,
    properties,
    district: inYear,
    more: {
      logins: new Map([
        [lookupId('email', 'new@example.org'), 0],
        [lookupId('email', 'old@example.org'), 1],
      ]),
    },
    expected,
    ...(expected ? {} : { code: 'rule' as const }),
  });
  const target = (role: PcrRole | undefined, login: Partial<LoginFacts> = {}) =>
    theUser(aUser(role, login, 'u-2'));
  const finance = ['finance_full', 'finance_read'];
  const school = (on: ResourceFacts, expected: boolean, more = {}) =>
    ask('user.associate_school', on, { school_division: 's-3', ...more }, expected);
  const associate = (on: ResourceFacts, expected: boolean, more = {}) =>
    ask('user.associate_ledger', on, { ledger: 'l-1', ...more }, expected);
  return [
    ask('user.create', theDistrict, { email: 'new@example.org' }, true),
    ask('user.create', theDistrict, { email: 'old@example.org' }, false),
    ask('user.create', theDistrict, { email: 'unread@example.org' }, false),
    ...assigned.map((role) => ask('role.assign', target('parent'), { role }, true)),
    ...[...calculated, 'attribute:Choir', 'janitor'].map((role) =>
      ask('role.assign', target('staff'), { role }, false),
    ),
    ...assigned.map((role) => associate(target(role), finance.includes(role))),
    associate(target('parent'), false),
    associate(target('parent', { ledgers: ['l-1'] }), true),
    ...assigned.map((role) => associate(theDistrict, finance.includes(role), { role })),
    associate(theDistrict, false),
    ...assigned.map((role) => school(target(role), true)),
    school(target(undefined, staffProfile), true),
    ...(['parent', 'student', 'applicant'] as const).map((role) => school(target(role), false)),
    school(target('parent', { schools: ['s-3'] }), true),
    ...assigned.map((role) => school(theDistrict, true, { role })),
    school(theDistrict, false, { role: 'parent' }),
  ];
}

const cases: TableCase[] = [
  ...Object.entries(table).flatMap(([permission, [cells, on]]) =>
    cells.split(' ').flatMap((letter, i) => {
      const role = roles[i];
      return role ? casesOf(permission, letter, role, on) : [];
    }),
  ),
  ...calculationCases(),
  ...loginCases(),
  ...contentCases(),
  ...staffCases(),
  ...ruleCases(),
  ...denialsWhateverRole(),
];

describe('the pcr catalogue', () => {
  test('answers every cell and rule of the tables as the document has it', () => {
    expect(contradicted(shipped('pcr'), cases)).toEqual([]);
    expect(Object.values(table).map(([cells]) => cells.split(' ').length)).toEqual(Array(12).fill(13));
    const granted = cases.filter(({ expected }) => expected).length;
    expect(cases.length - granted).toBeGreaterThanOrEqual(granted);
  });

  test('has no rows or roles beyond the tables, each with its source', () => {
    const { rows, roles: known } = shipped('pcr');
    const typed = Object.entries(table).map(([permission, [, , source]]) => [permission, source]);
    expect(Object.fromEntries(rows.map((row) => [row.permission, row.source[0]]))).toEqual({
      ...Object.fromEntries(typed),
      ...open,
    });
    expect(known.map(({ id }) => id)).toEqual(roles);
    expect(known.filter(({ calculated: how }) => how !== undefined).map(({ id }) => id)).toEqual([
      ...calculated,
    ]);
    expect(known.filter(({ privileged }) => privileged).map(({ id }) => id)).toEqual(['security_full']);
  });

  test('answers role.effective for calculated roles and attributes', () => {
    const one = {
      ...aUser('student'),
      records: { ...aUser('student').records, attributes: [{ name: 'Choir' }] },
    };
    const ask = (subject: Person, role: string) =>
      answerTo(shipped('pcr'), {
        permission: 'role.effective',
        subject,
        resource: theUser(subject),
        properties: { role },
        district: inYear,
        expected: true,
      });
    expect(ask(one, 'student').reason).toMatchObject({
      code: 'allowed',
      assignment: 'calculated:student',
      source: '003:15',
    });
    expect(ask(one, 'attribute:Choir').reason).toMatchObject({ code: 'allowed', source: '003:19' });
    expect(ask(one, 'attribute:Band').reason.code).toBe('no-role');
    expect(ask(one, 'parent').reason.code).toBe('no-role');
    const byHand = { id: 'u-1', manual: [anAssignment('parent', inDistrict, { system: 'pcr' })] };
    expect(ask(byHand, 'parent').reason.code).toBe('not-effective');
  });

  test('is told from every mutant of a cell, a condition, a rule or a calculation', () => {
    const mutants = mutantsOf(shipped('pcr'));
    expect(mutants.length).toBeGreaterThan(200);
    const survivors = mutants.filter(({ catalogue, permission }) => !isCaught(catalogue, permission, cases));
    expect(survivors.map(({ what }) => what)).toEqual([]);
  });
});
