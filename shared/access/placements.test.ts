import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  aSchool,
  aStudent,
  ask,
  atSchool,
  enrolled,
  facts,
  inDistrict,
  theDistrict,
  theUser,
  today,
} from '../../test/builders/access-facts.ts';
import type { Assignment, ResourceFacts } from './facts.ts';

describe('scopes', () => {
  const schoolAdmin = aPerson('u-1', {}, [anAssignment('school_data_admin', atSchool('s-3', 's-5'))]);
  const account = (id: string, ...schools: string[]) =>
    theUser({ id, manual: schools.map((school) => anAssignment('school_admin', atSchool(school))) });
  const holding = (more: Partial<Assignment>) =>
    theUser({ id: 'u-4', manual: [anAssignment('teacher', atSchool('s-3'), more)] });

  test.each<[string, ResourceFacts, string]>([
    ['its school', aSchool('s-3'), 'allowed'],
    ['another of its schools', aSchool('s-5'), 'allowed'],
    ['no other school', aSchool('s-4'), 'out-of-scope'],
    ['a class there', aClass('c-9'), 'allowed'],
    ['no class elsewhere', aClass('c-8', 's-4'), 'out-of-scope'],
    ['a student enrolled there', aStudent('st-1', 'c-9'), 'allowed'],
    ['no student of nowhere', aStudent('st-2'), 'out-of-scope'],
    ['a person who belongs there', theUser(aPerson('u-3', { orgIds: ['s-5'] })), 'allowed'],
    [
      'a colleague who teaches there',
      theUser(aPerson('u-3', { memberships: [enrolled('c-9', 'teacher')] })),
      'allowed',
    ],
    ['an account with a role there', account('u-4', 's-3'), 'allowed'],
    [
      'an account with a class there that they no longer teach',
      theUser(
        aPerson('u-4', { memberships: [enrolled('c-9', 'teacher', { end: today })] }, [
          anAssignment('teacher', { type: 'class', ids: ['c-9'] }),
        ]),
      ),
      'allowed',
    ],
    ['no account with a role elsewhere', account('u-4', 's-4'), 'out-of-scope'],
    ['no account whose role there has ended', holding({ until: today }), 'out-of-scope'],
    ['no account with a role there in another system', holding({ system: 'imath' }), 'out-of-scope'],
    ['not the whole district', theDistrict, 'out-of-scope'],
  ])('of a school hold %s', (_, resource, code) => {
    expect(ask(facts(schoolAdmin, resource), 'hmh:roster.view').reason.code).toBe(code);
  });

  test('of a school hold a suspended student by their own org', () => {
    const person = aPerson('st-1', { status: 'suspended', orgIds: ['s-3'] });
    expect(ask(facts(schoolAdmin, { type: 'student', id: 'st-1', person }), 'hmh:roster.view').decision).toBe(
      true,
    );
  });

  test('of a school hold a person on the days of a dated role only', () => {
    const datedOrgs = [{ orgId: 's-3', end: '2026-10-01' }];
    const left = theUser(aPerson('u-3', { datedOrgs }));
    expect(ask(facts(schoolAdmin, left), 'hmh:roster.view').reason.code).toBe('out-of-scope');
    const here = theUser(aPerson('u-3', { datedOrgs: [{ orgId: 's-3', end: '2026-11-01' }] }));
    expect(ask(facts(schoolAdmin, here), 'hmh:roster.view').decision).toBe(true);
  });

  test('of a district hold everything in it, and nothing of another district', () => {
    const mine = aPerson('u-1', {}, [anAssignment('district_data_admin', inDistrict)]);
    const other = aPerson('u-1', {}, [
      anAssignment('district_data_admin', { type: 'district', ids: ['d-2'] }),
    ]);
    for (const resource of [
      theDistrict,
      aSchool('s-4'),
      aClass('c-8', 's-4'),
      aStudent('st-2'),
      account('u-4'),
    ]) {
      expect(ask(facts(mine, resource), 'hmh:roster.view').decision).toBe(true);
      expect(ask(facts(other, resource), 'hmh:roster.view').reason.code).toBe('out-of-scope');
    }
  });

  test('follow stored facts where a property contradicts them', () => {
    const claims = { schoolId: 's-3', school: 's-3', orgId: 's-3' };
    expect(ask(facts(schoolAdmin, aClass('c-8', 's-4')), 'hmh:roster.view', claims).reason.code).toBe(
      'out-of-scope',
    );
  });
});
