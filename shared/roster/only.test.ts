import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryObjects } from '../../test/builders/memory-objects.ts';
import { memoryWorkspace } from '../../test/builders/memory-workspace.ts';
import { aPlanning } from '../../test/builders/planning.ts';
import { openRoster, randomRoster, type TinyRoster } from '../../test/simulation/rosters.ts';
import { seeded } from '../../test/simulation/schedule.ts';
import { Aliases } from './aliases.ts';
import { CommittedState, putManifest } from './committed-state.ts';
import { compareFeed } from './compare-feed.ts';
import { nothingHeld } from './guard.ts';
import { inOnly, unknownOnly } from './only.ts';
import { readFeed } from './read-feed.ts';
import { type Entity, entities } from './records.ts';
import { settleRemovals } from './settle-removals.ts';
import type { PartitionState, StateLine } from './state.ts';
import type { Only } from './sync.ts';
import type { Objects } from './sync-stores.ts';

/** The roster as it stands after a feed was synced, all of it or `only` a part. */
async function synced(objects: Objects, before: string | undefined, roster: TinyRoster, only?: Only) {
  const state = await CommittedState.open(objects, 'd', before);
  const workspace = memoryWorkspace();
  const nothing = () => undefined;
  const stored = Object.fromEntries(entities.map((entity) => [entity, state.partitions(entity)]));
  const snapshot = await readFeed(openRoster(roster), stored, {
    workspace,
    aliases: new Aliases([]),
    problem: nothing,
    progress: nothing,
  });
  const run = {
    ...(await aPlanning(objects, { state, workspace })),
    snapshot,
    rowsApplied: false,
    from: { isOnly: true, shared: new Set<string>() },
    problem: () => undefined,
    only,
  };
  const compared = await compareFeed(run);
  await settleRemovals(run, compared, { hold: nothingHeld, isApproved: false });
  const manifest = await putManifest(objects, { district: 'd', derivation: '', kinds: compared.kinds });
  const unknown = only ? await unknownOnly({ only, state, snapshot, workspace }) : [];
  return { manifest, compared, unknown };
}

type Lines = Map<string, StateLine>;

async function linesOf(objects: Objects, manifest: string): Promise<Record<Entity, Lines>> {
  const state = await CommittedState.open(objects, 'd', manifest);
  const all: Partial<Record<Entity, Lines>> = {};
  for (const entity of entities) {
    const lines = await state.lines(entity, 0, 1);
    all[entity] = new Map(lines.map((line) => [line.id, line]));
  }
  // Every entity was just set.
  return all as Record<Entity, Lines>;
}

/** What a whole sync makes of a record: as in the feed, or suspended. Marks of when do not count. */
const shown = (line: StateLine | undefined) => line && [line.status, line.json];

const some = (...ids: string[]) =>
  fc.option(fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }), { nil: undefined });
const anyOnly = fc
  .record({ users: some('u1', 'u2', 'u5'), classes: some('c1', 'c3'), schools: some('s1', 's2') })
  .filter((only) => Object.values(only).some((ids) => ids !== undefined));

test('a part that is synced alone is as in the feed, all else is byte for byte as before, and a whole sync then makes the feed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer(), anyOnly, async (one, other, only) => {
      const objects = memoryObjects();
      const [before, after] = [randomRoster(seeded(one)), randomRoster(seeded(other))];
      const base = await synced(objects, undefined, before);
      const part = await synced(objects, base.manifest, after, only);
      const whole = await synced(objects, base.manifest, after);
      const [was, is, full] = await Promise.all(
        [base, part, whole].map(({ manifest }) => linesOf(objects, manifest)),
      );
      for (const entity of entities) {
        for (const id of new Set([...(was?.[entity].keys() ?? []), ...after[entity].keys()])) {
          const old = was?.[entity].get(id);
          const record = after[entity].get(id);
          const lines = [old, record && { id, json: JSON.stringify(record) }];
          const isIn = lines.some((line) => line !== undefined && inOnly(only, entity, line));
          const now = is?.[entity].get(id);
          if (isIn) expect([id, shown(now)]).toEqual([id, shown(full?.[entity].get(id))]);
          else expect([id, now]).toEqual([id, old]);
        }
        const c = part.compared.counts[entity];
        expect(c.received).toBe(c.unchanged + c.created + c.updated + c.reactivated + c.marked + c.rejected);
        const named = [...after[entity]].filter(([id, record]) => {
          const lines = [was?.[entity].get(id), { id, json: JSON.stringify(record) }];
          return lines.some((line) => line !== undefined && inOnly(only, entity, line));
        });
        expect(c.received).toBe(named.length);
      }
      const then = await linesOf(objects, (await synced(objects, part.manifest, after)).manifest);
      for (const entity of entities) {
        const states = (lines: Lines | undefined) =>
          [...(lines ?? [])].map(([id, line]) => [id, shown(line)]);
        expect(states(then[entity])).toEqual(states(full?.[entity]));
      }
    }),
    { numRuns: 150 },
  );
});

test('a partition of which a part was compared is not taken for the whole feed’s', async () => {
  const objects = memoryObjects();
  const [before, after] = [randomRoster(seeded(1)), randomRoster(seeded(1))];
  const user = after.users.get('u1');
  const other = [...after.users.values()].find(({ sourcedId }) => sourcedId !== 'u1');
  if (!user || !other) throw new Error('This roster has no two people.');
  after.users.set('u1', { ...user, familyName: 'Changed' });
  after.users.set(other.sourcedId, { ...other, familyName: 'Changed' });
  const base = await synced(objects, undefined, before);
  const part = await synced(objects, base.manifest, after, { users: ['u1'] });
  const digests = (kinds: Record<Entity, PartitionState[]>, entity: Entity) =>
    kinds[entity].map(({ feed }) => feed);
  expect(digests(part.compared.kinds, 'users')).toEqual([undefined]);
  expect(digests(part.compared.kinds, 'classes')).toEqual(digests(base.compared.kinds, 'classes'));
  expect(part.compared.counts.users).toMatchObject({ received: 1, updated: 1 });
  const whole = await synced(objects, part.manifest, after);
  expect(whole.compared.counts.users).toMatchObject({ updated: 1 });
});

test('ids that neither feed nor roster knows are told, and the rest goes on', async () => {
  const objects = memoryObjects();
  const roster = randomRoster(seeded(1));
  const gone = randomRoster(seeded(1));
  gone.users.delete('u1');
  const base = await synced(objects, undefined, roster);
  const only = { users: ['u1', 'u9'], classes: ['c9'], schools: ['s1'] };
  const { unknown, compared } = await synced(objects, base.manifest, gone, only);
  expect(unknown.map(({ code, file, value }) => [code, file, value])).toEqual([
    ['only-unknown', 'users.csv', 'u9'],
    ['only-unknown', 'classes.csv', 'c9'],
  ]);
  expect(compared.counts.users.suspended).toBe(1);
});

test.each<[string, Only, Entity, object, boolean]>([
  ['a person named', { users: ['x'] }, 'users', { roles: [] }, true],
  ['another person', { users: ['y'] }, 'users', { roles: [] }, false],
  ['a person with a role in a school named', { schools: ['s'] }, 'users', { roles: [{ orgId: 's' }] }, true],
  [
    'a person’s enrollment',
    { users: ['u'] },
    'enrollments',
    { userId: 'u', classId: 'c', schoolId: 's' },
    true,
  ],
  [
    'a class’s enrollment',
    { classes: ['c'] },
    'enrollments',
    { userId: 'u', classId: 'c', schoolId: 's' },
    true,
  ],
  [
    'a school’s enrollment',
    { schools: ['s'] },
    'enrollments',
    { userId: 'u', classId: 'c', schoolId: 's' },
    true,
  ],
  ['a class of a school named', { schools: ['s'] }, 'classes', { schoolId: 's' }, true],
  ['a school named', { schools: ['x'] }, 'orgs', {}, true],
  ['a person of the id of a school named', { schools: ['x'] }, 'users', { roles: [] }, false],
  ['a course', { schools: ['s'] }, 'courses', { orgId: 's' }, false],
])('%s: %o', (_, only, entity, record, isIn) => {
  expect(inOnly(only, entity, { id: 'x', json: JSON.stringify(record) })).toBe(isIn);
});
