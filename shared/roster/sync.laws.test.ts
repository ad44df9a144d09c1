import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CalmWorld, type Records } from '../../test/builders/calm-world.ts';
import { type RosterChanges, randomRoster } from '../../test/simulation/rosters.ts';
import { seeded } from '../../test/simulation/schedule.ts';
import { CommittedState } from './committed-state.ts';
import { entities } from './records.ts';
import { onBreach, type Sync } from './sync.ts';
import { countState } from './tally.ts';

const district = 'd-1';
const open = { guard: { percent: 100, atLeast: 1, onBreach: onBreach[0] } };

const roster = fc.nat().map((seed): Records => {
  const tiny = randomRoster(seeded(seed));
  for (const sourcedId of ['k1', 'k2', 'k3', 'k4', 'k5', 'k6']) {
    // Who stays, so that it is a feed of the same district.
    const name = { givenName: sourcedId, familyName: '0' };
    tiny.users.set(sourcedId, { sourcedId, enabledUser: true, ...name, roles: [] });
  }
  return Object.fromEntries(entities.map((entity) => [entity, [...tiny[entity].values()]]));
});

function sums({ counts }: Sync): void {
  for (const c of Object.values(counts ?? {}))
    expect(c.received).toBe(c.unchanged + c.created + c.updated + c.reactivated + c.marked + c.rejected);
}

/** The state's active records, as a feed would bring them. */
async function committed(world: CalmWorld): Promise<{ state: CommittedState; active: Records }> {
  const { value: lane } = await world.ledger.lane(district);
  const state = await CommittedState.open(world.objects, district, lane.committed.manifest);
  const active: Records = {};
  for (const entity of entities) {
    const lines = await state.lines(entity, 0, 1);
    active[entity] = lines.filter(({ status }) => status === 'active').map(({ json }) => JSON.parse(json));
  }
  return { state, active };
}

const sorted = (records: Records): Records =>
  Object.fromEntries(
    entities.map((entity) => [
      entity,
      [...(records[entity] ?? [])].sort((a, b) => (a.sourcedId < b.sourcedId ? -1 : 1)),
    ]),
  );

test('a sync gives exactly its feed, from whatever stood before, and its counts sum', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(roster, { minLength: 2, maxLength: 4 }), async (rosters) => {
      const world = new CalmWorld(1000);
      for (const records of rosters) {
        const sync = await world.syncRoster(records, open);
        expect(sync.state).toBe('applied');
        sums(sync);
      }
      expect((await committed(world)).active).toEqual(sorted(rosters.at(-1) ?? {}));
    }),
    { numRuns: 60 },
  );
});

test('the same feed again changes nothing and writes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(roster, roster, async (before, after) => {
      const world = new CalmWorld(1000);
      await world.syncRoster(before, open);
      await world.syncRoster(after, open);
      const again = await world.syncRoster(after, open);
      expect(again.plan).toMatchObject({ changes: 0, held: 0 });
    }),
    { numRuns: 60 },
  );
});

test('the order of rows does not matter: the plan is the same to its hash', async () => {
  await fc.assert(
    fc.asyncProperty(roster, roster, async (before, after) => {
      const planOf = async (turn: (records: Records) => Records) => {
        const world = new CalmWorld(1000);
        await world.syncRoster(before, open);
        return (await world.syncRoster(turn(after), open)).plan?.hash;
      };
      const reversed = (records: Records): Records =>
        Object.fromEntries(entities.map((entity) => [entity, [...(records[entity] ?? [])].reverse()]));
      expect(await planOf(reversed)).toBe(await planOf((records) => records));
    }),
    { numRuns: 60 },
  );
});

test('what the state says of its groups is what a count of its records says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(roster, { minLength: 1, maxLength: 4 }), async (rosters) => {
      const world = new CalmWorld(1000);
      for (const records of rosters) await world.syncRoster(records);
      const { state } = await committed(world);
      const counted = await countState(world.objects, state);
      for (const entity of entities)
        expect(state.manifest.active?.[entity] ?? {}).toEqual({ ...counted[entity] });
    }),
    { numRuns: 60 },
  );
});

const changesOf = fc.tuple(roster, fc.nat()).map(([records, seed]): RosterChanges => {
  const random = seeded(seed);
  const named: RosterChanges = { records: {}, gone: {}, modified: '2026-11-20T05:00:00.000Z' };
  for (const entity of entities) {
    const some = (records[entity] ?? []).filter(() => random.chance(0.4));
    const gone = some.filter(() => random.chance(0.3)).map(({ sourcedId }) => sourcedId);
    named.gone[entity] = gone;
    Object.assign(named.records, { [entity]: some.filter(({ sourcedId }) => !gone.includes(sourcedId)) });
  }
  return named;
});

/** A roster's active records with the named ones changed. */
function changed(before: Records, { records, gone }: RosterChanges): Records {
  return Object.fromEntries(
    entities.map((entity) => {
      const all = new Map((before[entity] ?? []).map((record) => [record.sourcedId, record]));
      for (const record of records[entity] ?? []) all.set(record.sourcedId, record);
      for (const id of gone[entity] ?? []) all.delete(id);
      return [entity, [...all.values()]];
    }),
  );
}

test('changes give the roster before with the named records changed, and the same changes again nothing', async () => {
  await fc.assert(
    fc.asyncProperty(roster, fc.array(changesOf, { minLength: 1, maxLength: 3 }), async (before, all) => {
      const world = new CalmWorld(1000);
      await world.syncRoster(before, open);
      let expected = before;
      for (const changes of all) {
        const sync = await world.syncChanges(changes, open);
        expect(sync.state).toBe('applied');
        sums(sync);
        expected = changed(expected, changes);
        expect((await committed(world)).active).toEqual(sorted(expected));
        expect((await world.syncChanges(changes, open)).plan).toMatchObject({ changes: 0, held: 0 });
      }
    }),
    { numRuns: 60 },
  );
});

test('the order of changes does not matter: the plan is the same to its hash', async () => {
  await fc.assert(
    fc.asyncProperty(roster, changesOf, async (before, changes) => {
      const planOf = async (turn: <T>(all: readonly T[]) => T[]) => {
        const world = new CalmWorld(1000);
        await world.syncRoster(before, open);
        const { records, gone, modified } = changes;
        const turned = Object.fromEntries(
          entities.map((entity) => [entity, turn<unknown>(records[entity] ?? [])]),
        );
        const left = Object.fromEntries(entities.map((entity) => [entity, turn(gone[entity] ?? [])]));
        // Turned records are of the same entities.
        const sync = await world.syncChanges(
          { records: turned as RosterChanges['records'], gone: left, modified },
          open,
        );
        return sync.plan?.hash;
      };
      expect(await planOf((all) => [...all].reverse())).toBe(await planOf((all) => [...all]));
    }),
    { numRuns: 40 },
  );
});

test('a full feed after changes gives exactly that feed', async () => {
  await fc.assert(
    fc.asyncProperty(roster, changesOf, roster, async (before, changes, after) => {
      const world = new CalmWorld(1000);
      await world.syncRoster(before, open);
      await world.syncChanges(changes, open);
      expect((await world.syncRoster(after, open)).state).toBe('applied');
      expect((await committed(world)).active).toEqual(sorted(after));
    }),
    { numRuns: 40 },
  );
});
