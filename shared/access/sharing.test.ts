import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import type { Assignment, CheckFacts, Person, PersonFacts } from './facts.ts';
import { type Sharing, sharedCatalogues, sharedFacts, sharedPerson } from './sharing.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

const today = '2026-11-21';
const schools = ['s-1', 's-2', 's-3'];
const district = { id: 'd-1', timeZone: 'UTC', committed: 1, revision: 0, settings: {} };

const person = (id: string, roster: Partial<PersonFacts>, manual: Assignment[] = []): Person => ({
  id,
  manual,
  roster: {
    status: 'active',
    enabled: true,
    orgIds: [],
    memberships: [],
    assignments: [],
    requests: [],
    ...roster,
  },
});
const held = (role: string, type: 'school' | 'district', ids: string[]): Assignment => ({
  id: `of-${role}`,
  system: 'hmh',
  role,
  scope: { type, ids },
  source: 'manual',
});

const someSchools = fc.subarray(schools);
const someone = fc
  .record({
    orgIds: someSchools,
    taught: someSchools,
    admin: fc.subarray(schools, { minLength: 1 }),
    role: fc.constantFrom('school_data_admin', 'school_admin', 'school_assessment_coordinator'),
    isDistrictWide: fc.boolean(),
  })
  .map(({ orgIds, taught, admin, role, isDistrictWide }) =>
    person(
      'u-1',
      {
        orgIds,
        memberships: taught.map((schoolId) => ({ classId: `c-${schoolId}`, schoolId, role: 'teacher' })),
        assignments: taught.map((schoolId) => held('teacher', 'school', [schoolId])),
      },
      [
        held(role, 'school', admin),
        ...(isDistrictWide ? [held('district_data_admin', 'district', ['d-1'])] : []),
      ],
    ),
  );

test('of what is shared a limited client hears the same decisions, and of the rest that it is unknown', () => {
  const permissions = [...(shippedCatalogues.get('hmh')?.rows ?? [])].map(({ permission }) => permission);
  fc.assert(
    fc.property(
      someone,
      fc.subarray(schools, { minLength: 1 }),
      fc.constantFrom(...schools),
      fc.constantFrom(...permissions),
      fc.boolean(),
      (subject, shared, schoolId, permission, isClass) => {
        const id = isClass ? `c-${schoolId}` : schoolId;
        const facts: CheckFacts = {
          district,
          subject,
          resource: isClass
            ? { type: 'class', id, class: { status: 'active', schoolId } }
            : { type: 'school', id, org: { status: 'active', type: 'school' } },
        };
        const question = {
          subject: { type: 'user', id: 'u-1' },
          action: { name: `hmh:${permission}` },
          resource: { type: isClass ? 'class' : 'school', id, properties: { platform: 'Ed' } },
        };
        const whole = evaluate(shippedCatalogues, facts, question, { today, explain: true });
        const sharing: Sharing = { schools: shared };
        const limited = evaluate(shippedCatalogues, sharedFacts(sharing, facts), question, {
          today,
          explain: true,
        });
        const isSeen = shared.includes(schoolId) && sharedPerson(sharing, subject) !== undefined;
        expect(limited.decision).toBe(isSeen && whole.decision);
        const words = JSON.stringify(limited.reason);
        for (const other of schools.filter((one) => !shared.includes(one) && one !== schoolId))
          expect(words).not.toContain(other);
      },
    ),
    { numRuns: 500 },
  );
});

test('a system that is not shared does not exist', () => {
  const shared = sharedCatalogues({ systems: ['imath'] }, shippedCatalogues);
  expect([...shared.keys()]).toEqual(['imath']);
  const facts: CheckFacts = { district, subject: person('u-1', {}) };
  const question = {
    subject: { type: 'user', id: 'u-1' },
    action: { name: 'hmh:roster.view' },
    resource: { type: 'district', id: 'd-1' },
  };
  expect(evaluate(shared, facts, question, { today }).reason.code).toBe('unknown-action');
});

test('students of other grades are unknown, whoever asks for them by whatever name', () => {
  const student = person('st-1', { orgIds: ['s-1'], student: true, grades: ['08'] });
  const facts: CheckFacts = {
    district,
    subject: person('u-1', { orgIds: ['s-1'] }),
    resource: { type: 'student', id: 'st-1', person: student },
    more: { persons: new Map([['st-1', student]]) },
  };
  const seventh = sharedFacts({ grades: ['7'] }, facts);
  expect([seventh.resource, seventh.more?.persons?.size]).toEqual([undefined, 0]);
  expect(seventh.subject).toBeDefined();
  const eighth = sharedFacts({ grades: ['8'] }, facts);
  expect([eighth.resource?.id, eighth.more?.persons?.size]).toEqual(['st-1', 1]);
});
