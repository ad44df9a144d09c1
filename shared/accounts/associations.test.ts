import { describe, expect, test } from 'vitest';
import { shippedCatalogues } from '../access/shipped-catalogues.ts';
import { profileOf, roleAssignment } from './account.ts';
import { refusals, type Wanted } from './associations.ts';

const at = {
  district: { id: 'd-1', timeZone: 'UTC', committed: 1, revision: 0, settings: {} },
  today: '2026-11-21',
};

function refused(
  change: { holds?: string[]; roles?: string[]; ledgers?: string[]; schools?: string[] },
  more: { profile?: Wanted['account']['profile']; before?: Partial<Wanted['before']> } = {},
): string[] {
  const { holds = [], roles = [], ledgers = [], schools = [] } = change;
  const account = { id: 'a-1', approved: false, locked: false, profile: more.profile, ledgers, schools };
  const held = holds.map((role) => roleAssignment(role, { id: role, district: 'd-1' }));
  const before = { ledgers: [], schools: [], ...more.before };
  return refusals(shippedCatalogues, at, { account, held, roles, before }).map(({ pointer }) => pointer);
}

const household = { profile: { kind: 'household', id: 'h-1' } } as const;

describe('a ledger', () => {
  test.each(['finance_full', 'finance_read'])('is associated with a user who is %s', (role) => {
    expect(refused({ holds: [role], ledgers: ['l-1'] })).toEqual([]);
  });

  test.each([[[]], [['admin_full', 'staff']]])('is refused to a user who is %j', (holds) => {
    expect(refused({ holds, ledgers: ['l-1', 'l-2'] })).toEqual(['/ledgers/0', '/ledgers/1']);
  });

  test('that is associated already stays when the last Finance role goes, and no other joins it', () => {
    expect(refused({ ledgers: ['l-1', 'l-2'] }, { before: { ledgers: ['l-1'] } })).toEqual(['/ledgers/1']);
  });
});

describe('a school', () => {
  test('is associated with a user of a staff record', () => {
    expect(refused({ schools: ['s-1'] }, { profile: { kind: 'staff', id: 't-1' } })).toEqual([]);
  });

  test('is refused to a parent, and associated with a parent who works at the school', () => {
    expect(refused({ schools: ['s-1'] }, household)).toEqual(['/schools/0']);
    expect(refused({ holds: ['teacher'], schools: ['s-1'] }, household)).toEqual([]);
  });

  test('is refused to a student', () => {
    expect(refused({ schools: ['s-1'] }, { profile: { kind: 'student', id: 'st-1' } })).toEqual([
      '/schools/0',
    ]);
  });
});

test('a role that is calculated, of an attribute, or of no catalogue is refused', () => {
  expect(refused({ roles: ['teacher', 'parent', 'attribute:Choir', 'janitor'] })).toEqual([
    '/roles/1',
    '/roles/2',
    '/roles/3',
  ]);
});

const roster = {
  status: 'active',
  enabled: true,
  orgIds: [],
  memberships: [],
  assignments: [],
  requests: [],
} as const;

test.each([
  [{ student: true as const, related: [{ id: 'st-9', relationship: 'Parent' }] }, 'student'],
  [{ related: [{ id: 'st-9', relationship: 'Guardian' }] }, 'household'],
  [{}, 'staff'],
])('whose roster facts are %j gets a profile of kind %s', (more, kind) => {
  const facts = { ...roster, orgIds: [], memberships: [], assignments: [], requests: [], ...more };
  expect(profileOf({ id: 'u-1', roster: facts, manual: [] })).toEqual({ kind, id: 'u-1' });
});
