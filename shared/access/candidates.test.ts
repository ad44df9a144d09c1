import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  aSchool,
  aStudent,
  asking,
  aTeacher,
  atSchool,
  enrolled,
  facts,
  inDistrict,
  theDistrict,
  theUser,
  today,
  viewing,
} from '../../test/builders/access-facts.ts';
import { resourceSources, type Sources, subjectSources } from './candidates.ts';
import { evaluate } from './evaluate.ts';
import type { Assignment, CheckFacts, Person, ResourceFacts } from './facts.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

type Known = CheckFacts & { subject: Person; resource: ResourceFacts };

const resourcesFor = ({ subject, resource, district }: Known, name: string) => {
  const question = { action: { name }, resource: { type: resource.type, id: '' } };
  return resourceSources(shippedCatalogues, { district, subject }, question, today);
};
const subjectsFor = ({ resource, district }: Known, name: string) => {
  const question = { action: { name }, resource: { type: resource.type, id: resource.id } };
  return subjectSources(shippedCatalogues, { district, resource }, question, today);
};
const known = (subject: Person, resource: ResourceFacts, settings = {}): Known => ({
  ...facts(subject, resource, settings),
  subject,
});

describe('resources are looked for', () => {
  test('among the classes that a teacher teaches', () => {
    const sources = resourcesFor(known(aTeacher('c-1', 'c-2'), aClass('c-1')), 'hmh:report.assessment');
    expect(sources).toEqual([{ from: 'ids', ids: ['c-1', 'c-2'] }]);
  });

  test('among the schools of the assignments', () => {
    const admin = aPerson('u-1', {}, [anAssignment('school_admin', atSchool('s-3', 's-4'))]);
    const sources = resourcesFor(known(admin, aSchool('s-3')), 'hmh:report.assessment');
    expect(sources).toEqual([{ from: 'ids', ids: ['s-3', 's-4'] }]);
  });

  test('in the whole district by who has one', () => {
    const admin = aPerson('u-1', {}, [anAssignment('district_data_admin', inDistrict)]);
    expect(resourcesFor(known(admin, aSchool('s-3')), 'hmh:roster.view')).toEqual([
      { from: 'records', entity: 'orgs' },
    ]);
  });

  test('nowhere for somebody without a role, or without a class', () => {
    const nobody = known(aPerson('u-1'), aClass('c-1'));
    expect(resourcesFor(nobody, 'hmh:roster.view')).toEqual([]);
    const idle = known(aTeacher(), aStudent('p-2', 'c-1'));
    expect(resourcesFor(idle, 'hmh:report.assessment')).toEqual([]);
  });
});

test('subjects are looked for among the holders at the places of the resource alone', () => {
  const sources = subjectsFor(known(aPerson('u-1'), aClass('c-1', 's-3')), 'hmh:event.manage');
  expect(sources).toEqual([
    {
      from: 'holders',
      slices: [
        { system: 'hmh', role: 'district_data_admin', scopeId: 'd-1' },
        { system: 'hmh', role: 'school_assessment_coordinator', scopeId: 's-3' },
      ],
    },
  ]);
});

describe('whatever evaluation allows', () => {
  // What ended yesterday is held in some systems.
  const season = { feed: 'sis', leadInDays: {}, trailOffDays: { hmh: 7, imath: 7 } };
  const over = '2026-10-14';
  const systems = [...shippedCatalogues.values()];
  const assignment: fc.Arbitrary<Assignment> = fc
    .constantFrom(...systems.flatMap(({ system, roles }) => roles.map((role) => ({ system, role }))))
    .chain(({ system, role }) =>
      fc
        .record({
          id: fc.uuid(),
          type: fc.constantFrom(role.scope, ...(role.alsoFor ?? [])),
          ids: fc.subarray(['d-1', 's-3', 's-4', 'c-9'], { minLength: 1 }),
          until: fc.constantFrom({}, {}, { until: over }),
        })
        .map(({ id, type, ids, until }) => anAssignment(role.id, { type, ids }, { id, system, ...until })),
    );
  const membership = fc
    .record({
      classId: fc.constantFrom('c-8', 'c-9'),
      role: fc.constantFrom('teacher' as const, 'student' as const),
      end: fc.constantFrom({}, { end: over }),
    })
    .map(({ classId, role, end }) => enrolled(classId, role, end));
  const person = (id: string) =>
    fc
      .record({
        memberships: fc.array(membership, { maxLength: 3 }),
        assignments: fc.array(assignment, { maxLength: 3 }),
        orgIds: fc.subarray(['s-3', 's-4']),
      })
      .map((roster) => aPerson(id, roster));
  const resource: fc.Arbitrary<ResourceFacts> = fc.oneof(
    fc.constantFrom(aClass('c-9'), aSchool('s-3'), theDistrict),
    fc.constant<ResourceFacts>({ type: 'account', id: 's-3', org: { status: 'active', type: 'school' } }),
    person('p-2').map((one): ResourceFacts => ({ type: 'student', id: one.id, person: one })),
    person('p-2').map(theUser),
    person('u-1').map(theUser),
  );
  const action = fc.constantFrom(
    ...systems.flatMap(({ system, rows }) => rows.map(({ permission }) => `${system}:${permission}`)),
  );
  const properties = fc.constantFrom({}, { platform: 'Ed' }, { platform: 'NWEA' });

  const allowed = fc
    .tuple(person('u-1'), resource, fc.constantFrom({}, viewing), action, properties)
    .map(([subject, about, settings, name, given]) => {
      // Somebody who asks about themself is one person.
      const self = about.type === 'user' && about.id === subject.id ? about.person : subject;
      const all = known(self, about, settings);
      return { all: { ...all, district: { ...all.district, season } }, name, given };
    })
    .filter(({ all, name, given }) => {
      const question = asking(all, name, given);
      return evaluate(shippedCatalogues, all, question, { today }).decision;
    });

  test('is found from its subject', () => {
    fc.assert(
      fc.property(allowed, ({ all, name }) => {
        expect(resourcesFor(all, name)?.some((source) => leadsTo(source, all.resource))).toBe(true);
      }),
    );
  });

  test('is found from its resource', () => {
    fc.assert(
      fc.property(allowed, ({ all, name }) => {
        const found = subjectsFor(all, name).some((source) => leadsTo(source, theUser(all.subject)));
        expect(found).toBe(true);
      }),
    );
  });
});

const entityOf: Record<string, string> = {
  school: 'orgs',
  account: 'orgs',
  class: 'classes',
  student: 'users',
  user: 'users',
};

function leadsTo(source: Sources[number], wanted: ResourceFacts): boolean {
  switch (source.from) {
    case 'ids':
      return source.ids.includes(wanted.id);
    case 'records':
      return entityOf[wanted.type] === source.entity;
    case 'holders': {
      if (!('person' in wanted)) return false;
      const { roster, manual } = wanted.person;
      return [...(roster?.assignments ?? []), ...manual].some(({ system, role, scope }) =>
        source.slices.some(
          (slice) =>
            slice.system === system &&
            slice.role === role &&
            (slice.scopeId === undefined || scope.ids.includes(slice.scopeId)),
        ),
      );
    }
    case 'kept':
      return false;
    default:
      return source satisfies never;
  }
}
