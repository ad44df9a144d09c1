import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { randomRoster } from '../../test/simulation/rosters.ts';
import { seeded } from '../../test/simulation/schedule.ts';
import { CommittedState } from './committed-state.ts';
import { editsOf } from './edit-documents.ts';
import { noEdits } from './edits.ts';
import { overrideField } from './edits-desk.ts';
import { isDue } from './purge-roster.ts';
import { entities } from './records.ts';
import type { StateLine } from './state.ts';
import { approveSync, cancelSync } from './sync-desk.ts';

const line = (status: StateLine['status'], since?: string): StateLine => ({
  status,
  id: 'u1',
  json: '{}',
  ...(since === undefined ? {} : { since }),
});

describe('a record is due', () => {
  test.each<[string, string, string, number, boolean]>([
    [
      'on the last millisecond of its grace',
      '2026-11-01T07:00:00.001Z',
      '2026-12-01T07:00:00.000Z',
      30,
      false,
    ],
    ['once its grace is over', '2026-11-01T07:00:00.000Z', '2026-12-01T07:00:00.000Z', 30, true],
    [
      '365 days on, over a leap day, not a year on',
      '2027-03-01T07:00:00Z',
      '2028-02-29T07:00:00Z',
      365,
      true,
    ],
    ['a day short of them', '2027-03-01T07:00:00Z', '2028-02-28T07:00:00Z', 365, false],
    ['whatever clocks were put back meanwhile', '2026-10-31T12:00:00Z', '2026-11-02T12:00:00Z', 2, true],
    ['over the end of a year', '2026-12-29T00:00:00Z', '2027-01-03T00:00:00Z', 5, true],
  ])('%s', (_, since, at, graceDays, expected) => {
    expect(isDue(line('suspended', since), { at, graceDays })).toBe(expected);
    expect(isDue(line('tobedeleted', since), { at, graceDays })).toBe(expected);
  });

  test('never while it is active, or where nobody knows since when it is away', () => {
    const at = { at: '2036-01-01T00:00:00Z', graceDays: 1 };
    expect(isDue(line('active', '2026-01-01T00:00:00Z'), at)).toBe(false);
    expect(isDue(line('suspended'), at)).toBe(false);
  });
});

let world: CalmWorld;
beforeEach(() => {
  world = new CalmWorld();
});

const [ada, eve] = [person('u1', ['teacher']), person('u2', ['teacher'], { givenName: 'Eve' })];

async function suspendEve(): Promise<void> {
  await world.sync([school], [ada, eve]);
  await world.sync([school], [ada]);
}

test('a purge before the grace is over is applied, and changes nothing', async () => {
  await suspendEve();
  world.passDays(29);
  const sync = await world.care('purge');
  expect([sync.state, sync.plan?.changes]).toEqual(['applied', 0]);
  expect(world.seen('roster\tusers\tu2')).toMatchObject({ status: 'suspended' });
});

test('a purge rests with its plan until somebody approves it, and is applied once nothing is left in any item', async () => {
  await suspendEve();
  world.passDays(30);
  const held = await world.care('purge');
  expect([held.state, held.hold?.reason, held.counts?.users.purged]).toEqual(['held', 'dry-run', 1]);
  const planned = await world.changesOf(held);
  expect(planned.filter(({ kind }) => kind === 'purge').map(({ id, prev }) => [id, prev])).toEqual([
    ['u2', { status: 'suspended', record: eve }],
  ]);
  expect(world.seen('roster\tusers\tu2')).toBeDefined();
  const applied = await world.approve(held);
  expect([applied.state, applied.counts?.users.purged]).toEqual(['applied', 1]);
  for (const key of ['roster\tusers\tu2', 'access\tperson\tu2']) {
    const item = world.item(key);
    expect([key, item?.now, item?.prev]).toEqual([key, undefined, undefined]);
  }
  expect(world.seen('roster\tusers\tu1')).toBeDefined();
  await expect(
    approveSync(world, { district: 'd-1', syncId: held.syncId, planHash: held.plan?.hash ?? '', by: 'x' }),
  ).rejects.toMatchObject({ code: 'not-held' });
  expect((await world.care('purge')).plan?.changes).toBe(0);
});

test('whoever comes back in time is not purged, and one who comes back after is new', async () => {
  await suspendEve();
  world.passDays(29);
  expect((await world.sync([school], [ada, eve])).counts?.users.reactivated).toBe(1);
  await world.sync([school], [ada]);
  world.passDays(29);
  expect((await world.care('purge')).plan?.changes).toBe(0);
  world.passDays(1);
  await world.approve(await world.care('purge'));
  expect((await world.sync([school], [ada, eve])).counts?.users.created).toBe(1);
  expect(world.rolesOf('u2')).toEqual(['hmh teacher', 'imath teacher']);
});

test('an erasure that was cancelled is made up for by the next sync of any kind', async () => {
  await suspendEve();
  world.passDays(30);
  const held = await world.care('purge');
  await approveSync(world, {
    district: 'd-1',
    syncId: held.syncId,
    planHash: held.plan?.hash ?? '',
    by: 'x',
  });
  for (let state = 'queued'; state !== 'erased'; ) {
    await world.deliverOne();
    const sync = (await world.ledger.sync('d-1', held.syncId))?.value;
    state = sync?.erase === 'running' ? 'erased' : (sync?.state ?? '');
  }
  await cancelSync(world, { district: 'd-1', syncId: held.syncId, by: 'x' });
  expect(world.item('roster\tusers\tu2')?.prev).toBeDefined();
  await world.sync([school], [ada]);
  expect(world.item('roster\tusers\tu2')).toEqual(expect.not.objectContaining({ prev: expect.anything() }));
});

test('a purge and a feed wait for their approvals side by side', async () => {
  await suspendEve();
  world.passDays(30);
  const feed = await world.startFeed([school], [ada, person('u3', ['teacher'])], { dryRun: true });
  expect((await world.rested(feed)).state).toBe('held');
  const purge = await world.care('purge');
  expect([purge.state, (await world.rested(feed)).state]).toEqual(['held', 'held']);
  expect((await world.approve(purge)).state).toBe('applied');
  expect((await world.approve(await world.rested(feed))).state).toBe('applied');
  expect(world.rolesOf('u3')).not.toEqual([]);
});

const unguarded = { percent: 100, atLeast: 1, onBreach: 'hold-removals' } as const;

test('what stays never names what went, and nothing goes before its time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 40 })), { minLength: 2, maxLength: 6 }),
      async (runs) => {
        world = new CalmWorld();
        for (const [seed, days] of runs) {
          await world.rested(await world.startRoster(randomRoster(seeded(seed)), { guard: unguarded }));
          world.passDays(days);
        }
        const before = await rosterOf(world);
        const at = world.now();
        const sync = await world.care('purge');
        if (sync.state === 'held') await world.approve(sync);
        const after = await rosterOf(world);
        for (const [key, one] of before) {
          if (!isDue(one, { at, graceDays: 30 })) expect([key, after.get(key)]).toEqual([key, one]);
        }
        for (const [key, { json }] of after) {
          const { userId, classId, schoolId } = JSON.parse(json) as Record<string, string | undefined>;
          for (const [entity, id] of Object.entries({ users: userId, classes: classId, orgs: schoolId })) {
            if (id !== undefined) expect([key, after.has(`${entity} ${id}`)]).toEqual([key, true]);
          }
        }
        expect((await world.care('purge')).state).toBe('applied');
        expect((await world.care('repair')).state).toBe('applied');
      },
    ),
    { numRuns: 40 },
  );
});

async function rosterOf({ ledger, objects }: CalmWorld): Promise<Map<string, StateLine>> {
  const { manifest } = (await ledger.lane('d-1')).value.committed;
  const state = await CommittedState.open(objects, 'd-1', manifest);
  const all = new Map<string, StateLine>();
  for (const entity of entities) {
    const count = state.partitions(entity).length;
    for (let partition = 0; partition < count; partition++) {
      for (const one of await state.lines(entity, partition, count)) all.set(`${entity} ${one.id}`, one);
    }
  }
  return all;
}

test('whoever gets the id of a purged person next inherits none of the edits, and nothing kept names the purged one', async () => {
  await world.sync([school], [ada, eve]);
  const told = { owner: 'ada', reason: 'as on the birth certificate', at: world.now() };
  for (const [field, value] of [
    ['givenName', 'Evelyn'],
    ['roles', person('x', ['principal']).roles],
  ] as const) {
    const asking = { district: 'd-1', syncId: world.nextId(), by: 'ada', ifMatch: undefined };
    const at = { entity: 'users', sourcedId: 'u2', field } as const;
    await world.rested((await overrideField(world, asking, { ...at, value, ...told })).sync.syncId);
  }
  await world.sync([school], [ada]);
  world.passDays(30);
  expect((await world.approve(await world.care('purge'))).state).toBe('applied');
  const { manifest, edits } = (await world.ledger.lane('d-1')).value.committed;
  expect(await editsOf(world.objects, 'd-1', edits?.version)).toEqual(noEdits);
  const state = await CommittedState.open(world.objects, 'd-1', manifest);
  expect(await state.lines('beneath', 0, 1)).toEqual([]);
  const next = person('u2', ['student'], { givenName: 'Next' });
  await world.sync([school], [ada, next]);
  expect(world.seen('roster\tusers\tu2')).toEqual({ status: 'active', record: next });
});
