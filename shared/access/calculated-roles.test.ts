import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calculatedRoles, type Recorded } from './calculated-roles.ts';
import { profileKinds } from './facts.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

const pcr = shippedCatalogues.get('pcr');
const district = { id: 'd-1', schoolYear: '2027' };

function rolesOf(person: Recorded, at: Partial<typeof district> = district): string[] {
  return pcr ? calculatedRoles(pcr, person, { id: 'd-1', ...at }).map(({ role }) => role) : [];
}

const year = fc.constantFrom('2026', '2027');
const status = fc.dictionary(year, fc.constantFrom('Enrolled', 'Withdrawn'));
const relationship = fc.constantFrom('Parent', 'Guardian');
const recorded: fc.Arbitrary<Recorded> = fc
  .record({
    kind: fc.constantFrom(...profileKinds),
    students: fc.array(fc.record({ id: fc.constantFrom('st-1', 'st-2'), relationship, status }), {
      maxLength: 3,
    }),
    applicants: fc.array(
      fc.record({ id: fc.constantFrom('a-1'), relationship, status: fc.constantFrom('Inquiry', 'Copied') }),
      { maxLength: 2 },
    ),
    own: status,
    evaluates: fc.subarray(['a-1', 'a-2']),
    attributes: fc.array(fc.record({ name: fc.constantFrom('Choir', 'Band') }), { maxLength: 2 }),
  })
  .map(({ kind, students, applicants, own, ...others }) => ({
    id: 'u-1',
    login: { approved: true, locked: false, ledgers: [], schools: [], profile: { kind, id: 'r-1' } },
    records: { student: { id: 'st-1', status: own }, household: { students, applicants }, ...others },
  }));

describe('calculated roles', () => {
  test('follow the records alone, each by its own rule', () => {
    fc.assert(
      fc.property(recorded, (person) => {
        const kind = person.login?.profile?.kind;
        const { student, household, evaluates = [], attributes = [] } = person.records ?? {};
        const held = rolesOf(person);
        const isEnrolled = (one: { status: Record<string, string> } | undefined) =>
          one?.status['2027'] === 'Enrolled';
        expect(held.includes('student')).toBe(kind === 'student' && isEnrolled(student));
        expect(held.includes('parent')).toBe(
          kind === 'household' &&
            (household?.students ?? []).some((one) => one.relationship === 'Parent' && isEnrolled(one)),
        );
        expect(held.includes('applicant')).toBe(
          kind === 'household' &&
            (household?.applicants ?? []).some(
              (one) => one.relationship === 'Parent' && one.status !== 'Copied',
            ),
        );
        expect(held.includes('admissions_evaluator')).toBe(evaluates.length > 0);
        for (const name of ['Choir', 'Band']) {
          const has = kind !== 'staff' && attributes.some((one) => one.name === name);
          expect(held.filter((role) => role === `attribute:${name}`)).toHaveLength(has ? 1 : 0);
        }
      }),
    );
  });

  test('of students and parents end with the year, and are none where no year is known', () => {
    fc.assert(
      fc.property(recorded, (person) => {
        const { student, household } = person.records ?? {};
        const all = [student, ...(household?.students ?? [])];
        fc.pre(all.every((one) => one?.status['2028'] === undefined));
        for (const at of [{ schoolYear: '2028' }, {}]) {
          expect(rolesOf(person, at)).not.toContain('student');
          expect(rolesOf(person, at)).not.toContain('parent');
        }
      }),
    );
  });

  test('are none without a login, and none in a system that calculates none', () => {
    const hmh = shippedCatalogues.get('hmh');
    fc.assert(
      fc.property(recorded, ({ login: _, ...person }) => {
        expect(rolesOf(person)).toEqual([]);
        expect(hmh ? calculatedRoles(hmh, { ...person, ...loginOnly }, district) : undefined).toEqual([]);
      }),
    );
  });
});

const loginOnly = { login: { approved: true, locked: false, ledgers: [], schools: [] } };
