import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  ask,
  atSchool,
  facts,
  inDistrict,
  theUser,
  today,
} from '../../test/builders/access-facts.ts';
import type { Assignment, Person } from './facts.ts';

describe('role.effective', () => {
  const asker = aPerson('u-1');
  const effective = (person: Person, role: unknown, by = asker) =>
    ask(facts(by, theUser(person)), 'hmh:role.effective', { role });

  test('is allowed exactly to those who hold the role now, whoever asks', () => {
    const proctor = aPerson('u-2', {}, [anAssignment('school_assessment_proctor', atSchool('s-3'))]);
    expect(effective(proctor, 'school_assessment_proctor').decision).toBe(true);
    expect(effective(proctor, 'hmh:school_assessment_proctor').reason).toMatchObject({
      row: 'hmh:role.effective/school_assessment_proctor',
      source: '001:55',
      path: ['u-2 is hmh school_assessment_proctor at s-3'],
    });
    expect(effective(proctor, 'teacher').reason.code).toBe('no-role');
    expect(effective(proctor, 'nsc:ftp').reason.code).toBe('no-role');
    expect(effective(proctor, 'school_assessment_proctor', aPerson('u-1', { enabled: false })).decision).toBe(
      true,
    );
  });

  test('is denied outside the dates, to inactive people, and for a role that only waits for confirmation', () => {
    const held = (more: Partial<Assignment>) => [anAssignment('teacher', atSchool('s-3'), more)];
    expect(effective(aPerson('u-2', {}, held({ until: today })), 'teacher').reason.code).toBe('expired');
    expect(effective(aPerson('u-2', {}, held({ from: '2027-01-01' })), 'teacher').reason.code).toBe(
      'not-effective',
    );
    expect(effective(aPerson('u-2', { status: 'suspended' }, held({})), 'teacher').reason.code).toBe(
      'suspended',
    );
    const requests = [anAssignment('district_data_admin', inDistrict)];
    expect(effective(aPerson('u-2', { requests }), 'district_data_admin').reason.code).toBe('no-role');
  });

  test('needs a role to ask about, and a user', () => {
    expect(effective(asker, undefined).reason.code).toBe('rule');
    expect(ask(facts(asker, aClass('c-9')), 'hmh:role.effective', { role: 'teacher' }).reason.code).toBe(
      'rule',
    );
  });
});
