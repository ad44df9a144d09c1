import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CalmWorld, type Records } from '../../test/builders/calm-world.ts';
import { aSchooling, rekeyed } from '../../test/builders/rekeyed.ts';
import { type Entity, entities } from './records.ts';
import { rollbackSync } from './rollback-desk.ts';
import { withoutFeed } from './sync-desk.ts';

const open = { guard: { ...withoutFeed.guard, percent: 100 } };
const district = fc
  .record({ students: fc.integer({ min: 6, max: 24 }), perClass: fc.integer({ min: 3, max: 6 }) })
  .map((size) => aSchooling(size));
/** Which entities get new ids, and of those every how manieth record. */
const rekeying = fc.record({
  of: fc.subarray([...entities], { minLength: 1 }),
  each: fc.integer({ min: 1, max: 3 }),
});

function withNewIds(records: Records, { of, each }: { of: Entity[]; each: number }): Records {
  return rekeyed(records, (entity, id) => {
    const at = (records[entity] ?? []).findIndex(({ sourcedId }) => sourcedId === id);
    return of.includes(entity) && at % each === 0 ? `new ${id}`.replace(' ', '-') : id;
  });
}

/** Facts of people, and nothing of ids that lead to them. */
const facts = (world: CalmWorld) =>
  Object.fromEntries(
    Object.entries(world.allSeen()).filter(([key, seen]) => {
      return key.startsWith('access') && !Object.hasOwn(Object(seen), 'same');
    }),
  );

test('whatever ids change, nobody goes and nobody’s access changes; the same feed again changes nothing, and a rollback takes all back', async () => {
  await fc.assert(
    fc.asyncProperty(district, rekeying, async (before, how) => {
      const world = new CalmWorld();
      await world.syncRoster(before, open);
      const [seen, was] = [world.allSeen(), JSON.stringify(facts(world))];
      const next = withNewIds(before, how);
      const sync = await world.syncRoster(next, open);
      const of = (kind: 'suspended' | 'created') => entities.map((entity) => sync.counts?.[entity][kind]);
      // A few enrollments that the source numbers anew are not told from others that end and begin.
      if (how.of.join() === 'enrollments') return;
      expect(of('suspended')).toEqual([0, 0, 0, 0, 0, 0]);
      expect(of('created')).toEqual([0, 0, 0, 0, 0, 0]);
      expect(sync.hold?.reason).toBe('renames');
      expect(world.allSeen()).toEqual(seen);
      const done = await world.approve(sync);
      expect([done.state, JSON.stringify(facts(world))]).toEqual(['applied', was]);
      const again = await world.syncRoster(next, open);
      expect([again.state, again.plan?.changes, again.plan?.renamed]).toEqual(['applied', 0, undefined]);
      const undone = {
        district: 'd-1',
        syncId: world.nextId(),
        undoes: done.syncId,
        dryRun: false,
        by: 'test',
      };
      await rollbackSync(world, undone);
      expect((await world.rested(undone.syncId)).state).toBe('applied');
      expect(world.allSeen()).toEqual(seen);
    }),
    { numRuns: 40 },
  );
}, 120_000);

test('where ids swap among people, everybody keeps what they had', async () => {
  const swapping = fc.record({ from: fc.nat(5), to: fc.nat(5) });
  await fc.assert(
    fc.asyncProperty(district, fc.array(swapping, { minLength: 1, maxLength: 4 }), async (before, swaps) => {
      const ids = new Map(before.users.map(({ sourcedId }) => [sourcedId, sourcedId]));
      for (const { from, to } of swaps) {
        const [one, other] = [`student${from}`, `student${to}`];
        const [a = one, b = other] = [ids.get(one), ids.get(other)];
        ids.set(one, b).set(other, a);
      }
      const next = rekeyed(before, (entity, id) => (entity === 'users' ? (ids.get(id) ?? id) : id));
      const world = new CalmWorld();
      await world.syncRoster(before, open);
      const seen = world.allSeen();
      const sync = await world.syncRoster(next, open);
      expect(world.allSeen()).toEqual(seen);
      if (sync.state === 'held') await world.approve(sync);
      expect(world.allSeen()).toEqual(seen);
      expect((await world.syncRoster(next, open)).plan?.changes).toBe(0);
    }),
    { numRuns: 40 },
  );
}, 120_000);
