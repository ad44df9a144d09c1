import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  aSchool,
  aSetting,
  aStudent,
  ask,
  asking,
  atSchool,
  enrolled,
  facts,
  inDistrict,
  theDistrict,
  theUser,
  today,
  viewing,
} from '../../test/builders/access-facts.ts';
import { engineOf } from './engine.ts';
import { evaluate } from './evaluate.ts';
import type { Assignment, ResourceFacts, Scope } from './facts.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

describe('laws', () => {
  const roleIds = shippedCatalogues.get('hmh')?.roles.map((role) => role.id) ?? [];
  const day = fc.constantFrom('2026-09-01', today, '2026-12-01');
  const scope = fc.oneof(
    fc.constant(inDistrict),
    fc.subarray(['s-3', 's-4'], { minLength: 1 }).map((ids) => atSchool(...ids)),
  );
  const assignment: fc.Arbitrary<Assignment> = fc
    .record({ id: fc.uuid(), role: fc.constantFrom(...roleIds), scope, dates: dates(day, 'from', 'until') })
    .map(({ id, role, scope, dates }) => anAssignment(role, scope, { id, ...dates }));
  const membership = fc
    .record({
      classId: fc.constantFrom('c-8', 'c-9'),
      role: fc.constantFrom('teacher' as const, 'student' as const),
      dates: dates(day, 'begin', 'end'),
    })
    .map(({ classId, role, dates }) => enrolled(classId, role, dates));
  const person = (id: string) =>
    fc
      .record({
        memberships: fc.array(membership, { maxLength: 3 }),
        assignments: fc.array(assignment, { maxLength: 3 }),
        orgIds: fc.subarray(['s-3', 's-4']),
        enabled: fc.constantFrom(true, true, true, false),
      })
      .map((roster) => aPerson(id, roster));
  const resource: fc.Arbitrary<ResourceFacts> = fc.oneof(
    fc.constantFrom(aClass('c-9'), aSchool('s-3'), theDistrict, aSetting('hmh.teacher.roster.view')),
    person('p-2').map((one): ResourceFacts => ({ type: 'student', id: one.id, person: one })),
    person('p-2').map(theUser),
  );
  const settings = fc.constantFrom({}, viewing);
  const action = fc.constantFrom(
    ...(shippedCatalogues.get('hmh')?.rows ?? []).map((row) => `hmh:${row.permission}`),
  );
  const properties = fc.constantFrom({}, { platform: 'Ed' }, { platform: 'NWEA' });

  test('adding an assignment never revokes', () => {
    fc.assert(
      fc.property(
        fc.tuple(person('u-1'), resource, settings, action, properties),
        assignment,
        ([subject, about, set, name, given], added) => {
          const before = ask(facts(subject, about, set), name, given).decision;
          const richer = { ...subject, manual: [...subject.manual, added] };
          expect(ask(facts(richer, about, set), name, given).decision || !before).toBe(true);
        },
      ),
    );
  });

  test('the decision from compiled rows is that of the answer with its reason, whatever the days of the season', () => {
    const days = fc.constantFrom({}, { hmh: 20 }, { hmh: 60 }, { nsc: 60 });
    const season = fc.option(fc.record({ feed: fc.constant('main'), leadInDays: days, trailOffDays: days }));
    const ended: ResourceFacts = {
      type: 'class',
      id: 'c-9',
      class: { status: 'active', schoolId: 's-3', ended: '2026-09-01' },
    };
    fc.assert(
      fc.property(
        person('u-1'),
        fc.oneof(resource, fc.constant(ended)),
        fc.tuple(settings, season),
        action,
        properties,
        (subject, about, [set, season], name, given) => {
          const plain = facts(subject, about, set);
          const known = { ...plain, district: { ...plain.district, ...(season && { season }) } };
          const question = asking(known, name, given);
          expect(engineOf(shippedCatalogues).allows(known, question, today)).toBe(
            evaluate(shippedCatalogues, known, question, { today }).decision,
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('every denial says what came nearest: a message, its misses, and the row it fell short of', () => {
    fc.assert(
      fc.property(
        person('u-1'),
        resource,
        settings,
        action,
        properties,
        (subject, about, set, name, given) => {
          const { decision, reason } = ask(facts(subject, about, set), name, given);
          fc.pre(!decision);
          expect(reason.row).toMatch(new RegExp(`^${name}(/|$)`));
          expect(reason.source).toMatch(/^001:\d+$/);
          expect(reason.missed?.[0]).toBe(reason.message);
        },
      ),
    );
  });

  test('the order in which assignments are stored does not matter', () => {
    fc.assert(
      fc.property(
        person('u-1'),
        resource,
        settings,
        action,
        properties,
        (subject, about, set, name, given) => {
          const { roster } = subject;
          fc.pre(roster !== undefined);
          const turned = { ...subject, roster: { ...roster, assignments: roster.assignments.toReversed() } };
          expect(ask(facts(turned, about, set), name, given)).toEqual(
            ask(facts(subject, about, set), name, given),
          );
        },
      ),
    );
  });

  test('no question makes evaluation throw, and only known parts are allowed', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('hmh:role.effective', 'hmh:roster.view', 'user', '__proto__'),
    );
    const part = fc.record({ type: word, id: word });
    fc.assert(
      fc.property(
        fc.record({
          subject: part,
          action: fc.record({ name: word }),
          resource: fc.record({ type: word, id: word, properties: fc.dictionary(word, fc.anything()) }),
        }),
        resource,
        (question, about) => {
          const known = facts(aPerson('u-1', {}, [anAssignment('district_data_admin', inDistrict)]), about);
          expect(evaluate(shippedCatalogues, known, question, { today, explain: true }).decision).toBe(false);
        },
      ),
    );
  });
});

describe('of the systems', () => {
  const systems = [...shippedCatalogues.values()];
  const scopes: Record<string, Scope[]> = {
    customer: [{ type: 'customer', ids: ['k-1'] }],
    district: [inDistrict],
    account: [
      { type: 'account', ids: ['s-3'] },
      { type: 'account', ids: ['s-4'] },
    ],
    school: [atSchool('s-3'), atSchool('s-4')],
    class: [{ type: 'class', ids: ['c-9'] }],
  };
  /** Every role of every system, for each kind of scope that it is given for. */
  const held = systems.flatMap(({ system, roles }) =>
    roles
      .filter(({ calculated }) => calculated === undefined)
      .flatMap(({ id, scope, alsoFor = [] }) =>
        [scope, ...alsoFor]
          .flatMap((type) => scopes[type] ?? [])
          .map((one) => anAssignment(id, one, { system })),
      ),
  );
  const asked = systems.flatMap(({ system, rows, settings }) =>
    rows.flatMap((row) =>
      row.resources.map((type) => ({ action: `${system}:${row.permission}`, type, settings })),
    ),
  );
  const resourceOf = (type: string, setting = ''): ResourceFacts | undefined => {
    const org = { status: 'active', type: 'school' } as const;
    const all: ResourceFacts[] = [
      theDistrict,
      aSchool('s-3'),
      { type: 'account', id: 's-3', org, seats: {} },
      aClass('c-9'),
      aStudent('st-1', 'c-9'),
      theUser(aPerson('u-2', { orgIds: ['s-3'] })),
      aSetting(setting),
      { type: 'dat_query', id: 'q-1', ownerExists: true, copyKept: false },
      { type: 'dat_filter', id: 'q-2', ownerExists: true, copyKept: false },
    ];
    const others = ['applicant', 'ledger', 'school_division', 'page', 'cms_content', 'report'] as const;
    const other = others.find((name) => name === type);
    return all.find((one) => one.type === type) ?? (other && { type: other, id: 'x-1' });
  };
  const login = { approved: true, locked: false, ledgers: ['x-1'], schools: ['x-1', 's-3'] };
  const decide = (assignments: Assignment[], { action, type, settings }: (typeof asked)[number]): boolean => {
    const memberships = [enrolled('c-9', 'teacher')];
    const subject = { ...aPerson('u-1', { memberships, assignments }), webId: 'w-1', login };
    const about = resourceOf(type, settings[0]?.id);
    if (about === undefined) throw new Error(`No resource of type ${type}`);
    const properties = { platform: 'Ed', accountType: 'teacher', benchmark: 2, rows: [] };
    return ask(facts(subject, about, viewing), action, properties).decision;
  };

  test('no role of one gives anything in another', () => {
    const leaks = asked.flatMap((one) => {
      const without = decide([], one);
      const [system] = one.action.split(':');
      const foreign = held.filter((assignment) => assignment.system !== system);
      return decide(foreign, one) === without ? [] : [one.action];
    });
    expect(asked.length).toBeGreaterThan(150);
    expect(leaks).toEqual([]);
  });

  test('two assignments give what one or the other gives alone, and never a role with the other’s scope', () => {
    const pairs = fc.tuple(fc.constantFrom(...held), fc.constantFrom(...held));
    fc.assert(
      fc.property(pairs, fc.constantFrom(...asked), ([one, other], about) => {
        expect(decide([one, other], about)).toBe(decide([one], about) || decide([other], about));
      }),
      { numRuns: 500 },
    );
  });
});

/** Any of none, one or both ends. */
function dates<A extends string, B extends string>(day: fc.Arbitrary<string>, begin: A, end: B) {
  return fc.record({ [begin]: day, [end]: day }, { requiredKeys: [] });
}
