import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { randomRoster, type TinyRoster } from '../../test/simulation/rosters.ts';
import { seeded } from '../../test/simulation/schedule.ts';
import { shippedRules } from '../access/mapping-rules.ts';
import { editsOf } from './edit-documents.ts';
import { overrideField } from './edits-desk.ts';
import { activateDraft, saveDraft, simulateDraft } from './mapping-desk.ts';
import { putMapping } from './mapping-documents.ts';
import { entities } from './records.ts';
import { rollbackSync } from './rollback-desk.ts';
import { readLines, writeLine } from './state.ts';
import type { Sync } from './sync.ts';
import { approveSync, cancelSync } from './sync-desk.ts';

const district = 'd-1';
const never = { percent: 100, atLeast: 1, onBreach: 'hold-removals' } as const;
const refused = (code: string) => expect.objectContaining({ code });

let world: CalmWorld;
beforeEach(() => {
  world = new CalmWorld();
});

async function undo({ syncId: undoes }: Pick<Sync, 'syncId'>, dryRun = false): Promise<Sync> {
  const asked = { district, syncId: world.nextId(), undoes, dryRun, by: 'ada' };
  return world.rested((await rollbackSync(world, asked)).syncId);
}

async function approve({ syncId, plan }: Sync, by = 'bob'): Promise<Sync> {
  await approveSync(world, { district, syncId, planHash: plan?.hash ?? '', by });
  return world.rested(syncId);
}

async function apply(roster: TinyRoster, guard: Sync['guard'] = never): Promise<Sync> {
  return world.rested(await world.startRoster(roster, { guard }));
}

/** Every line of the committed state, of records and of what is derived. */
async function committedLines(): Promise<string[]> {
  const { manifest } = (await world.ledger.lane(district)).value.committed;
  if (manifest === undefined) return [];
  const { kinds } = JSON.parse(await world.objects.get(manifest));
  const lines: string[] = [];
  for (const kind of [...entities, 'person', 'class', 'org', 'conflict']) {
    for (const { key } of kinds[kind] ?? []) {
      if (key === undefined) continue;
      for (const line of readLines(await world.objects.get(key))) lines.push(`${kind} ${writeLine(line)}`);
    }
  }
  return lines;
}

async function manifestNow() {
  const { manifest = '' } = (await world.ledger.lane(district)).value.committed;
  return JSON.parse(await world.objects.get(manifest));
}

const editsNow = async () => editsOf(world.objects, district, (await manifestNow()).edits);

async function fedBy() {
  const { fed } = await manifestNow();
  return { syncId: (await world.ledger.lane(district)).value.fedBy, schoolYear: fed.schoolYear };
}

function sumsHold({ counts }: Sync): boolean {
  return Object.values(counts ?? {}).every(
    (c) => c.received === c.unchanged + c.created + c.updated + c.reactivated + c.marked + c.rejected,
  );
}

const rosters = fc.nat(1_000_000).map((seed) => randomRoster(seeded(seed)));

describe('for any rosters', () => {
  test('what a rollback leaves is the state before the sync, facts and holders too, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rosters, { maxLength: 2 }), rosters, async (first, second) => {
        world = new CalmWorld();
        for (const roster of first) await apply(roster);
        const before = { lines: await committedLines(), seen: world.allSeen() };
        const sync = await apply(second);
        // The gate takes it for another district's.
        fc.pre(sync.state === 'applied');
        const undone = await undo(sync);
        expect([undone.state, sumsHold(undone), undone.problems?.parts]).toEqual(['applied', true, 0]);
        expect({ lines: await committedLines(), seen: world.allSeen() }).toEqual(before);
        await undo(undone);
        expect((await apply(second)).plan?.changes).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('a field that somebody changed meanwhile stays and is listed, and all else is as before', async () => {
    await fc.assert(
      fc.asyncProperty(rosters, rosters, fc.nat(), async (first, second, pick) => {
        world = new CalmWorld();
        await apply(first);
        const before = world.allSeen();
        const sync = await apply(second);
        fc.pre(sync.state === 'applied');
        const users = [...second.users.values()];
        const edited = users[pick % Math.max(1, users.length)];
        fc.pre(edited !== undefined);
        const { sourcedId } = edited;
        const later = { ...edited, familyName: 'Edited' };
        await apply({ ...second, users: new Map(second.users).set(sourcedId, later) });
        const undone = await undo(sync);
        const key = `roster\tusers\t${sourcedId}`;
        const after = world.allSeen();
        const was = first.users.get(sourcedId);
        expect(after[key]).toMatchObject({ record: { familyName: 'Edited' } });
        const listed = (await world.problemsOf(undone)).filter(({ code }) => code === 'later-edit-kept');
        const isListed = was?.familyName !== edited.familyName;
        expect(listed.map(({ value }) => value)).toEqual(isListed ? [sourcedId] : []);
        if (was !== undefined) {
          expect(after[key]).toEqual({ status: 'active', record: { ...was, familyName: 'Edited' } });
          expect({ ...after, [key]: before[key] }).toEqual(before);
        }
      }),
      { numRuns: 40 },
    );
  });
});

const staff = ['u1', 'u2', 'u3'].map((id) => person(id, ['teacher']));
const many = Array.from({ length: 12 }, (_, at) => person(`t${at}`, ['teacher']));

describe('a rollback', () => {
  test('brings back whoever was suspended, with their roles, and takes away whoever was new', async () => {
    await world.sync([school], staff);
    const sync = await world.sync([school], [...staff.slice(1), person('u4', ['teacher'])]);
    expect([world.rolesOf('u1'), world.rolesOf('u4').length]).toEqual([[], 2]);
    const undone = await undo(sync);
    expect(undone).toMatchObject({ kind: 'rollback', state: 'applied', undoes: sync.syncId });
    expect(undone.counts?.users).toMatchObject({ received: 1, reactivated: 1, suspended: 1 });
    expect([world.rolesOf('u1').length, world.seen('access\tperson\tu4')]).toEqual([2, undefined]);
    const changes = (await world.changesOf(undone)).filter(({ table }) => table === 'roster');
    expect(changes.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(['reactivate u1', 'remove u4']);
    expect(undone.roleTotals).toContainEqual({
      ...{ system: 'hmh', role: 'teacher' },
      ...{ gained: 1, lost: 1, requested: 0 },
    });
  });

  test('that would take too many away again is held, and goes on with an approval', async () => {
    await world.sync([school], staff);
    const sync = await world.sync([school], [...staff.slice(1), ...many]);
    const held = await undo(sync);
    expect(held).toMatchObject({ state: 'held', hold: { reason: 'guard', remaining: 12 } });
    expect([world.rolesOf('u1').length, world.rolesOf('t0').length]).toEqual([2, 2]);
    const undone = await approve(held);
    expect([undone.state, sumsHold(undone), undone.counts?.users.suspended]).toEqual(['applied', true, 12]);
    expect(world.seen('roster\tusers\tt0')).toBeUndefined();
  });

  test('of a sync that was approved later undoes both of its parts', async () => {
    await world.sync([school], many);
    const before = world.allSeen();
    const sync = await approve(await world.sync([school], [person('t0', ['student']), ...many.slice(6)]));
    expect([sync.state, world.rolesOf('t5')]).toEqual(['applied', []]);
    await undo(sync);
    expect(world.allSeen()).toEqual(before);
  });

  test('of a sync that was approved later leaves what people have edited between its parts', async () => {
    await world.sync([school], many);
    const before = world.allSeen();
    const held = await world.sync([school], [person('n0', ['teacher']), ...many.slice(6)]);
    const { sync: edit } = await overrideField(
      world,
      {
        ...{ district, syncId: world.nextId(), by: 'ada', ifMatch: undefined },
      },
      {
        ...{ entity: 'users', sourcedId: 't9', field: 'givenName', value: 'Corrected' },
        ...{ owner: 'ada', reason: 'misspelt', at: world.now() },
      },
    );
    expect((await world.rested(edit.syncId)).state).toBe('applied');
    const undone = await undo(await approve(held));
    const corrected = { status: 'active', record: person('t9', ['teacher'], { givenName: 'Corrected' }) };
    expect(world.seen('roster\tusers\tt9')).toEqual(corrected);
    expect(world.allSeen()).toEqual({ ...before, 'roster\tusers\tt9': corrected });
    expect(undone.problems?.parts).toBe(0);
    expect((await editsNow()).overrides).toHaveLength(1);
  });

  test('of a sync that was cancelled after a part was applied undoes that part', async () => {
    await world.sync([school], many);
    const before = world.allSeen();
    const held = await world.sync([school], [person('t0', ['student']), ...many.slice(6)]);
    await cancelSync(world, { district, syncId: held.syncId, by: 'ada' });
    expect(world.allSeen()).not.toEqual(before);
    await undo(held);
    expect(world.allSeen()).toEqual(before);
  });

  test('rests with its plan where it is a dry run, and is approved as it was looked at', async () => {
    await world.sync([school], staff);
    const before = world.allSeen();
    const sync = await world.sync([school], staff.slice(1));
    const after = world.allSeen();
    const held = await undo(sync, true);
    expect(held).toMatchObject({ state: 'held', hold: { reason: 'dry-run' } });
    expect(world.allSeen()).toEqual(after);
    expect((await approve(held)).state).toBe('applied');
    expect(world.allSeen()).toEqual(before);
  });

  test('writes over what a sync has left that was given up', async () => {
    await world.sync([school], staff);
    const before = world.allSeen();
    const sync = await world.sync([school], staff.slice(1));
    const given = await world.startFeed([school], [...staff, person('u9', ['teacher'])]);
    await world.deliver('finishes');
    await cancelSync(world, { district, syncId: given, by: 'ada' });
    await undo(sync);
    expect(world.allSeen()).toEqual(before);
  });

  test('leaves the next feed to be compared anew', async () => {
    await world.sync([school], staff);
    const sync = await world.sync([school], staff.slice(1));
    await undo(sync);
    const again = await world.sync([school], staff.slice(1));
    expect([again.counts?.users.suspended, world.rolesOf('u1')]).toEqual([1, []]);
  });

  test('names the feed before as the one that the roster came from', async () => {
    const first = await world.sync([school], staff);
    const sync = await world.sync([school], staff.slice(1));
    await undo(sync);
    expect((await world.ledger.lane(district)).value.fedBy).toBe(first.syncId);
  });

  describe('after a sync of another school year', () => {
    const year = (schoolYear: number) => ({
      ...{ sourcedId: `y${schoolYear}`, title: `${schoolYear}`, type: 'schoolYear' as const },
      ...{
        schoolYear: `${schoolYear}`,
        startDate: `${schoolYear - 1}-08-01`,
        endDate: `${schoolYear}-07-31`,
      },
    });
    const good = { orgs: [school], users: staff, academicSessions: [year(2026)] };
    const bad = { ...good, academicSessions: [...good.academicSessions, year(2027)] };

    test('goes back to the good feed before it, also where single people were synced since', async () => {
      const first = await world.syncRoster(good);
      const sync = await world.syncRoster(bad);
      const users = staff.map((user) => ({ ...user, title: 'Dr' }));
      await world.syncRoster({ ...bad, users }, { only: { users: ['u1'] } });
      expect(await fedBy()).toEqual({ syncId: sync.syncId, schoolYear: '2027' });
      await undo(sync);
      expect(await fedBy()).toEqual({ syncId: first.syncId, schoolYear: '2026' });
    });

    test('is itself undone to that feed', async () => {
      const first = await world.syncRoster(good);
      const sync = await world.syncRoster(bad);
      const undone = await undo(sync);
      const redone = await undo(undone);
      expect(await fedBy()).toEqual({ syncId: sync.syncId, schoolYear: '2027' });
      await undo(redone);
      expect(await fedBy()).toEqual({ syncId: first.syncId, schoolYear: '2026' });
    });
  });

  test('is of a sync that has applied something and is over', async () => {
    await expect(undo({ syncId: 'nobody' })).rejects.toEqual(refused('unknown-sync'));
    const syncId = await world.startFeed([school], staff);
    await expect(undo({ syncId })).rejects.toEqual(refused('not-over'));
    await world.deliver('finishes');
    await expect(undo({ syncId })).rejects.toEqual(refused('not-over'));
    await cancelSync(world, { district, syncId, by: 'ada' });
    await expect(undo({ syncId })).rejects.toEqual(refused('nothing-applied'));
  });
});

describe('a rollback of a mapping', () => {
  async function activate(...rules: typeof shippedRules): Promise<Sync> {
    const version = await putMapping(world.objects, district, rules);
    await saveDraft(world, { district, version, by: 'ada' });
    const { syncId } = await simulateDraft(world, { district, syncId: world.nextId(), by: 'ada' });
    const planHash = (await world.rested(syncId)).plan?.hash ?? '';
    await activateDraft(world, { district, planHash, by: 'bob' });
    return world.rested(syncId);
  }
  const holding = async () => (await world.ledger.lane(district)).value.committed.mapping?.version;

  test('brings back the rules before it, also where none were named, and what they gave', async () => {
    await world.sync([school], staff);
    const before = world.allSeen();
    const none = await activate();
    const version = await holding();
    const half = await activate(...shippedRules.slice(0, 1));
    const undone = await undo(half);
    expect([undone.state, await holding(), world.rolesOf('u1')]).toEqual(['applied', version, []]);
    await undo(none);
    expect([await holding(), world.allSeen()]).toEqual([undefined, before]);
    await undo(undone).catch((error) => expect(error).toEqual(refused('mapping-moved')));
  });

  test('that takes away too many roles is held as a whole until it is approved', async () => {
    await activate();
    await world.sync([school], many);
    const held = await undo(await activate(...shippedRules));
    expect(held).toMatchObject({ state: 'held', hold: { reason: 'guard' } });
    expect(world.rolesOf('t0').length).toBe(2);
    expect((await approve(held)).state).toBe('applied');
    expect(world.rolesOf('t0')).toEqual([]);
  });

  test('is refused where the mapping was changed since', async () => {
    await world.sync([school], staff);
    const none = await activate();
    await activate(...shippedRules.slice(0, 1));
    await expect(undo(none)).rejects.toEqual(refused('mapping-moved'));
  });
});
