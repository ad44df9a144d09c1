import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { User, UserRole } from '../roster/records.ts';
import { classFacts, makeDerivation, orgFacts, personFacts } from './derive.ts';
import type { Membership, OrgFacts } from './facts.ts';
import { shippedRules } from './mapping-rules.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

const mapping = { district: 'd-1', rules: shippedRules, catalogues: shippedCatalogues };
const orgs = (id: string): OrgFacts => ({
  status: 'active',
  type: id.startsWith('s-') ? 'school' : 'district',
});

function aUser(roles: Partial<UserRole>[], more: Partial<User> = {}): User {
  return {
    sourcedId: 'u-17',
    enabledUser: true,
    givenName: 'Given',
    familyName: 'Family',
    email: 'given@example.org',
    roles: roles.map((role) => ({ roleType: 'primary', role: 'teacher', orgId: 's-3', ...role })),
    ...more,
  };
}

const naming = (record: string, agent = 'u-17') => ({ id: record, record, agent });

const teaching: Membership = { classId: 'c-9', schoolId: 's-3', role: 'teacher' };

describe('facts of a person', () => {
  test('hold orgs, memberships and mapped assignments, and no name or address', () => {
    const user = aUser([{ orgId: 's-4' }, { orgId: 's-3' }]);
    const { facts } = personFacts({ user, status: 'active', memberships: [teaching], orgs }, mapping);
    expect(facts).toMatchObject({
      status: 'active',
      enabled: true,
      orgIds: ['s-3', 's-4'],
      memberships: [teaching],
    });
    expect(facts.assignments.map(({ role, scope }) => [role, scope.ids])).toEqual(
      expect.arrayContaining([
        ['teacher', ['s-3']],
        ['teacher', ['s-4']],
      ]),
    );
    expect(JSON.stringify(facts)).not.toMatch(/Given|Family|example/);
  });

  test.each(['suspended', 'tobedeleted'] as const)('who is %s keep the orgs alone', (status) => {
    const user = aUser([{ role: 'principal' }, { role: 'systemAdministrator', orgId: 'o-1' }]);
    expect(personFacts({ user, status, memberships: [teaching], orgs }, mapping).facts).toEqual({
      status,
      enabled: true,
      orgIds: ['o-1', 's-3'],
      memberships: [],
      assignments: [],
      requests: [],
    });
  });

  test.each([
    [['parent'], 'Parent'],
    [['guardian'], 'Guardian'],
    [['relative'], 'Relative'],
    [['relative', 'parent'], 'Parent'],
  ])('who are %s of the roster are %s to the students who name them', (roles, relationship) => {
    const user = aUser(roles.map((role) => ({ role })));
    const tied = { memberships: [], students: ['st-2', 'st-1', 'st-2'].map((id) => naming(id)) };
    expect(personFacts({ user, status: 'active', ...tied, orgs }, mapping).facts.related).toEqual([
      { id: 'st-1', relationship },
      { id: 'st-2', relationship },
    ]);
  });

  test('whom a student names without such a role are related to nobody', () => {
    const tied = { memberships: [], students: [naming('st-1')] };
    const { facts } = personFacts({ user: aUser([{}]), status: 'active', ...tied, orgs }, mapping);
    expect([facts.related, facts.student]).toEqual([undefined, undefined]);
  });

  test.each(['active', 'suspended', 'tobedeleted'] as const)(
    'say who is a student, also of the %s',
    (status) => {
      const user = aUser([{ role: 'teacher' }, { role: 'student', orgId: 's-4' }]);
      expect(personFacts({ user, status, memberships: [], orgs }, mapping).facts.student).toBe(true);
    },
  );

  test('who is not enabled keep everything, for evaluation to deny', () => {
    const user = aUser([{}], { enabledUser: false });
    const { facts } = personFacts({ user, status: 'active', memberships: [teaching], orgs }, mapping);
    expect(facts).toMatchObject({ enabled: false, memberships: [teaching] });
    expect(facts.assignments.map(({ system, role }) => `${system} ${role}`).sort()).toEqual([
      'hmh teacher',
      'imath teacher',
    ]);
  });

  test('hold the year levels of students, sorted, and of nobody else', () => {
    const grades = (role: string, status: 'active' | 'suspended') =>
      personFacts(
        { user: aUser([{ role }], { grades: ['03', '02', '03'] }), status, memberships: [], orgs },
        mapping,
      ).facts.grades;
    expect(grades('student', 'active')).toEqual(['02', '03']);
    expect(grades('student', 'suspended')).toEqual(['02', '03']);
    expect(grades('teacher', 'active')).toBeUndefined();
  });

  test('keep orgs of dated roles apart, with their days', () => {
    const user = aUser([{ orgId: 's-3', endDate: '2026-10-01' }, { orgId: 's-4' }]);
    const { facts } = personFacts({ user, status: 'active', memberships: [], orgs }, mapping);
    expect(facts.orgIds).toEqual(['s-4']);
    expect(facts.datedOrgs).toEqual([{ orgId: 's-3', end: '2026-10-01' }]);
  });

  test('count the primary org where no role there has other dates', () => {
    const facts = (user: User) =>
      personFacts({ user, status: 'active', memberships: [], orgs }, mapping).facts;
    expect(facts(aUser([], { primaryOrgId: 's-3' })).orgIds).toEqual(['s-3']);
    expect(facts(aUser([{ endDate: '2026-10-01' }], { primaryOrgId: 's-3' })).orgIds).toEqual([]);
  });

  test('are equal byte for byte, whatever the order of roles and enrollments', () => {
    const roles = [
      { orgId: 's-4' },
      { orgId: 's-3', beginDate: '2026-08-01' },
      { orgId: 'o-1', role: 'administrator' },
    ];
    const memberships: Membership[] = [
      { role: 'student', schoolId: 's-4', classId: 'c-1', end: '2026-12-01', begin: '2026-08-01' },
      teaching,
      { ...teaching },
      { ...teaching, begin: '2027-01-01' },
    ];
    const json = (r: typeof roles, m: Membership[]) =>
      JSON.stringify(personFacts({ user: aUser(r), status: 'active', memberships: m, orgs }, mapping));
    const expected = json(roles, memberships);
    const shuffled = <T>(items: T[]) => fc.shuffledSubarray(items, { minLength: items.length });
    fc.assert(
      fc.property(shuffled(roles), shuffled(memberships), (r, m) => {
        expect(json(r, m)).toBe(expected);
      }),
    );
  });
});

test('facts of a class are its status and school, those of an org its status, type and parent', () => {
  const record = { sourcedId: 'c-9', title: 'Algebra', classType: 'scheduled', schoolId: 's-3' };
  expect(classFacts(record, 'suspended')).toEqual({ status: 'suspended', schoolId: 's-3' });
  const org = { sourcedId: 's-3', name: 'North', type: 'school', parentId: 'o-1' };
  expect(orgFacts(org, 'active')).toEqual({ status: 'active', type: 'school', parentId: 'o-1' });
});

test('a derivation has another version when its rules are others, and the same for the same', () => {
  const { version } = makeDerivation(mapping);
  expect(makeDerivation({ ...mapping, rules: [...shippedRules] }).version).toBe(version);
  expect(makeDerivation({ ...mapping, rules: shippedRules.slice(1) }).version).not.toBe(version);
  expect(makeDerivation({ ...mapping, catalogues: new Map() }).version).not.toBe(version);
});

describe('what a feed says of two people', () => {
  const adult = aUser([{ role: 'parent' }, { role: 'relative' }], {
    relations: [
      { id: 'b', relationship: 'Relative' },
      { id: 'gone', relationship: 'Parent' },
    ],
  });

  test('counts for those two, the adult’s own role for the others, and nothing for students who do not name them', () => {
    const students = [naming('a'), naming('b')];
    const { facts } = personFacts(
      { user: adult, status: 'active', memberships: [], students, orgs },
      mapping,
    );
    expect(facts.related).toEqual([
      { id: 'a', relationship: 'Parent' },
      { id: 'b', relationship: 'Relative' },
    ]);
  });

  test('counts where the record it speaks of goes by another', () => {
    const students = [{ ...naming('b'), id: 'main' }];
    const { facts } = personFacts(
      { user: adult, status: 'active', memberships: [], students, orgs },
      mapping,
    );
    expect(facts.related).toEqual([{ id: 'main', relationship: 'Relative' }]);
  });

  test('and what role systems ask for is carried on, but not of somebody suspended', () => {
    const user = aUser([], { tags: ['t'], evaluates: ['x'], donor: true, statuses: { '2027': 'Enrolled' } });
    const at = (status: 'active' | 'suspended') =>
      personFacts({ user, status, memberships: [], orgs }, mapping).facts;
    expect(at('active')).toMatchObject({
      tags: ['t'],
      evaluates: ['x'],
      donor: true,
      statuses: { '2027': 'Enrolled' },
    });
    expect(at('suspended')).not.toHaveProperty('tags');
    expect(at('suspended')).not.toHaveProperty('evaluates');
  });
});
