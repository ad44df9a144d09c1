import { expect, test } from 'vitest';
import { type Conditions, simulate } from './run.ts';
import { noFaults } from './schedule.ts';
import type { Broken } from './world.ts';

const seeds = Number(process.env.ROLEBOOK_SEEDS ?? 1500);

test(`every one of ${seeds} schedules ends in exactly the committed roster, and readers never see another`, async () => {
  const faults: unknown[] = [];
  let steps = 0;
  let mappings = 0;
  let edits = 0;
  let rollbacks = 0;
  const states: Record<string, number> = {};
  for (let seed = 1; seed <= seeds; seed++) {
    const result = await simulate(seed);
    steps += result.steps;
    for (const state of result.states) states[state] = (states[state] ?? 0) + 1;
    mappings += result.mappings;
    edits += result.edits;
    rollbacks += result.rollbacks;
    if (result.fault) faults.push({ seed, fault: result.fault });
  }
  expect(faults).toEqual([]);
  // The schedules are worth something only where they reach every end.
  expect(steps / seeds).toBeGreaterThan(50);
  expect(mappings).toBeGreaterThan(seeds / 50);
  expect(edits).toBeGreaterThan(seeds / 40);
  expect(rollbacks).toBeGreaterThan(seeds / 50);
  for (const state of ['applied', 'cancelled', 'held', 'superseded'])
    expect(states[state]).toBeGreaterThan(0);
}, 300_000);

const mutants: [string, Broken][] = [
  ['the generation fence of a write', { noFence: true }],
  ['the cover of plans that were given up', { noCover: true }],
  ['chunks noted as a set', { counter: true }],
  ['versions of ledger writes', { noVersions: true }],
  ['the lane', { noLane: true }],
  ['what stood before', { noBefore: true }],
];

test.each(mutants)(
  'without %s some schedule goes wrong',
  async (_, broken) => {
    let caught: string | undefined;
    for (let seed = 1; seed <= 10_000 && caught === undefined; seed++)
      caught = (await simulate(seed, broken)).fault;
    expect(caught).toBeDefined();
  },
  300_000,
);

const calm: Conditions = { faults: noFaults, duplicate: 0, busy: false };

/** One schedule with a kill at each of its effects in turn, before and after it. */
async function killedEverywhere(
  seed: number,
  of: Pick<Conditions, 'mappings' | 'edits' | 'rollbacks' | 'purges'> & { syncs: number },
  broken: Broken = {},
): Promise<string[]> {
  const under = { ...calm, ...of };
  const { effects, fault } = await simulate(seed, broken, under);
  expect(fault).toBeUndefined();
  const faults: string[] = [];
  for (let effect = 1; effect <= effects; effect++) {
    for (const when of ['before', 'after'] as const) {
      const killed = await simulate(seed, broken, {
        ...under,
        faults: { ...noFaults, killAt: { effect, when } },
      });
      if (killed.fault) faults.push(`${when} effect ${effect}: ${killed.fault}`);
    }
  }
  return faults;
}

test('a process killed at any effect, before or after it, costs nothing: redelivery brings the same end', async () => {
  for (const seed of [1, 2]) expect(await killedEverywhere(seed, { syncs: 2 })).toEqual([]);
}, 300_000);

test('a change of the mapping killed at any effect comes to the same end', async () => {
  for (const seed of [1, 2]) expect(await killedEverywhere(seed, { syncs: 1, mappings: 2 })).toEqual([]);
}, 300_000);

test('an edit killed at any effect comes to the same end', async () => {
  for (const seed of [1, 2]) expect(await killedEverywhere(seed, { syncs: 1, edits: 2 })).toEqual([]);
}, 300_000);

test('a rollback killed at any effect comes to the same end', async () => {
  for (const seed of [1, 3]) expect(await killedEverywhere(seed, { syncs: 2, rollbacks: 2 })).toEqual([]);
}, 300_000);

test('a purge killed at any effect comes to the same end: gone from what readers see, and from every item', async () => {
  expect(await killedEverywhere(1, { syncs: 2, purges: true })).toEqual([]);
}, 300_000);

test('a message taken off its queue before it is dealt with would be missed', async () => {
  expect(await killedEverywhere(1, { syncs: 1 }, { ackFirst: true })).not.toEqual([]);
}, 300_000);
