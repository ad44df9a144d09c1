import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import type { Assignment, CheckFacts, Person, PersonFacts, ResourceFacts } from './facts.ts';
import { inSeason } from './seasons.ts';
import { sharedCatalogues, sharedFacts } from './sharing.ts';
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

const ofClass = (classId: string): Assignment => ({
  id: `of-${classId}`,
  system: 'imath',
  role: 'teacher',
  scope: { type: 'class', ids: [classId] },
  source: 'manual',
});
const over = { end: '2026-11-01' };

const someSchools = fc.subarray(schools);
const someone = fc
  .record({
    orgIds: someSchools,
    taught: someSchools,
    isTaughtOver: fc.boolean(),
    admin: someSchools,
    role: fc.constantFrom('school_data_admin', 'school_admin', 'school_assessment_coordinator'),
    isDistrictWide: fc.boolean(),
    byClass: someSchools,
  })
  .map(({ orgIds, taught, isTaughtOver, admin, role, isDistrictWide, byClass }) =>
    person(
      'u-1',
      {
        orgIds,
        memberships: taught.map((schoolId) => ({
          classId: `c-${schoolId}`,
          schoolId,
          role: 'teacher',
          ...(isTaughtOver ? over : {}),
        })),
        assignments: taught.map((schoolId) => held('teacher', 'school', [schoolId])),
      },
      [
        ...(admin.length === 0 ? [] : [held(role, 'school', admin)]),
        ...(isDistrictWide ? [held('district_data_admin', 'district', ['d-1'])] : []),
        ...byClass.map((schoolId) => ofClass(`c-${schoolId}`)),
      ],
    ),
  );

/** Of one school, so that whatever allows something on it is of that school or of the whole district. */
const something = fc
  .record({
    type: fc.constantFrom('school' as const, 'class' as const, 'student' as const),
    schoolId: fc.constantFrom(...schools),
    isOwnOrg: fc.boolean(),
    isOver: fc.boolean(),
  })
  .map(({ type, schoolId, isOwnOrg, isOver }) => {
    const classId = `c-${schoolId}`;
    const enrolled = { classId, schoolId, role: 'student', ...(isOver ? over : {}) };
    const student = { student: true as const, orgIds: isOwnOrg ? [schoolId] : [], memberships: [enrolled] };
    const resources: Record<typeof type, ResourceFacts> = {
      school: { type: 'school', id: schoolId, org: { status: 'active', type: 'school' } },
      class: { type: 'class', id: classId, class: { status: 'active', schoolId } },
      student: { type: 'student', id: 'st-1', person: person('st-1', student) },
    };
    return { schoolId, resource: resources[type], isThere: type !== 'student' || isOwnOrg || !isOver };
  });

/** Whether the facts say which school a class is of. */
function knownTo({ roster, classId }: { roster?: PersonFacts | undefined; classId: string | undefined }) {
  const known = [classId, ...(roster?.memberships ?? []).map((one) => one.classId)];
  return (id: string) => known.includes(id);
}

/** Whether the subject is of a shared school today, or holds a role there, as far as the resource says where its class is. */
function isHere({ roster, manual }: Person, shared: readonly string[], classId: string | undefined): boolean {
  const open = (roster?.memberships ?? []).filter(({ end }) => end === undefined);
  const ofSchools = [...(roster?.assignments ?? []), ...manual].filter(
    ({ scope }) => scope.type === 'school',
  );
  const places = [
    ...(roster?.orgIds ?? []),
    ...open.map(({ schoolId }) => schoolId),
    ...ofSchools.flatMap(({ scope }) => scope.ids),
  ];
  const isKnown = knownTo({ roster, classId });
  return (
    places.some((id) => shared.includes(id)) ||
    manual.some(({ scope: { type, ids } }) => {
      const isOfKnown = ids.some((id) => isKnown(id) && shared.includes(id.slice('c-'.length)));
      return type === 'district' || (type === 'class' && isOfKnown);
    })
  );
}

test('of what is shared a limited client hears the same decisions, and of the rest that it is unknown', () => {
  const permissions = ['hmh', 'imath'].flatMap((system) =>
    (shippedCatalogues.get(system)?.rows ?? []).map(({ permission }) => `${system}:${permission}`),
  );
  fc.assert(
    fc.property(
      someone,
      something,
      fc.subarray(schools, { minLength: 1 }),
      fc.constantFrom(...permissions),
      (subject, { resource, schoolId, isThere }, shared, name) => {
        const facts: CheckFacts = { district, subject, resource };
        const question = {
          subject: { type: 'user', id: 'u-1' },
          action: { name },
          resource: { type: resource.type, id: resource.id, properties: { platform: 'Ed' } },
        };
        const at = { today, explain: true };
        const seen = sharedFacts({ schools: shared }, facts, today);
        const limited = evaluate(shippedCatalogues, seen, question, at);
        const isResourceSeen = isThere && shared.includes(schoolId);
        const classId = resource.type === 'school' ? undefined : `c-${schoolId}`;
        // A role for a class that nothing places counts for nobody who is limited.
        const isKnown = knownTo({ roster: subject.roster, classId });
        const manual = subject.manual.filter(
          ({ scope }) => scope.type !== 'class' || scope.ids.every(isKnown),
        );
        const placed = { ...facts, subject: { ...subject, manual } };
        const whole = evaluate(shippedCatalogues, placed, question, at);
        expect(seen.resource !== undefined).toBe(isResourceSeen);
        expect(seen.subject !== undefined).toBe(isHere(subject, shared, classId));
        expect(limited.decision).toBe(isResourceSeen && seen.subject !== undefined && whole.decision);
        const words = JSON.stringify(limited.reason);
        for (const other of schools.filter((one) => !shared.includes(one) && one !== schoolId))
          expect(words).not.toContain(other);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a class role by hand counts where the student’s enrollment says that the class is of a shared school', () => {
  const membership = { classId: 'c-1', schoolId: 's-1', role: 'student' };
  const student = person('st-1', { student: true, memberships: [membership] });
  const facts: CheckFacts = {
    district,
    subject: { id: 'u-1', manual: [ofClass('c-1')] },
    resource: { type: 'student', id: 'st-1', person: student },
  };
  const subjectFor = (school: string) => sharedFacts({ schools: [school] }, facts, today).subject;
  expect([subjectFor('s-1')?.manual, subjectFor('s-2')]).toEqual([[ofClass('c-1')], undefined]);
});

test('whoever a system holds in a class of a shared school is of that school to a client of the system', () => {
  const season = { feed: 'sis', leadInDays: {}, trailOffDays: { hmh: 30 } };
  const membership = { classId: 'c-1', schoolId: 's-1', role: 'teacher', ...over };
  const facts: CheckFacts = {
    district: { ...district, season },
    subject: person('u-1', { memberships: [membership] }),
  };
  const seenIn = (system: string) =>
    sharedFacts({ schools: ['s-1'] }, inSeason(facts, system, today), today).subject?.id;
  expect([seenIn('hmh'), seenIn('imath')]).toEqual(['u-1', undefined]);
});

test('a resource of a catalogue’s own is shared where it lies, and everywhere where it lies in no org', () => {
  const seen = (orgIds: string[]) =>
    sharedFacts(
      { schools: ['s-1'] },
      { district, resource: { type: 'own', of: 'room', id: 'r-1', properties: {}, orgIds } },
      today,
    ).resource?.id;
  expect([seen([]), seen(['s-1', 's-2']), seen(['s-2'])]).toEqual(['r-1', 'r-1', undefined]);
});

test.each([{ schools: ['s-1'] }, { grades: ['7'] }])(
  'a client limited to %j hears of no household’s students and not who has an e-mail',
  (sharing) => {
    const child = { id: 'st-1', relationship: 'Parent', status: { '2027': 'Enrolled' } };
    const parent: Person = {
      ...person('u-1', { orgIds: ['s-1'] }),
      records: { household: { students: [child], applicants: [] } },
      others: [{ records: { student: { id: 'st-2', status: {} } } }],
    };
    const logins = new Map([['email ada', 1]]);
    const seen = sharedFacts(sharing, { district, subject: parent, more: { logins } }, today);
    expect(seen.subject?.records?.household?.students).toEqual([]);
    expect(seen.subject?.others).toEqual([{ records: {} }]);
    expect(seen.more?.logins).toBeUndefined();
  },
);

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
  const seventh = sharedFacts({ grades: ['7'] }, facts, today);
  expect([seventh.resource, seventh.more?.persons?.size]).toEqual([undefined, 0]);
  expect(seventh.subject).toBeDefined();
  const eighth = sharedFacts({ grades: ['8'] }, facts, today);
  expect([eighth.resource?.id, eighth.more?.persons?.size]).toEqual(['st-1', 1]);
});

test('a student without grades is shared with nobody whom grades limit', () => {
  const student = person('st-1', { orgIds: ['s-1'], student: true, status: 'suspended' });
  const facts: CheckFacts = { district, resource: { type: 'student', id: 'st-1', person: student } };
  expect(sharedFacts({ grades: ['7'] }, facts, today).resource).toBeUndefined();
});
