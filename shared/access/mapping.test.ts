import { describe, expect, test } from 'vitest';
import type { UserRole } from '../roster/records.ts';
import type { OrgFacts } from './facts.ts';
import { assignmentsFor } from './mapping.ts';
import { shippedRules } from './mapping-rules.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

const orgs = new Map<string, OrgFacts>([
  ['s-3', { status: 'active', type: 'school', parentId: 'o-1' }],
  ['s-4', { status: 'active', type: 'school', parentId: 'o-1' }],
  ['s-5', { status: 'suspended', type: 'school', parentId: 'o-1' }],
  ['o-1', { status: 'active', type: 'district' }],
]);
const mapping = { district: 'd-1', rules: shippedRules, catalogues: shippedCatalogues };

function aRole(role: string, orgId: string, more: Partial<UserRole> = {}): UserRole {
  return { roleType: 'primary', role, orgId, ...more };
}

function given(roles: UserRole[], under = mapping) {
  const { assignments, requests } = assignmentsFor({ userId: 'u-17', roles }, (id) => orgs.get(id), under);
  const words = (all: typeof assignments) =>
    all.map((a) => `${a.system} ${a.role} ${a.scope.type} ${a.scope.ids.join('+')}`).sort();
  return { assignments: words(assignments), requests: words(requests) };
}

const schoolAdministrator = ['hmh school_admin school s-3', 'imath building_administrator school s-3'];

describe('shipped rules', () => {
  test.each([
    ['teacher', 's-3', ['hmh teacher school s-3', 'imath teacher school s-3']],
    ['siteAdministrator', 's-3', schoolAdministrator],
    ['principal', 's-3', schoolAdministrator],
    ['administrator', 's-3', schoolAdministrator],
    ['proctor', 's-3', ['hmh school_assessment_proctor school s-3']],
  ])('make a %s at %s: %s', (role, orgId, expected) => {
    expect(given([aRole(role, orgId)])).toEqual({ assignments: expected, requests: [] });
  });

  test.each([['districtAdministrator'], ['systemAdministrator'], ['administrator']])(
    'ask a person to confirm what a %s of the district would be',
    (role) => {
      const expected = ['hmh district_data_admin district d-1', 'imath district_administrator district d-1'];
      expect(given([aRole(role, 'o-1')])).toEqual({ assignments: [], requests: expected });
    },
  );

  test.each([
    ['student', 's-3'],
    ['guardian', 's-3'],
    ['aide', 's-3'],
    ['teacher', 'o-1'],
    ['principal', 'o-1'],
    ['teacher', 's-5'],
    ['teacher', 'nowhere'],
  ])('give a %s at %s nothing', (role, orgId) => {
    expect(given([aRole(role, orgId)])).toEqual({ assignments: [], requests: [] });
  });

  test('give a person at two schools one assignment for each', () => {
    const { assignments } = given([aRole('teacher', 's-3'), aRole('teacher', 's-4')]);
    expect(assignments).toEqual([
      'hmh teacher school s-3',
      'hmh teacher school s-4',
      'imath teacher school s-3',
      'imath teacher school s-4',
    ]);
  });

  test('give two matching roles at one school one assignment', () => {
    const { assignments } = given([aRole('principal', 's-3'), aRole('siteAdministrator', 's-3')]);
    expect(assignments).toEqual(schoolAdministrator);
  });

  test('let teachers proctor only where a district activates that rule', () => {
    const rules = shippedRules.map((rule) =>
      rule.id === 'hmh-teachers-proctor' ? { ...rule, active: true } : rule,
    );
    const { assignments } = given([aRole('teacher', 's-3')], { ...mapping, rules });
    expect(assignments.toSorted()).toEqual([
      'hmh school_assessment_proctor school s-3',
      'hmh teacher school s-3',
      'imath teacher school s-3',
    ]);
  });

  test('give nothing in a system that has no catalogue', () => {
    expect(shippedRules.some((rule) => rule.give.system === 'imath' && rule.active)).toBe(true);
    expect(given([aRole('teacher', 's-3')], { ...mapping, catalogues: new Map() }).assignments).toEqual([]);
  });
});

describe('a rule that gives a privileged role', () => {
  const privileged = [
    'district_data_admin',
    'district_assessment_system_admin',
    'district_admin_assessment_coordinator',
    'school_data_admin',
  ];

  test.each(privileged)('%s makes a request only', (role) => {
    const rules = [
      {
        id: 'own',
        title: 'Own',
        active: true,
        match: [{ roles: ['teacher'] }],
        give: { system: 'hmh', role },
      },
    ];
    const { assignments, requests } = given([aRole('teacher', 's-3')], { ...mapping, rules });
    expect([assignments.length, requests.length]).toEqual([0, 1]);
  });
});

describe('dates of a role', () => {
  const dated = (...periods: [string | undefined, string | undefined][]) => {
    const roles = periods.map(([beginDate, endDate]) =>
      aRole('teacher', 's-3', {
        ...(beginDate === undefined ? {} : { beginDate }),
        ...(endDate === undefined ? {} : { endDate }),
      }),
    );
    const { assignments } = assignmentsFor({ userId: 'u-17', roles }, (id) => orgs.get(id), mapping);
    return assignments
      .filter(({ system }) => system === 'hmh')
      .map(({ from, until }) => `${from ?? ''}..${until ?? ''}`)
      .toSorted();
  };

  test('become from and until', () => {
    expect(dated(['2026-08-01', '2027-06-30'])).toEqual(['2026-08-01..2027-06-30']);
    expect(dated([undefined, undefined])).toEqual(['..']);
  });

  test('that overlap or touch become one period', () => {
    expect(dated(['2026-08-01', '2026-12-01'], ['2026-12-01', '2027-06-30'])).toEqual([
      '2026-08-01..2027-06-30',
    ]);
    expect(dated(['2026-08-01', '2027-06-30'], ['2026-09-01', '2026-12-01'])).toEqual([
      '2026-08-01..2027-06-30',
    ]);
    expect(dated(['2026-08-01', '2026-12-01'], ['2026-09-01', undefined])).toEqual(['2026-08-01..']);
    expect(dated(['2026-08-01', undefined], ['2027-09-01', '2027-12-01'])).toEqual(['2026-08-01..']);
  });

  test('that leave a gap stay two assignments with ids of their own', () => {
    expect(dated(['2026-08-01', '2026-10-01'], ['2026-12-01', undefined])).toEqual([
      '2026-08-01..2026-10-01',
      '2026-12-01..',
    ]);
  });

  test('that hold no day give nothing', () => {
    expect(dated(['2026-08-01', '2026-08-01'])).toEqual([]);
  });
});

describe('an assignment id', () => {
  const idOf = (userId: string, orgId: string, district = 'd-1') =>
    assignmentsFor({ userId, roles: [aRole('teacher', orgId)] }, (id) => orgs.get(id), {
      ...mapping,
      district,
    }).assignments[0]?.id;

  test('is the same on every run, and another for another user, school or district', () => {
    const ids = [idOf('u-17', 's-3'), idOf('u-18', 's-3'), idOf('u-17', 's-4'), idOf('u-17', 's-3', 'd-2')];
    expect(new Set(ids).size).toBe(4);
    expect(idOf('u-17', 's-3')).toBe(ids[0]);
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
  });

  test('does not change with the dates of the role', () => {
    const roles = [aRole('teacher', 's-3', { beginDate: '2026-08-01' })];
    const { assignments } = assignmentsFor({ userId: 'u-17', roles }, (id) => orgs.get(id), mapping);
    expect(assignments[0]?.id).toBe(idOf('u-17', 's-3'));
  });
});

describe('two imath roles at one school', () => {
  const told = (roles: UserRole[]) => {
    const { assignments, requests, conflicts } = assignmentsFor(
      { userId: 'u-17', roles },
      (id) => orgs.get(id),
      mapping,
    );
    const words = ({ role, scope }: (typeof assignments)[number]) => `${role} ${scope.ids.join('+')}`;
    const imath = [...assignments, ...requests].filter(({ system }) => system === 'imath').map(words);
    return {
      imath: imath.sort(),
      conflicts: conflicts.map(({ kept, dropped }) => `${words(kept)} over ${words(dropped)}`),
    };
  };

  test('are never a union: the first stays, and the other is a conflict', () => {
    expect(told([aRole('teacher', 's-3'), aRole('principal', 's-3')])).toEqual({
      imath: ['building_administrator s-3'],
      conflicts: ['building_administrator s-3 over teacher s-3'],
    });
    expect(told([aRole('teacher', 's-3'), aRole('systemAdministrator', 's-3')])).toEqual({
      imath: ['district_administrator d-1'],
      conflicts: ['district_administrator d-1 over teacher s-3'],
    });
  });

  test('are no conflict at two schools, in the district beside a school, or one after the other', () => {
    const both = [
      [aRole('teacher', 's-3'), aRole('principal', 's-4')],
      [aRole('teacher', 's-3'), aRole('districtAdministrator', 'o-1')],
      [
        aRole('principal', 's-3', { endDate: '2026-12-01' }),
        aRole('teacher', 's-3', { beginDate: '2026-12-01' }),
      ],
    ];
    for (const roles of both) {
      expect(told(roles).conflicts).toEqual([]);
      expect(told(roles).imath).toHaveLength(2);
    }
  });
});
