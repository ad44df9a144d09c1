import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { editsOf } from './edit-documents.ts';
import type { Fields } from './edits.ts';
import { type Asked, overrideField, putManualRecord, releaseEdit } from './edits-desk.ts';
import { rollbackSync } from './rollback-desk.ts';
import type { Sync } from './sync.ts';

const district = 'd-1';
const teachers = ['hmh teacher', 'imath teacher'];
const first = person('u1', ['teacher']);
const rest = Array.from({ length: 9 }, (_, i) => person(`v${i}`, ['student']));
const promoted = [person('u1', ['principal']), ...rest];

let world: CalmWorld;
beforeEach(async () => {
  world = new CalmWorld();
  await world.sync([school], [first, ...rest]);
});

const at = { entity: 'users', sourcedId: 'u1', field: 'givenName' } as const;
const asking = () => ({ district, syncId: world.nextId(), by: 'ada', ifMatch: undefined });
const told = () => ({ owner: 'ada', reason: 'as on the birth certificate', at: world.now() });
const done = async (asked: Promise<Asked>) => world.rested((await asked).sync.syncId);
const nameAda = () => done(overrideField(world, asking(), { ...at, value: 'Ada', ...told() }));
const release = () => done(releaseEdit(world, asking(), at));
const record = (id: string) => (world.seen(`roster\tusers\t${id}`) as { record: Fields } | undefined)?.record;
const ada = () => record('u1');

function makeByHand(sourcedId: string) {
  const { sourcedId: _, ...byHand } = person('x', ['principal']);
  return done(putManualRecord(world, asking(), { entity: 'users', sourcedId, record: byHand, ...told() }));
}

async function manualIds() {
  const { edits } = (await world.ledger.lane(district)).value.committed;
  return (await editsOf(world.objects, district, edits?.version)).records.map(({ sourcedId }) => sourcedId);
}

describe('a release after a rollback', () => {
  const undo = async ({ syncId: undoes }: Sync) => {
    const asked = { district, syncId: world.nextId(), undoes, dryRun: false, by: 'ada' };
    return world.rested((await rollbackSync(world, asked)).syncId);
  };

  test('brings the feed before the one that was undone', async () => {
    await nameAda();
    await undo(await world.sync([school], promoted));
    await release();
    expect([ada(), world.rolesOf('u1')]).toEqual([first, teachers]);
  });

  test('does so where the override was written between feed and rollback', async () => {
    const sync = await world.sync([school], promoted);
    await nameAda();
    await undo(sync);
    await release();
    expect(ada()).toEqual(first);
  });

  test('does so where the feed had changed nothing but the overridden field, which it may bring again', async () => {
    const renamed = [person('u1', ['teacher'], { givenName: 'Fed' }), ...rest];
    await nameAda();
    const sync = await world.sync([school], renamed);
    const undone = await undo(sync);
    await release();
    expect(ada()).toEqual(first);
    await nameAda();
    await undo(await world.sync([school], renamed));
    await world.sync([school], renamed);
    await release();
    expect([undone.state, ada()?.givenName]).toEqual(['applied', 'Fed']);
  });

  test('leaves what a later feed says', async () => {
    await nameAda();
    const sync = await world.sync([school], promoted);
    await world.sync([school], [person('u1', ['student']), ...rest]);
    await undo(sync);
    await release();
    expect(ada()?.roles).toEqual(person('u1', ['student']).roles);
  });
});

describe('a sync of single people', () => {
  const only = { users: ['v1'] };

  test('leaves what the feed says of others beneath their overrides', async () => {
    await nameAda();
    expect((await world.syncRoster({ orgs: [school], users: promoted }, { only })).state).toBe('applied');
    await release();
    expect([ada(), world.rolesOf('u1')]).toEqual([first, teachers]);
  });

  test('brings what it says of them beneath theirs, also where that does not show, and the next feed brings its own', async () => {
    const named = (givenName: string) => [person('u1', ['teacher'], { givenName }), ...rest];
    await nameAda();
    await world.syncRoster({ orgs: [school], users: named('Only') }, { only: { users: ['u1'] } });
    await release();
    expect(ada()).toMatchObject({ givenName: 'Only' });
    await nameAda();
    await world.sync([school], named('Feed'));
    await world.syncRoster({ orgs: [school], users: named('Only') }, { only: { users: ['u1'] } });
    await world.sync([school], named('Feed'));
    await release();
    expect(ada()).toMatchObject({ givenName: 'Feed' });
  });

  test('adopts none of the others that were made by hand', async () => {
    await makeByHand('m1');
    const users = [first, ...rest, person('m1', ['student'])];
    await world.syncRoster({ orgs: [school], users }, { only });
    expect([await manualIds(), record('m1')]).toMatchObject([['m1'], { roles: [{ role: 'principal' }] }]);
    await world.syncRoster({ orgs: [school], users }, { only: { users: ['m1'] } });
    expect([await manualIds(), record('m1')]).toMatchObject([[], { roles: [{ role: 'student' }] }]);
  });
});

test('the removals of a sync bring nothing beneath an override that was written since its rows', async () => {
  const held = await world.sync([school], [first, ...rest.slice(0, 4)]);
  expect([held.state, held.hold?.reason]).toEqual(['held', 'guard']);
  const later = person('u1', ['teacher'], { familyName: 'Later' });
  await world.syncRoster({ orgs: [school], users: [later, ...rest] }, { only: { users: ['u1'] } });
  await nameAda();
  const applied = await world.approve(held);
  await release();
  expect([applied.state, ada()]).toEqual(['applied', later]);
});
