import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  ask,
  asking,
  aTeacher,
  atSchool,
  enrolled,
  facts,
  inDistrict,
  today,
  viewing,
} from '../../test/builders/access-facts.ts';
import { evaluate } from './evaluate.ts';
import type { Person, ResourceFacts } from './facts.ts';
import { parseCatalogue } from './parse-catalogue.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

describe('an answer', () => {
  test('explains a teacher’s grant line by line, as the contract has it', () => {
    expect(ask(facts(aTeacher('c-9'), aClass('c-9'), viewing), 'hmh:roster.view')).toEqual({
      decision: true,
      reason: {
        code: 'allowed',
        assignment: 'teacher@s-3',
        row: 'hmh:roster.view/teacher',
        source: '001:141',
        message: 'Is a teacher at school s-3, which allows hmh:roster.view.',
        path: [
          'u-17 is hmh teacher at s-3',
          'c-9 is in s-3',
          'u-17 is assigned to c-9',
          'granted by d-1 setting',
        ],
        missed: [],
      },
    });
  });

  test('has no path and no misses unless it was asked to explain', () => {
    const known = facts(aTeacher('c-9'), aClass('c-9'), viewing);
    const { reason } = evaluate(shippedCatalogues, known, asking(known, 'hmh:roster.view'), { today });
    expect(reason).not.toHaveProperty('path');
    expect(reason).not.toHaveProperty('missed');
  });

  test('names the class that a teacher misses', () => {
    const { decision, reason } = ask(facts(aTeacher('c-8'), aClass('c-9'), viewing), 'hmh:roster.view');
    expect(decision).toBe(false);
    expect(reason).toMatchObject({
      code: 'condition',
      assignment: 'teacher@s-3',
      row: 'hmh:roster.view/teacher',
      source: '001:141',
      message: 'Is a teacher at school s-3, but not of class c-9.',
      path: ['u-17 is hmh teacher at s-3', 'c-9 is in s-3', 'granted by d-1 setting'],
    });
  });

  test('names who may, where the subject holds nothing of the system', () => {
    const { reason } = ask(facts(aPerson('u-1'), aClass('c-9')), 'hmh:event.manage');
    expect(reason).toMatchObject({
      code: 'no-role',
      row: 'hmh:event.manage',
      source: '001:351',
      message:
        'Has no hmh role; hmh:event.manage is for district data administrator or school assessment coordinator.',
    });
  });

  test('names the row where the role held has no cell', () => {
    const { reason } = ask(facts(aTeacher('c-9'), aClass('c-9')), 'hmh:event.manage');
    expect(reason).toMatchObject({
      code: 'no-role',
      assignment: 'teacher@s-3',
      row: 'hmh:event.manage/teacher',
    });
  });

  test('mentions a request that waits for confirmation', () => {
    const request = anAssignment('district_data_admin', inDistrict, { id: 'q-1' });
    const { decision, reason } = ask(
      facts(aPerson('u-1', { requests: [request] }), aClass('c-9')),
      'hmh:roster.view',
    );
    expect(decision).toBe(false);
    expect(reason.missed).toContain(
      'Would be a district data administrator of district d-1; request q-1 waits for confirmation.',
    );
  });

  test('puts the assignment that came furthest first', () => {
    const subject = aPerson('u-1', {}, [
      anAssignment('school_data_admin', atSchool('s-4')),
      anAssignment('district_data_admin', inDistrict, { until: '2026-10-01' }),
      anAssignment('school_admin', atSchool('s-3')),
      anAssignment('school_assessment_proctor', atSchool('s-3')),
    ]);
    const { reason } = ask(facts(subject, aClass('c-9')), 'hmh:roster.view');
    expect(reason.code).toBe('expired');
    expect(reason.missed).toEqual([
      'Was a district data administrator of district d-1 until 2026-10-01.',
      'Is a school administrator at school s-3, but no platform is named, and the task is for Ed or Flight only.',
      'Is a school data administrator at school s-4, but class c-9 is in school s-3.',
      expect.stringContaining(
        'Is a school assessment proctor at school s-3; hmh:roster.view is not for that role',
      ),
    ]);
  });
});

describe('pairs of role and scope', () => {
  test('never lend one role the scope of another', () => {
    const subject = aPerson('u-1', {}, [
      anAssignment('school_data_admin', atSchool('s-3')),
      anAssignment('school_assessment_proctor', atSchool('s-4')),
    ]);
    const inOther = facts(subject, aClass('c-8', 's-4'));
    expect(ask(inOther, 'hmh:roster.manual_manage').reason.code).toBe('out-of-scope');
    expect(ask(inOther, 'hmh:assessment.proctor').decision).toBe(true);
    expect(ask(facts(subject, aClass('c-9')), 'hmh:roster.manual_manage').decision).toBe(true);
    expect(ask(facts(subject, aClass('c-9')), 'hmh:assessment.proctor').reason.code).toBe('out-of-scope');
  });

  test('let a person work at two schools, in their own classes of each', () => {
    const memberships = [enrolled('c-9', 'teacher'), enrolled('c-8', 'teacher', { schoolId: 's-4' })];
    const assignments = ['s-3', 's-4'].map((school) => anAssignment('teacher', atSchool(school)));
    const subject = aPerson('u-17', { memberships, assignments });
    expect(ask(facts(subject, aClass('c-9')), 'hmh:license.ed').reason.assignment).toBe('teacher@s-3');
    expect(ask(facts(subject, aClass('c-8', 's-4')), 'hmh:license.ed').reason.assignment).toBe('teacher@s-4');
    expect(ask(facts(subject, aClass('c-7', 's-4')), 'hmh:license.ed').reason.code).toBe('condition');
  });

  test('keep a teacher out of a class of a school where they hold no role', () => {
    const memberships = [enrolled('c-8', 'teacher', { schoolId: 's-4' })];
    const subject = aPerson('u-17', { memberships, assignments: [anAssignment('teacher', atSchool('s-3'))] });
    expect(ask(facts(subject, aClass('c-8', 's-4')), 'hmh:license.ed').reason.code).toBe('out-of-scope');
  });

  test('give nothing in another system', () => {
    const subject = aPerson('u-1', {}, [
      anAssignment('district_data_admin', inDistrict, { system: 'imath' }),
    ]);
    expect(ask(facts(subject, aClass('c-9')), 'hmh:roster.view').reason.code).toBe('no-role');
  });

  test('give nothing for a scope that the role is not given for', () => {
    const subject = aPerson('u-1', {}, [anAssignment('school_data_admin', inDistrict)]);
    expect(ask(facts(subject, aClass('c-9')), 'hmh:roster.view').reason.code).toBe('not-effective');
  });
});

describe('dates', () => {
  test.each([
    ['from today on', { from: today }, 'allowed'],
    ['until tomorrow', { until: '2026-10-16' }, 'allowed'],
    ['until today, which is exclusive', { until: today }, 'expired'],
    ['from tomorrow', { from: '2026-10-16' }, 'not-effective'],
  ])('of an assignment %s are kept', (_, dates, code) => {
    const subject = aPerson('u-1', {}, [anAssignment('district_data_admin', inDistrict, dates)]);
    expect(ask(facts(subject, aClass('c-9')), 'hmh:roster.view').reason.code).toBe(code);
  });

  test.each([
    ['begins today', { begin: today }, 'allowed'],
    ['begins tomorrow', { begin: '2026-10-16' }, 'condition'],
    ['ends today, which is exclusive', { end: today }, 'condition'],
    ['ends tomorrow', { end: '2026-10-16' }, 'allowed'],
  ])('of an enrollment that %s are kept', (_, dates, code) => {
    const subject = aPerson('u-17', {
      memberships: [enrolled('c-9', 'teacher', dates)],
      assignments: [anAssignment('teacher', atSchool('s-3'))],
    });
    expect(ask(facts(subject, aClass('c-9')), 'hmh:license.ed').reason.code).toBe(code);
  });

  test('of an ended enrollment stand in the words', () => {
    const subject = aPerson('u-17', {
      memberships: [enrolled('c-9', 'teacher', { end: '2026-10-01' })],
      assignments: [anAssignment('teacher', atSchool('s-3'))],
    });
    const { reason } = ask(facts(subject, aClass('c-9')), 'hmh:license.ed');
    expect(reason.message).toBe('Is a teacher at school s-3, but not of class c-9 since 2026-10-01.');
  });
});

describe('whoever is inactive', () => {
  const admin = [anAssignment('district_data_admin', inDistrict)];

  test.each([
    ['suspended', { status: 'suspended' as const }],
    ['marked tobedeleted', { status: 'tobedeleted' as const }],
    ['not enabled', { enabled: false }],
  ])('because they are %s is denied what a role would give', (_, roster) => {
    const { decision, reason } = ask(facts(aPerson('u-1', roster, admin), aClass('c-9')), 'hmh:roster.view');
    expect(decision).toBe(false);
    expect(reason).toMatchObject({ code: 'suspended', row: 'hmh:roster.view/district_data_admin' });
  });

  test('is not an account without a roster person', () => {
    expect(ask(facts({ id: 'u-1', manual: admin }, aClass('c-9')), 'hmh:roster.view').decision).toBe(true);
  });
});

test('a role that needs a web ID is not effective before its holder has one', () => {
  const custom = parseCatalogue(
    {
      system: 'library',
      title: 'Library',
      document: { id: 'lib', title: 'Library rules' },
      scopes: ['account'],
      roles: [
        {
          id: 'keeper',
          label: 'Keeper',
          scope: 'account',
          privileged: false,
          needsWebId: true,
          source: ['lib:1'],
        },
      ],
      settings: [],
      rows: [
        {
          permission: 'shelf.edit',
          task: 'Edit shelves',
          resources: ['account'],
          source: ['lib:2'],
          standing: 'printed',
          cells: { keeper: 'allow' },
        },
      ],
      overlays: [],
    },
    'library.json',
  );
  const keeper = aPerson('u-1', {}, [
    anAssignment('keeper', { type: 'account', ids: ['o-1'] }, { system: 'library' }),
  ]);
  const org: ResourceFacts = { type: 'account', id: 'o-1', org: { status: 'active', type: 'district' } };
  const answer = (subject: Person) => {
    const known = facts(subject, org);
    return evaluate(new Map([['library', custom]]), known, asking(known, 'library:shelf.edit'), { today });
  };
  expect(answer(keeper).reason.code).toBe('not-effective');
  expect(answer({ ...keeper, webId: 'k-1' }).decision).toBe(true);
});
