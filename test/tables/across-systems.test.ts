import { describe, expect, test } from 'vitest';
import type { Assignment, Person, ResourceFacts, Scope } from '../../shared/access/facts.ts';
import {
  aClass,
  anAssignment,
  aPerson,
  aSchool,
  ask,
  atSchool,
  enrolled,
  facts,
  inDistrict,
  theDistrict,
  theUser,
} from '../builders/access-facts.ts';
import { naming, shipped } from '../builders/catalogue-table.ts';
import {
  casesOf,
  citedInVain,
  type Situation,
  skipsDocuments,
  type WrittenCase,
} from '../builders/written-table.ts';

/**
 * What holds between the five systems, each asked as `<system>:<permission>` with all of them there: role-systems §0. School
 * s-3 is also the account s-3 of nsc and acer; school s-4 likewise.
 */

function answerOf({ subject, resource, settings = {}, permission, properties, district, more }: WrittenCase) {
  const known = facts(subject, resource, settings);
  const all = { ...known, district: { ...known.district, ...district }, more: more ?? {} };
  return ask(all, permission, properties);
}

function answeredOtherwise(cases: readonly WrittenCase[]): string[] {
  return cases.flatMap((one) => {
    const { decision, reason } = answerOf(one);
    const isRight = decision === one.expected && (one.code === undefined || one.code === reason.code);
    return isRight ? [] : [`${one.line} → ${reason.code}: ${reason.message}`];
  });
}

const at = (...ids: string[]): Scope => ({ type: 'account', ids });
const ofClasses = (...ids: string[]): Scope => ({ type: 'class', ids });
const customer: Scope = { type: 'customer', ids: ['k-1'] };

type Given = [system: string, role: string, scope: Scope, more?: Partial<Assignment>];

/** A person with a web ID and a user, who teaches c-1, and holds these roles alone. */
function holding(...given: Given[]): Person {
  const manual = given.map(([system, role, scope, more]) =>
    anAssignment(role, scope, { system, id: `${system}:${role}@${scope.ids.join('+')}`, ...more }),
  );
  return {
    ...aPerson('u-1', { memberships: [enrolled('c-1', 'teacher')], orgIds: ['s-3'] }, manual),
    webId: 'web-1',
    login: {
      approved: true,
      locked: false,
      ledgers: ['L-1'],
      schools: ['s-3'],
      profile: { kind: 'household', id: 'h-1' },
    },
  };
}

const people: Record<string, Person> = {
  'all of nsc': holding(
    ...['user_admin', 'billing', 'ftp', 'reports', 'technical', 'other', 'st_billing', 'st_executive'].map(
      (role): Given => ['nsc', role, at('s-3', 's-4')],
    ),
  ),
  'all of hmh': holding(
    ['hmh', 'district_data_admin', inDistrict],
    ['hmh', 'district_assessment_system_admin', inDistrict],
    ['hmh', 'district_admin_assessment_coordinator', inDistrict],
    ['hmh', 'district_assessment_proctor', inDistrict],
    ['hmh', 'teacher', atSchool('s-3')],
  ),
  'all of acer': holding(
    ...['client_administrator', 'candidate_manager', 'report_generator'].map(
      (role): Given => ['acer', role, at('s-3', 's-4')],
    ),
  ),
  'all of pcr': holding(
    ...[
      'security_full',
      'admin_full',
      'registrar_full',
      'admissions_full',
      'development_full',
      'finance_full',
      'finance_read',
      'teacher',
      'staff',
    ].map((role): Given => ['pcr', role, inDistrict]),
  ),
  'all of imath': holding(
    ['imath', 'district_administrator', inDistrict],
    ['imath', 'customer_administrator', customer],
    ['imath', 'building_administrator', atSchool('s-3', 's-4')],
    ['imath', 'teacher', ofClasses('c-1')],
  ),
  'hmh teacher': holding(['hmh', 'teacher', atSchool('s-3')]),
  'imath teacher': holding(['imath', 'teacher', ofClasses('c-1')]),
  'pcr teacher': holding(['pcr', 'teacher', inDistrict]),
  'teacher in no system': holding(),
  'nsc reports': holding(['nsc', 'reports', at('s-3')]),
  'acer report generator': holding(['acer', 'report_generator', at('s-3')]),
  'nsc user admin': holding(['nsc', 'user_admin', at('s-3')]),
  'acer client administrator': holding(['acer', 'client_administrator', at('s-3')]),
  'a role of imath given as one of hmh': holding(['hmh', 'building_administrator', atSchool('s-3')]),
  'a role of hmh given as one of imath': holding(['imath', 'school_admin', atSchool('s-3')]),

  'acer candidate manager of Year 9 and imath building administrator': holding(
    ['acer', 'candidate_manager', { ...at('s-3'), yearLevels: ['9'] }],
    ['imath', 'building_administrator', atSchool('s-3')],
  ),
  'acer candidate manager and imath building administrator of s-4': holding(
    ['acer', 'candidate_manager', at('s-3')],
    ['imath', 'building_administrator', atSchool('s-4')],
  ),
  'hmh school admin and unapproved pcr finance': {
    ...holding(['hmh', 'school_admin', atSchool('s-3')], ['pcr', 'finance_full', inDistrict]),
    login: { approved: false, locked: true, ledgers: [], schools: [] },
  },
  'acer client administrator without a web ID': withoutWebId(
    holding(['acer', 'client_administrator', at('s-3')]),
  ),
  'nsc user admin without a web ID': withoutWebId(holding(['nsc', 'user_admin', at('s-3')])),
  'nsc ftp until yesterday and imath administrator': holding(
    ['nsc', 'ftp', at('s-3'), { until: '2026-10-14' }],
    ['imath', 'building_administrator', atSchool('s-3')],
  ),
};

function withoutWebId({ webId: _, ...person }: Person): Person {
  return person;
}

const ann = aPerson('u-ann', {
  memberships: [enrolled('c-1', 'student')],
  orgIds: ['s-3'],
  grades: ['02'],
});

function account(id: string): ResourceFacts {
  return { type: 'account', id, org: { status: 'active', type: 'school' }, seats: {} };
}

const holders: Record<string, Situation> = Object.fromEntries(
  Object.entries(people).flatMap(([name, person]) =>
    ['teacher', 'user_admin', 'building_administrator', 'school_admin'].map((role): [string, Situation] => [
      `${name} as ${role}`,
      { resource: theUser({ ...person, id: 'u-asked' }), properties: { role } },
    ]),
  ),
);

const situations: Record<string, Situation> = {
  ...holders,
  'the district': { resource: theDistrict },
  'school s-3': { resource: aSchool('s-3') },
  'class c-1': { resource: aClass('c-1') },
  'class c-1, viewing granted': { resource: aClass('c-1'), settings: { 'hmh.teacher.roster.view': true } },
  'class c-1, creation by teachers granted': {
    resource: aClass('c-1'),
    settings: { 'imath.teacher_student_creation': true },
  },
  'class c-1, creation by teachers revoked': {
    resource: aClass('c-1'),
    settings: { 'imath.teacher_student_creation': false },
  },
  'class c-1, all of hmh revoked': {
    resource: aClass('c-1'),
    settings: { 'hmh.teacher.roster.view': false, 'hmh.teacher.roster.manual_manage': false },
  },
  'student Ann': { resource: { type: 'student', id: 'u-ann', person: ann } },
  'account s-3': { resource: account('s-3') },
  'a colleague': { resource: theUser(aPerson('u-col', { orgIds: ['s-3'] })) },
  'ledger L-1': { resource: { type: 'ledger', id: 'L-1' } },
  'division s-3': { resource: { type: 'school_division', id: 's-3' } },
  'a query': { resource: { type: 'dat_query', id: 'q-1', ownerExists: true, copyKept: false } },
  'the setting of hmh': { resource: { type: 'setting', id: 'hmh.teacher.roster.view' } },
  'the setting of imath': { resource: { type: 'setting', id: 'imath.teacher_student_creation' } },
  'a page for teachers': { resource: { type: 'page', id: 'p-1' }, properties: { role: 'teacher' } },
};

const inCustomer = Object.fromEntries(
  Object.entries(situations).map(([words, situation]): [string, Situation] => [
    words,
    { ...situation, district: { customers: ['k-1'], schoolYear: '2027' } },
  ]),
);

const leaks = casesOf(
  { people, situations: inCustomer },
  `
# Each system on its own ground
all of nsc | nsc:user.add, nsc:role.assign, nsc:report.generate, nsc:ftp.login, nsc:invoice.receive | account s-3 | may | 000:9
all of hmh | hmh:roster.view, hmh:roster.bulk_import, hmh:preference.manage, hmh:assessment.proctor | the district | may | 001:141
all of hmh | hmh:setting.change | the setting of hmh | may | 001:75
all of acer | acer:purchase, acer:staff.manage, acer:student.view, acer:report.generate, acer:test.assign | account s-3 | may | 002:11
all of pcr | pcr:user.create | the district | may | 003:13
all of pcr | pcr:role.assign, pcr:user.remove, pcr:user.edit | a colleague | may | 003:13
all of pcr | pcr:ledger.access | ledger L-1 | may | 003:11
all of pcr | pcr:school_division.access | division s-3 | may | 003:21
all of pcr | pcr:dat_query.open | a query | may | 003:25
all of pcr | pcr:grade.view | student Ann | may | 003:25
all of imath | imath:student.view, imath:student.edit | student Ann | may | 004:31
all of imath | imath:report_data.export, imath:school_group.manage | the district | may | 004:8
all of imath | imath:setting.teacher_student_creation.change | the setting of imath | may | 004:7

# And on none of the others'
all of hmh, all of acer, all of pcr, all of imath | nsc:user.add, nsc:user.remove, nsc:role.assign, nsc:role.transfer, nsc:report.generate, nsc:report.request, nsc:ftp.login, nsc:secure_site.login, nsc:billing.contact, nsc:invoice.receive, nsc:contract.manage, nsc:clearinghouse.speak | account s-3 | no-role | 000:9
all of nsc, all of acer, all of pcr, all of imath | hmh:roster.view, hmh:roster.manual_manage, hmh:roster.bulk_import, hmh:roster.automated_import, hmh:report.assessment, hmh:report.curriculum, hmh:license.ed, hmh:license.flight, hmh:event.manage, hmh:assessment.proctor | school s-3; class c-1; class c-1, viewing granted | no-role | 001:141
all of nsc, all of acer, all of pcr, all of imath | hmh:setting.change | the setting of hmh | no-role | 001:75
all of nsc, all of hmh, all of pcr, all of imath | acer:purchase, acer:account.edit, acer:staff.manage, acer:student.view, acer:student.edit, acer:student.add, acer:report.generate, acer:test.assign, acer:tag.assign | account s-3 | no-role | 002:9
all of nsc, all of hmh, all of pcr, all of imath | acer:student.view, acer:student.edit, acer:report.generate | student Ann | no-role | 002:14
all of nsc, all of hmh, all of acer, all of imath | pcr:user.create | the district | no-role | 003:13
all of nsc, all of hmh, all of acer, all of imath | pcr:role.assign, pcr:user.remove, pcr:user.edit | a colleague | no-role | 003:13
all of nsc, all of hmh, all of acer, all of imath | pcr:ledger.access | ledger L-1 | no-role | 003:11
all of nsc, all of hmh, all of acer, all of imath | pcr:school_division.access | division s-3 | condition | 003:21
all of nsc, all of hmh, all of acer, all of imath | pcr:dat_query.open | a query | condition | 003:25
all of nsc, all of hmh, all of acer, all of imath | pcr:grade.view, pcr:parent_portal.view, pcr:student_portal.view | student Ann | no-role | 003:15
all of nsc, all of hmh, all of acer, all of pcr | imath:student.view, imath:student.edit, imath:student.move, imath:product.assign | student Ann | no-role | 004:31
all of nsc, all of hmh, all of acer, all of pcr | imath:report_data.export, imath:student.add, imath:class.manage, imath:benchmark.assign | class c-1 | no-role | 004:8
all of nsc, all of hmh, all of acer, all of pcr | imath:setting.teacher_student_creation.change | the setting of imath | no-role | 004:7

# A teacher of one system is no teacher of another
hmh teacher | hmh:report.assessment | class c-1 | may | 001:237
imath teacher, pcr teacher, teacher in no system | hmh:report.assessment | class c-1 | no-role | 001:237
imath teacher | imath:class.manage | class c-1 | may | 004:37
hmh teacher, pcr teacher, teacher in no system | imath:class.manage | class c-1 | no-role | 004:37
pcr teacher | pcr:grade.view | student Ann | may | 003:25
hmh teacher, imath teacher, teacher in no system | pcr:grade.view | student Ann | no-role | 003:25
pcr teacher | pcr:page.view | a page for teachers | may | 003:13
hmh teacher, imath teacher, teacher in no system | pcr:page.view | a page for teachers | condition | 003:13
teacher in no system | hmh:role.effective | hmh teacher as teacher | may | 001:59
teacher in no system | hmh:role.effective | imath teacher as teacher; pcr teacher as teacher | no-role | 001:59
teacher in no system | imath:role.effective | imath teacher as teacher | may | 004:1
teacher in no system | imath:role.effective | hmh teacher as teacher; pcr teacher as teacher | no-role | 004:1
teacher in no system | pcr:role.effective | pcr teacher as teacher | may | 003:13
teacher in no system | pcr:role.effective | hmh teacher as teacher; imath teacher as teacher | no-role | 003:13
teacher in no system | acer:role.effective | nsc user admin as user_admin | no-role | 002:4

# Permissions of the same name
nsc reports | nsc:report.generate | account s-3 | may | 000:15
nsc reports | acer:report.generate | account s-3 | no-role | 002:16
acer report generator | acer:report.generate | account s-3 | may | 002:16
acer report generator | nsc:report.generate | account s-3 | no-role | 000:15
nsc user admin | nsc:role.assign, nsc:user.remove | account s-3 | may | 000:9
nsc user admin | pcr:role.assign, pcr:user.remove | a colleague | no-role | 003:13
all of acer | acer:student.view | student Ann | may | 002:15
all of acer | imath:student.view | student Ann | no-role | 004:31

# A role under another system's name is none
a role of imath given as one of hmh | hmh:roster.view, hmh:report.assessment | school s-3 | no-role | 001:141
a role of imath given as one of hmh | imath:report_data.export | school s-3 | no-role | 004:8
a role of hmh given as one of imath | imath:report_data.export | school s-3 | no-role | 004:8
a role of hmh given as one of imath | hmh:report.assessment | school s-3 | no-role | 001:237

# What narrows, opens or ends one system says nothing in another
acer candidate manager of Year 9 and imath building administrator | acer:student.view | student Ann; account s-3 | out-of-scope | 002:19
acer candidate manager of Year 9 and imath building administrator | imath:student.view | student Ann | may | 004:31
acer candidate manager and imath building administrator of s-4 | imath:student.view | student Ann | out-of-scope | 004:31
acer candidate manager and imath building administrator of s-4 | acer:student.view | student Ann | may | 002:15
hmh school admin and unapproved pcr finance | hmh:report.assessment | school s-3 | may | 001:237
hmh school admin and unapproved pcr finance | pcr:ledger.access | ledger L-1 | condition | 003:11
acer client administrator without a web ID | acer:purchase | account s-3 | may | 002:11
nsc user admin without a web ID | nsc:user.add | account s-3 | not-effective | 000:9
nsc ftp until yesterday and imath administrator | imath:report_data.export | school s-3 | may | 004:8
nsc ftp until yesterday and imath administrator | nsc:ftp.login | account s-3 | expired | 000:13
hmh teacher | hmh:roster.view | class c-1, viewing granted | may | 001:141
hmh teacher | hmh:roster.view | class c-1, creation by teachers granted | condition | 001:141
imath teacher | imath:student.add | class c-1, all of hmh revoked | may | 004:28
imath teacher | imath:student.add | class c-1, creation by teachers revoked | condition | 004:28
all of hmh | hmh:setting.change | the setting of imath | unknown-resource | 001:75
all of imath | imath:setting.teacher_student_creation.change | the setting of hmh | unknown-resource | 004:7

# A permission of one system asked of another, or of none
all of hmh | nsc:roster.view, imath:roster.view, roster.view, nosuch:roster.view | the district | unknown-action | 001:141
all of acer | hmh:purchase, imath:purchase, purchase | account s-3 | unknown-action | 002:11
`,
);

test('systems never leak into each other', () => {
  expect(answeredOtherwise(leaks)).toEqual([]);
});

test('the table of leaks denies at least as much as it grants', () => {
  const grants = leaks.filter(({ expected }) => expected).length;
  expect(leaks.length - grants).toBeGreaterThanOrEqual(grants);
});

/** Asked with one pair of role and scope, and with two. Each is allowed exactly where one of the two alone is. */
const pairs: Record<string, { given: Given[]; permissions: string; on: ResourceFacts[] }> = {
  nsc: {
    given: [
      ...['user_admin', 'billing', 'ftp', 'reports', 'technical', 'other'].flatMap((role): Given[] => [
        ['nsc', role, at('s-3')],
        ['nsc', role, at('s-4')],
      ]),
    ],
    permissions:
      'user.add, role.assign, billing.contact, ftp.login, report.request, secure_site.login, test_file.upload',
    on: [account('s-3'), account('s-4')],
  },
  hmh: {
    given: [
      ['hmh', 'district_assessment_proctor', inDistrict],
      ['hmh', 'district_assessment_system_admin', inDistrict],
      ...[
        'school_data_admin',
        'school_assessment_coordinator',
        'school_admin',
        'school_assessment_proctor',
        'teacher',
      ].flatMap((role): Given[] => [
        ['hmh', role, atSchool('s-3')],
        ['hmh', role, atSchool('s-4')],
      ]),
    ],
    permissions:
      'roster.view, roster.manual_manage, roster.bulk_import, report.assessment, report.curriculum, license.ed, license.flight, event.manage, assessment.proctor',
    on: [theDistrict, aSchool('s-3'), aSchool('s-4'), aClass('c-1'), aClass('c-2'), aClass('c-9', 's-4')],
  },
  acer: {
    given: ['client_administrator', 'candidate_manager', 'report_generator'].flatMap((role): Given[] => [
      ['acer', role, at('s-3')],
      ['acer', role, at('s-4')],
    ]),
    permissions:
      'purchase, account.edit, staff.manage, student.view, student.add, report.generate, test.assign',
    on: [account('s-3'), account('s-4')],
  },
  imath: {
    given: [
      ['imath', 'district_administrator', inDistrict],
      ['imath', 'building_administrator', atSchool('s-3')],
      ['imath', 'building_administrator', atSchool('s-4')],
      ['imath', 'teacher', ofClasses('c-1')],
      ['imath', 'teacher', ofClasses('c-9')],
    ],
    permissions:
      'report_data.export, student.add, class.manage, teacher_class.assign, benchmark.assign, school.edit',
    on: [theDistrict, aSchool('s-3'), aSchool('s-4'), aClass('c-1'), aClass('c-2'), aClass('c-9', 's-4')],
  },
};

describe.each(Object.entries(pairs))(
  'pairs of role and scope in %s',
  (system, { given, permissions, on }) => {
    const questions = permissions
      .split(', ')
      .flatMap((permission) => on.map((resource) => ({ permission, resource })));

    test('never cross: two allow exactly what one of them allows', () => {
      const crossed = given.flatMap((one, i) =>
        given.slice(i + 1).flatMap((other) =>
          questions.flatMap(({ permission, resource }) => {
            const allows = (...held: Given[]) =>
              ask(facts(holding(...held), resource), `${system}:${permission}`).decision;
            const agrees = allows(one, other) === (allows(one) || allows(other));
            return agrees ? [] : [`${one[1]}, ${other[1]} | ${permission} | ${resource.type} ${resource.id}`];
          }),
        ),
      );
      expect(crossed).toEqual([]);
    });
  },
);

type Known = Situation & { subject: Person };

const coordinator: Given = ['hmh', 'school_assessment_coordinator', atSchool('s-4')];
const admin: Given = ['hmh', 'school_admin', atSchool('s-3')];

test('a coordinator at one school who is admin at another coordinates at the first alone', () => {
  const person = holding(coordinator, admin);
  const manages = (school: string) => ask(facts(person, aSchool(school)), 'hmh:event.manage');
  expect(manages('s-4')).toMatchObject({ decision: true, reason: { code: 'allowed', source: '001:351' } });
  expect(manages('s-3')).toMatchObject({
    decision: false,
    reason: { code: 'out-of-scope', source: '001:351' },
  });
});

const hmhTeacher = holding(['hmh', 'teacher', atSchool('s-3')]);
const imathTeacher = holding(['imath', 'teacher', ofClasses('c-1')]);
const year2 = holding(['acer', 'candidate_manager', { ...at('s-3'), yearLevels: ['2'] }]);
const blue = holding(['acer', 'candidate_manager', { ...at('s-3'), tags: ['Blue'] }]);
const granted = { 'hmh.teacher.roster.view': true };
const onAnn = (person: Person): ResourceFacts => ({ type: 'student', id: person.id, person });

function unlike(person: Person, roster: Partial<NonNullable<Person['roster']>>): Person {
  return {
    ...aPerson(person.id, { memberships: [enrolled('c-1', 'teacher')], ...roster }),
    manual: person.manual,
  };
}

function parentOf(status: Record<string, string>, relationship = 'Parent'): Person {
  return {
    ...holding(),
    records: { household: { students: [{ id: 'u-ann', relationship, status }], applicants: [] } },
  };
}

/** What was allowed, the one thing that changed, and the code of the next answer. */
const changes: [
  what: string,
  action: string,
  before: Known,
  after: Partial<Known>,
  code: string,
  line: string,
][] = [
  [
    'a class is taken from its teacher',
    'hmh:report.assessment',
    { subject: hmhTeacher, resource: aClass('c-1') },
    { subject: unlike(hmhTeacher, { memberships: [] }) },
    'condition',
    '001:77',
  ],
  [
    "a class is taken from a teacher's account",
    'imath:student.add',
    { subject: imathTeacher, resource: aClass('c-1') },
    { subject: holding(['imath', 'teacher', ofClasses('c-2')]) },
    'out-of-scope',
    '004:28',
  ],
  [
    'a setting is revoked',
    'hmh:roster.view',
    { subject: hmhTeacher, resource: aClass('c-1'), settings: granted },
    { settings: { 'hmh.teacher.roster.view': false } },
    'condition',
    '001:75',
  ],
  [
    'creation by teachers is revoked',
    'imath:student.add',
    { subject: imathTeacher, resource: aClass('c-1') },
    { settings: { 'imath.teacher_student_creation': false } },
    'condition',
    '004:7',
  ],
  [
    'a student moves to another school',
    'imath:student.view',
    { subject: holding(['imath', 'building_administrator', atSchool('s-3')]), resource: onAnn(ann) },
    {
      resource: onAnn(
        aPerson('u-ann', { memberships: [enrolled('c-9', 'student', { schoolId: 's-4' })], orgIds: ['s-4'] }),
      ),
    },
    'out-of-scope',
    '004:31',
  ],
  [
    'a student moves to another class',
    'imath:student.view',
    { subject: imathTeacher, resource: onAnn(ann) },
    { resource: onAnn(aPerson('u-ann', { memberships: [enrolled('c-2', 'student')], orgIds: ['s-3'] })) },
    'out-of-scope',
    '004:31',
  ],
  [
    'a student is promoted to another year level',
    'acer:student.view',
    { subject: year2, resource: onAnn(ann) },
    {
      resource: onAnn(
        aPerson('u-ann', { memberships: [enrolled('c-1', 'student')], orgIds: ['s-3'], grades: ['03'] }),
      ),
    },
    'out-of-scope',
    '002:19',
  ],
  [
    'a student loses a tag',
    'acer:student.view',
    { subject: blue, resource: onAnn({ ...ann, tags: ['Blue'] }) },
    { resource: onAnn({ ...ann, tags: [] }) },
    'out-of-scope',
    '002:19',
  ],
  [
    'the last day of an assignment has passed',
    'hmh:event.manage',
    {
      subject: holding(['hmh', 'school_assessment_coordinator', atSchool('s-3'), { until: '2026-10-16' }]),
      resource: aSchool('s-3'),
    },
    { subject: holding(['hmh', 'school_assessment_coordinator', atSchool('s-3'), { until: '2026-10-15' }]) },
    'expired',
    '001:351',
  ],
  [
    "the last day of a student's enrollment has passed",
    'imath:student.view',
    { subject: imathTeacher, resource: onAnn(ann) },
    {
      resource: onAnn(
        aPerson('u-ann', {
          memberships: [enrolled('c-1', 'student', { end: '2026-10-15' })],
          orgIds: ['s-3'],
        }),
      ),
    },
    'out-of-scope',
    '004:31',
  ],
  [
    'a user is suspended',
    'hmh:report.assessment',
    { subject: hmhTeacher, resource: aClass('c-1') },
    { subject: unlike(hmhTeacher, { status: 'suspended' }) },
    'suspended',
    '001:237',
  ],
  [
    'a user is switched off',
    'nsc:user.add',
    { subject: holding(['nsc', 'user_admin', at('s-3')]), resource: account('s-3') },
    { subject: { ...unlike(holding(['nsc', 'user_admin', at('s-3')]), { enabled: false }), webId: 'web-1' } },
    'suspended',
    '000:9',
  ],
  [
    'a web ID is taken away',
    'nsc:user.add',
    { subject: holding(['nsc', 'user_admin', at('s-3')]), resource: account('s-3') },
    { subject: withoutWebId(holding(['nsc', 'user_admin', at('s-3')])) },
    'not-effective',
    '000:9',
  ],
  [
    'an assignment is taken away',
    'acer:purchase',
    { subject: holding(['acer', 'client_administrator', at('s-3')]), resource: account('s-3') },
    { subject: holding() },
    'no-role',
    '002:11',
  ],
  [
    'a seat is taken by somebody else',
    'nsc:role.assign',
    {
      subject: holding(['nsc', 'user_admin', at('s-3')]),
      resource: account('s-3'),
      properties: { role: 'billing', user: 'u-carla' },
      more: naming([aPerson('u-carla')]),
    },
    {
      resource: {
        type: 'account',
        id: 's-3',
        org: { status: 'active', type: 'school' },
        seats: { 'nsc:billing': ['u-bert'] },
      },
    },
    'rule',
    '000:11',
  ],
  [
    'a ledger is taken away',
    'pcr:ledger.access',
    { subject: holding(['pcr', 'finance_full', inDistrict]), resource: { type: 'ledger', id: 'L-1' } },
    {
      subject: {
        ...holding(['pcr', 'finance_full', inDistrict]),
        login: { approved: true, locked: false, ledgers: [], schools: [] },
      },
    },
    'condition',
    '003:11',
  ],
  [
    'a school year begins for which the student is not enrolled',
    'pcr:parent_portal.view',
    {
      subject: parentOf({ '2027': 'Enrolled' }),
      resource: onAnn(ann),
      district: { schoolYear: '2027' },
    },
    { district: { schoolYear: '2028' } },
    'no-role',
    '003:16',
  ],
  [
    'a student withdraws',
    'pcr:parent_portal.view',
    {
      subject: parentOf({ '2027': 'Enrolled' }),
      resource: onAnn(ann),
      district: { schoolYear: '2027' },
    },
    { subject: parentOf({ '2027': 'Withdrawn' }) },
    'no-role',
    '003:16',
  ],
  [
    'the district leaves its customer',
    'imath:school.edit',
    {
      subject: holding(['imath', 'customer_administrator', customer]),
      resource: aSchool('s-3'),
      district: { customers: ['k-1'] },
    },
    { district: { customers: [] } },
    'out-of-scope',
    '004:5',
  ],
];

describe('the next request', () => {
  test.each(changes)('is denied when %s', (_what, action, before, after, code) => {
    const answer = ({ subject, resource, settings = {}, district, properties, more = {} }: Known) => {
      const known = facts(subject, resource, settings);
      return ask({ ...known, district: { ...known.district, ...district }, more }, action, properties);
    };
    expect(answer(before).decision).toBe(true);
    expect(answer({ ...before, ...after })).toMatchObject({ decision: false, reason: { code } });
  });
});

test('what an overlay reads otherwise gives its reason', () => {
  const changes = ['hmh', 'imath'].flatMap((system) =>
    shipped(system).overlays.flatMap((overlay) => overlay.changes),
  );
  const silent = changes.filter(({ standing, reason }) => standing === 'read' && reason === undefined);
  expect(changes.length).toBeGreaterThan(0);
  expect(silent.map(({ permission, role }) => `${permission}/${role}`)).toEqual([]);
});

test.skipIf(skipsDocuments)('every line that these tables cite is there and says something', () => {
  expect(
    citedInVain([...leaks.flatMap(({ cites }) => cites), ...changes.map((change) => change[5])]),
  ).toEqual([]);
});
