import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { AccessStore } from './access-store.ts';
import { Assignments } from './assignments.ts';
import type { Deed } from './deeds.ts';
import { heldWithin, PastDeeds } from './past-deeds.ts';
import { Tenants } from './tenants.ts';

let engine: TestDynamo;
let access: AccessStore;
let assignments: Assignments;
let past: PastDeeds;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  access = new AccessStore(engine.dynamo, testTables.access);
  assignments = new Assignments(engine.dynamo, testTables);
  past = new PastDeeds(engine.dynamo, testTables.assignments);
});
afterAll(() => engine.stop());

async function newDistrict(): Promise<string> {
  count += 1;
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-09-01T00:00:00Z' };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: `d-${count}`, ...at });
  return `d-${count}`;
}

const day = (number: number) => `2026-09-${String(number).padStart(2, '0')}T00:00:00.000Z`;

/** A seat of account s-1, so that it can be passed on. */
const given = (id: string, userId: string, at: string): Deed => ({
  kind: 'assignment',
  userId,
  assignment: {
    id,
    system: 'nsc',
    role: 'st_billing',
    scope: { type: 'account', ids: ['s-1'] },
    source: 'manual',
  },
  by: 'client:x',
  at,
  seats: 1,
});

async function heldOn(district: string, user: string, number: number): Promise<string[]> {
  const manual = (await access.person(district, user))?.person?.manual ?? [];
  const present = await Promise.all(manual.map(({ id }) => assignments.find(district, id)));
  const held = heldWithin(
    {
      present: present.filter((deed) => deed !== undefined),
      past: await past.of(district, user),
    },
    { begin: day(number), end: day(number + 1) },
  );
  return held.map(({ deed }) => deed.assignment.id);
}

test('whatever is given, passed on and taken away, any past day answers who held what on it', async () => {
  const users = ['ada', 'ben', 'cyd'];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('pass', 'end', 'rest'), { maxLength: 5 }), async (steps) => {
      const district = await newDistrict();
      /** By day, from 1 on: who held the seat, under which id. */
      const expected: { id: string; user: string }[][] = [];
      let held: Deed | undefined;
      for (const [index, step] of steps.entries()) {
        const noon = `2026-09-${String(index + 1).padStart(2, '0')}T12:00:00.000Z`;
        const before = held;
        const user = users[index % users.length] ?? '';
        if (held === undefined) {
          held = given(`a${index}`, user, noon);
          await assignments.record(district, held);
        } else if (step === 'pass' && held.userId !== user) {
          const to = given(`a${index}`, user, noon);
          await assignments.transfer(district, held, to);
          held = to;
        } else if (step === 'end') {
          await assignments.remove(district, held, { by: 'client:y', at: noon });
          held = undefined;
        }
        const onThatDay = [before, held].filter((deed) => deed !== undefined);
        expected.push(
          [...new Set(onThatDay)].map(({ userId, assignment }) => ({ id: assignment.id, user: userId })),
        );
      }
      for (const [index, all] of expected.entries()) {
        for (const user of users) {
          const ids = all.filter((one) => one.user === user).map(({ id }) => id);
          expect([index, user, (await heldOn(district, user, index + 1)).toSorted()]).toEqual([
            index,
            user,
            ids.toSorted(),
          ]);
        }
      }
    }),
    { numRuns: 15 },
  );
});

test('what was taken away says by whom and when, a request that was says nothing', async () => {
  const district = await newDistrict();
  await assignments.record(district, given('a', 'ada', day(1)));
  await assignments.remove(district, given('a', 'ada', day(1)), { by: 'client:y', at: day(3) });
  const request: Deed = { ...given('r', 'ada', day(1)), kind: 'request' };
  await assignments.record(district, request);
  await assignments.remove(district, request, { by: 'client:y', at: day(3) });
  expect(await past.of(district, 'ada')).toMatchObject([
    { deed: { assignment: { id: 'a' } }, endedAt: day(3), endedBy: 'client:y' },
  ]);
});

test('a request holds from the day of its confirmation on', () => {
  const confirmed: Deed = { ...given('r', 'ada', day(1)), confirmedBy: 'client:z', confirmedAt: day(4) };
  const on = (number: number) =>
    heldWithin({ present: [confirmed], past: [] }, { begin: day(number), end: day(number + 1) });
  expect([on(1), on(3), on(4)]).toEqual([[], [], [{ deed: confirmed }]]);
});

test('what ends in the first instant of a day was not held on it', () => {
  const ended = { deed: given('a', 'ada', day(1)), endedAt: day(3), endedBy: 'client:y' };
  const on = (number: number) =>
    heldWithin({ present: [], past: [ended] }, { begin: day(number), end: day(number + 1) });
  expect([on(2).length, on(3).length]).toEqual([1, 0]);
});
