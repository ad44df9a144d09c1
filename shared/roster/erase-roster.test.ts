import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CalmWorld, person, type Records, school } from '../../test/builders/calm-world.ts';
import { randomRoster } from '../../test/simulation/rosters.ts';
import { seeded } from '../../test/simulation/schedule.ts';
import { CommittedState } from './committed-state.ts';
import { overrideField } from './edits-desk.ts';
import { rollbackSync } from './rollback-desk.ts';
import { scrubbed } from './scrub.ts';
import type { StateKind } from './state.ts';
import { cancelSync, startSync, withoutFeed } from './sync-desk.ts';

const district = 'd-1';
const unguarded = { percent: 100, atLeast: 1, onBreach: 'hold-removals' } as const;
const ada = person('ada', ['teacher']);
const eve = person('eve', ['student'], { agentIds: ['pat', 'gus'] });
const pat = person('pat', ['guardian'], { relations: [{ id: 'eve', relationship: 'Parent' }] });
const gus = person('gus', ['guardian'], { agentIds: ['eve'] });

async function erase(world: CalmWorld, ...users: string[]) {
  const syncId = world.nextId();
  await startSync(world, {
    ...{ district, syncId, kind: 'purge', erases: users, dryRun: false, requestedBy: 'test' },
    ...withoutFeed,
    guard: unguarded,
  });
  return world.rested(syncId);
}

async function stateOf({ ledger, objects }: CalmWorld): Promise<Map<string, string>> {
  const { manifest } = (await ledger.lane(district)).value.committed;
  const state = await CommittedState.open(objects, district, manifest);
  const all = new Map<string, string>();
  for (const kind of Object.keys(state.manifest.kinds) as StateKind[]) {
    const count = state.partitions(kind).length;
    for (let at = 0; at < count; at++) {
      for (const { id, json } of await state.lines(kind, at, count)) all.set(`${kind} ${id}`, json);
    }
  }
  return all;
}

test('an active person is taken out of the roster at once, and nobody names them any more', async () => {
  const world = new CalmWorld();
  await world.sync([school], [ada, eve, pat, gus]);
  expect((await erase(world, 'eve')).state).toBe('applied');
  expect(world.seen('roster\tusers\teve')).toBeUndefined();
  expect(world.seen('roster\tusers\tpat')).toEqual({
    status: 'active',
    record: { ...pat, relations: undefined },
  });
  const kept = JSON.stringify([...(await stateOf(world))]);
  expect(kept).not.toContain('"eve"');
  for (const key of world.keys()) {
    const item = world.item(key);
    expect([key, JSON.stringify([item?.now, item?.prev])]).toEqual([
      key,
      expect.not.stringContaining('"eve"'),
    ]);
  }
});

/** As the worker does with the bucket, over the objects of the world. */
async function scrub(world: CalmWorld, users: string[], words: string[] = users): Promise<void> {
  const of = { users: new Set(users), enrollments: new Set<string>(), words };
  for (const key of world.objectKeys()) {
    const text = await world.objects.get(key);
    const left = scrubbed(key, text, of);
    if (left !== undefined && left.gone > 0) await world.objects.put(key, left.text);
  }
}

test('no rollback brings an erased person back, and it brings back whatever else the sync had changed', async () => {
  const world = new CalmWorld();
  await world.sync([school], [ada, eve, pat]);
  const took = await world.syncRoster({ orgs: [school], users: [ada] }, { guard: unguarded });
  await erase(world, 'eve');
  await scrub(world, ['eve']);
  const syncId = world.nextId();
  await rollbackSync(world, { district, syncId, undoes: took.syncId, dryRun: false, by: 'test' });
  const undo = await world.rested(syncId);
  if (undo.state === 'held') await world.approve(undo);
  expect(world.seen('roster\tusers\tpat')).toMatchObject({ status: 'active' });
  expect(world.seen('roster\tusers\teve')).toBeUndefined();
});

test('after the scrub no object has the person, and the committed ones are as they were', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), fc.constantFrom('u1', 'u2', 'u3'), async (first, second, gone) => {
      const world = new CalmWorld();
      for (const seed of [first, second]) {
        await world.rested(await world.startRoster(randomRoster(seeded(seed)), { guard: unguarded }));
      }
      await erase(world, gone);
      const before = await stateOf(world);
      await scrub(world, [gone]);
      expect(await stateOf(world)).toEqual(before);
      for (const key of world.objectKeys()) {
        expect([key, await world.objects.get(key)]).toEqual([
          key,
          expect.not.stringMatching(`\\b${gone}\\b`),
        ]);
      }
    }),
    { numRuns: 25 },
  );
});

test('an erasure that is cancelled half way is taken to its end by whatever plan comes next', async () => {
  const world = new CalmWorld();
  await world.sync([school], [ada, eve]);
  const syncId = world.nextId();
  await startSync(world, {
    ...{ district, syncId, kind: 'purge', erases: ['eve'], dryRun: false, requestedBy: 'test' },
    ...withoutFeed,
    guard: unguarded,
  });
  for (let erasing: string | undefined; erasing !== 'running'; ) {
    await world.deliverOne();
    erasing = (await world.ledger.sync(district, syncId))?.value.erase;
  }
  await cancelSync(world, { district, syncId, by: 'x' });
  await world.sync([school], [ada]);
  expect(world.item('roster\tusers\teve')).toEqual(expect.not.objectContaining({ prev: expect.anything() }));
});

test('edits of the person go, and an edit of somebody else stays in force without naming them', async () => {
  const world = new CalmWorld();
  await world.sync([school], [ada, eve, pat]);
  const told = { owner: 'ada', reason: 'by phone', at: world.now() };
  for (const [sourcedId, field, value] of [
    ['eve', 'givenName', 'Evelyn'],
    ['pat', 'agentIds', ['eve']],
  ] as const) {
    const asking = { district, syncId: world.nextId(), by: 'ada', ifMatch: undefined };
    const { sync } = await overrideField(world, asking, {
      ...{ entity: 'users', sourcedId, field, ...told },
      value: value as unknown,
    });
    await world.rested(sync.syncId);
  }
  await erase(world, 'eve');
  const kept = JSON.stringify([...(await stateOf(world))]);
  expect([kept.includes('Evelyn'), kept.includes('"eve"')]).toEqual([false, false]);
});

test('erasing one leaves every other record, fact and holder as it was, whoever shares an id with whatever', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), fc.constantFrom('u1', 'u2', 'u3'), async (first, second, gone) => {
      const world = new CalmWorld();
      for (const seed of [first, second]) {
        await world.rested(await world.startRoster(randomRoster(seeded(seed)), { guard: unguarded }));
      }
      const before = await stateOf(world);
      const seen = world.allSeen();
      expect((await erase(world, gone)).state).toBe('applied');
      const after = await stateOf(world);
      const theirs = (key: string, json: string) =>
        key === `users ${gone}` ||
        key === `person ${gone}` ||
        key === `conflict ${gone}` ||
        (key.startsWith('enrollments ') && JSON.parse(json).userId === gone);
      for (const [key, json] of before) {
        if (theirs(key, json)) expect([key, after.has(key)]).toEqual([key, false]);
        else expect([key, after.get(key)]).toEqual([key, json]);
      }
      expect(after.size).toBe([...before].filter(([key, json]) => !theirs(key, json)).length);
      const left = world.allSeen();
      for (const [key, value] of Object.entries(seen)) {
        const isTheirs = JSON.stringify([key.split('\t'), value]).includes(`"${gone}"`) || key.includes(gone);
        if (!isTheirs) expect([key, left[key]]).toEqual([key, value]);
      }
      expect((await world.care('repair')).state).toBe('applied');
    }),
    { numRuns: 40 },
  );
});

test('a class, an org and an enrollment that go by the id of the person stay', async () => {
  const world = new CalmWorld();
  const same = 's1';
  const roster: Records = {
    orgs: [school],
    classes: [{ sourcedId: same, title: 'Art', classType: 'scheduled', schoolId: same }],
    users: [person(same, ['student']), ada],
    enrollments: [
      { sourcedId: same, classId: same, schoolId: same, userId: 'ada', role: 'teacher' },
      { sourcedId: 'e2', classId: same, schoolId: same, userId: same, role: 'student' },
    ],
  };
  await world.syncRoster(roster);
  await erase(world, same);
  const kept = [...(await stateOf(world)).keys()].filter((key) => !key.startsWith('shared')).sort();
  expect(kept).toEqual([
    'class s1',
    'classes s1',
    'enrollments s1',
    'org s1',
    'orgs s1',
    'person ada',
    'users ada',
  ]);
});
