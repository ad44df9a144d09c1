import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  aSchool,
  aSetting,
  aStudent,
  ask,
  aTeacher,
  atSchool,
  enrolled,
  facts,
  inDistrict,
  theDistrict,
  theUser,
  viewing,
} from '../../test/builders/access-facts.ts';
import type { ResourceFacts } from './facts.ts';

describe('an assigned class', () => {
  test('needs the part of a teacher, not any enrollment', () => {
    const memberships = [enrolled('c-9', 'student')];
    const subject = aPerson('u-17', { memberships, assignments: [anAssignment('teacher', atSchool('s-3'))] });
    expect(ask(facts(subject, aClass('c-9')), 'hmh:license.ed').reason.code).toBe('condition');
  });

  test('reaches the students enrolled in it today, and nobody else', () => {
    expect(
      ask(facts(aTeacher('c-9'), aStudent('st-1', 'c-9')), 'hmh:report.assessment').reason,
    ).toMatchObject({
      code: 'allowed',
      path: [
        'u-17 is hmh teacher at s-3',
        'st-1 is enrolled at s-3',
        'u-17 is assigned to c-9',
        'st-1 is enrolled in c-9',
      ],
    });
    const colleague = aPerson('u-18', { memberships: [enrolled('c-9', 'teacher')], orgIds: ['s-3'] });
    const asStudent: ResourceFacts = { type: 'student', id: 'u-18', person: colleague };
    expect(ask(facts(aTeacher('c-9'), asStudent), 'hmh:report.assessment').reason.code).toBe('condition');
    expect(ask(facts(aTeacher('c-9'), aStudent('st-2', 'c-8')), 'hmh:report.assessment').reason.code).toBe(
      'condition',
    );
  });

  test('reaches no student through a class of a school where the teacher holds no role', () => {
    const away = { schoolId: 's-4' };
    const subject = aPerson('u-17', {
      memberships: [enrolled('c-8', 'teacher', away)],
      assignments: [anAssignment('teacher', atSchool('s-3'))],
    });
    const person = aPerson('st-1', { orgIds: ['s-3'], memberships: [enrolled('c-8', 'student', away)] });
    const { reason } = ask(facts(subject, { type: 'student', id: 'st-1', person }), 'hmh:report.assessment');
    expect(reason.code).toBe('condition');
  });

  test('loses a student who moved to another school', () => {
    const memberships = [
      enrolled('c-9', 'student', { end: '2026-10-01' }),
      enrolled('c-8', 'student', { schoolId: 's-4', begin: '2026-10-01' }),
    ];
    const moved: ResourceFacts = { type: 'student', id: 'st-1', person: aPerson('st-1', { memberships }) };
    expect(ask(facts(aTeacher('c-9'), moved), 'hmh:report.assessment').reason.code).toBe('out-of-scope');
    const principals = ['s-3', 's-4'].map((school) =>
      aPerson('u-1', {}, [anAssignment('school_data_admin', atSchool(school))]),
    );
    const answers = principals.map((one) => ask(facts(one, moved), 'hmh:report.assessment').decision);
    expect(answers).toEqual([false, true]);
  });

  test('is none where the class is suspended', () => {
    const known = facts(aTeacher('c-9'), aClass('c-9', 's-3', 'suspended'));
    const { reason } = ask(known, 'hmh:license.ed');
    expect(reason.code).toBe('condition');
    expect(reason.message).toContain('class c-9 is suspended');
  });

  test('is not a school, a district or a colleague', () => {
    const colleague = aPerson('u-18', { orgIds: ['s-3'] });
    for (const resource of [aSchool('s-3'), theUser(colleague)]) {
      expect(ask(facts(aTeacher('c-9'), resource), 'hmh:report.assessment').reason).toMatchObject({
        code: 'condition',
        message: expect.stringContaining(`not for ${resource.type} ${resource.id}`),
      });
    }
    expect(ask(facts(aTeacher('c-9'), theDistrict), 'hmh:report.assessment').reason.code).toBe(
      'out-of-scope',
    );
  });
});

describe('a setting', () => {
  test('that a district turned off takes the grant away', () => {
    const resource = aClass('c-9');
    expect(ask(facts(aTeacher('c-9'), resource, viewing), 'hmh:roster.view').decision).toBe(true);
    const { reason } = ask(
      facts(aTeacher('c-9'), resource, { 'hmh.teacher.roster.view': false }),
      'hmh:roster.view',
    );
    expect(reason).toMatchObject({
      code: 'condition',
      message: 'Is a teacher at school s-3, but setting hmh.teacher.roster.view is off in district d-1.',
    });
  });

  test('is changed by a district data administrator and nobody below', () => {
    const setting = aSetting('hmh.teacher.roster.view');
    const admin = aPerson('u-1', {}, [anAssignment('district_data_admin', inDistrict)]);
    expect(ask(facts(admin, setting), 'hmh:setting.change').decision).toBe(true);
    expect(ask(facts(aTeacher('c-9'), setting), 'hmh:setting.change').reason.code).toBe('no-role');
  });

  test('that no catalogue declares is unknown', () => {
    const admin = aPerson('u-1', {}, [anAssignment('district_data_admin', inDistrict)]);
    for (const id of [
      'hmh.teacher.roster.delete',
      'hmh.school_data_admin.roster.bulk_import',
      'constructor',
    ]) {
      expect(ask(facts(admin, aSetting(id)), 'hmh:setting.change').reason.code).toBe('unknown-resource');
    }
  });
});
