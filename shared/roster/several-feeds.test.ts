import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CalmWorld, type Records } from '../../test/builders/calm-world.ts';
import { overrideField, releaseEdit } from './edits-desk.ts';
import type { Enrollment, Org, User } from './records.ts';
import { rollbackSync } from './rollback-desk.ts';

const school = (id: string, name = `School ${id}`): Org => ({ sourcedId: id, name, type: 'school' });
const person = (id: string, orgId: string, more: Partial<User> = {}): User => ({
  sourcedId: id,
  enabledUser: true,
  givenName: `Given ${id}`,
  familyName: `Family ${id}`,
  roles: [{ roleType: 'primary', role: 'teacher', orgId }],
  ...more,
});
const lesson = (id: string, schoolId: string) => ({
  sourcedId: id,
  title: id,
  classType: 'scheduled',
  schoolId,
});
const takes = (classId: string, userId: string, schoolId: string): Enrollment => ({
  sourcedId: `${classId}/${userId}`,
  ...{ classId, userId, schoolId, role: 'teacher' },
});

const people = ['a', 'b', 'c', 'd', 'e', 'f'];
const first: Records = {
  orgs: [school('s1')],
  users: people.map((id) => person(id, 's1')),
  classes: [lesson('k', 's1')],
  enrollments: [takes('k', 'a', 's1')],
};

/** As readers see them: `users id → name`. */
function seen(world: CalmWorld): Record<string, unknown> {
  return Object.fromEntries(Object.entries(world.allSeen()).filter(([key]) => key.startsWith('roster\t')));
}

test('a second feed adds its people and takes away none of the first', async () => {
  const world = new CalmWorld();
  await world.syncRoster(first);
  const hr = { orgs: [school('s1'), school('s9')], users: [person('x', 's1'), person('y', 's9')] };
  const added = await world.syncRoster(hr, { feed: 'hr' });
  expect(added).toMatchObject({ state: 'applied', counts: { users: { created: 2, suspended: 0 } } });
  expect(Object.keys(seen(world)).filter((key) => key.includes('\tusers\t'))).toHaveLength(8);

  // And the first takes away none of the second, while each still loses what it no longer has.
  const again = await world.syncRoster({ ...first, users: (first.users ?? []).slice(1) });
  expect(again).toMatchObject({ state: 'applied', counts: { users: { suspended: 1, unchanged: 5 } } });
  const less = await world.syncRoster({ ...hr, users: hr.users.slice(1) }, { feed: 'hr' });
  expect(less).toMatchObject({ state: 'applied', counts: { users: { suspended: 1, unchanged: 1 } } });
  const back = await world.syncRoster(hr, { feed: 'hr' });
  expect(back).toMatchObject({ state: 'applied', counts: { users: { reactivated: 1 } } });
});

test('an id that another feed has already is somebody else, with an id made of the feed and its own', async () => {
  const world = new CalmWorld();
  await world.syncRoster(first);
  const other = {
    orgs: [school('s1')],
    users: [person('a', 's1', { givenName: 'Somebody', familyName: 'Else' })],
    classes: [lesson('k', 's1')],
    enrollments: [takes('k', 'a', 's1')],
  };
  expect(await world.syncRoster(other, { feed: 'hr' })).toMatchObject({ state: 'applied' });
  expect(world.seen('roster\tusers\ta')).toMatchObject({ record: { givenName: 'Given a' } });
  expect(world.seen('roster\tusers\thr.a')).toMatchObject({ record: { givenName: 'Somebody' } });
  expect(world.seen('access\tperson\thr.a')).toMatchObject({
    memberships: [{ classId: 'hr.k', schoolId: 's1' }],
  });
  expect(world.seen('access\tperson\ta')).toMatchObject({ memberships: [{ classId: 'k' }] });

  // The same the next night, and the other way round: a new id of the first feed that the second has.
  const twice = await world.syncRoster(other, { feed: 'hr' });
  expect(twice).toMatchObject({
    state: 'applied',
    plan: { changes: 0 },
    counts: { users: { unchanged: 1 } },
  });
  await world.syncRoster({ ...other, users: [...other.users, person('new', 's1')] }, { feed: 'hr' });
  await world.syncRoster({
    ...first,
    users: [...(first.users ?? []), person('new', 's1', { givenName: 'N' })],
  });
  expect(world.seen('roster\tusers\tnew')).toMatchObject({ record: { givenName: 'Given new' } });
  expect(world.seen('roster\tusers\tsis.new')).toMatchObject({ record: { givenName: 'N' } });
});

test('a school that both feeds name alike is one, and stays as the first says', async () => {
  const world = new CalmWorld();
  await world.syncRoster(first);
  const hr = { orgs: [{ ...school('s1', 'SCHOOL s1'), identifier: 'x' }], users: [person('x', 's1')] };
  expect(await world.syncRoster(hr, { feed: 'hr' })).toMatchObject({
    counts: { orgs: { unchanged: 1, created: 0 } },
  });
  expect(world.seen('roster\torgs\ts1')).toMatchObject({ record: { name: 'School s1' } });
  const renamed = { orgs: [school('s1', 'Another school')], users: [person('x', 's1')] };
  await world.syncRoster(renamed, {
    feed: 'other',
    guard: { percent: 100, atLeast: 99, onBreach: 'hold-all' },
  });
  expect(world.seen('roster\torgs\tother.s1')).toMatchObject({ record: { name: 'Another school' } });
});

test('a sync of one feed that is held stays held when another feed comes', async () => {
  const world = new CalmWorld();
  await world.syncRoster(first);
  await world.syncRoster(
    { orgs: [school('s9')], users: people.map((id) => person(`x${id}`, 's9')) },
    { feed: 'hr' },
  );
  const careful = { percent: 10, atLeast: 1, onBreach: 'hold-removals' } as const;
  const half = { ...first, users: (first.users ?? []).slice(0, 3) };
  const held = await world.syncRoster(half, { guard: careful });
  expect(held).toMatchObject({ state: 'held' });
  await world.syncRoster(
    { orgs: [school('s9')], users: people.map((id) => person(`x${id}`, 's9', { givenName: 'New' })) },
    { feed: 'hr' },
  );
  expect((await world.ledger.sync('d-1', held.syncId))?.value.state).toBe('held');
  const approved = await world.approve(held);
  expect(approved).toMatchObject({ state: 'applied', counts: { users: { suspended: 3 } } });
});

const roster = fc.record({
  users: fc.uniqueArray(fc.constantFrom(...people), { maxLength: 6 }),
  name: fc.constantFrom('Ada', 'Bo'),
});
const noGuard = { percent: 100, atLeast: 999, onBreach: 'hold-all' } as const;

test('whatever two feeds bring in turn, the roster is what each brought last', async () => {
  const run = fc.record({ feed: fc.constantFrom('sis', 'hr'), roster });
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 2, maxLength: 6 }), async (runs) => {
      const world = new CalmWorld();
      const last = new Map<string, { users: string[]; name: string }>();
      for (const { feed, roster: now } of runs) {
        const users = now.users.map((id) => person(`${feed}-${id}`, 's1', { givenName: now.name }));
        const sync = await world.syncRoster({ orgs: [school('s1')], users }, { feed, guard: noGuard });
        // Fewer than half of the people that were there by their ids: another feed to the gate.
        if (sync.state === 'applied') last.set(feed, now);
        else expect(sync.rejection?.code).toBe('other-district');
      }
      const active = Object.entries(seen(world)).flatMap(([key, value]) => {
        const { status, record } = value as { status: string; record: User };
        return key.includes('\tusers\t') && status === 'active' ? [[record.sourcedId, record.givenName]] : [];
      });
      const wanted = [...last].flatMap(([feed, { users, name }]) =>
        users.map((id) => [`${feed}-${id}`, name]),
      );
      expect(active.sort()).toEqual(wanted.sort());
    }),
    { numRuns: 40 },
  );
});

describe('what one feed does leaves another’s records', () => {
  const hr = { orgs: [school('s9')], users: ['x1', 'x2'].map((id) => person(id, 's9')) };
  const active = (world: CalmWorld, id: string) =>
    expect(world.seen(`roster\tusers\t${id}`)).toMatchObject({ status: 'active' });

  test('when a sync that was held before it is approved and rolled back', async () => {
    const world = new CalmWorld();
    await world.syncRoster(first);
    const careful = { percent: 10, atLeast: 1, onBreach: 'hold-removals' } as const;
    const users = [...(first.users ?? []).slice(0, 3), person('n', 's1')];
    const held = await world.syncRoster({ ...first, users }, { guard: careful });
    await world.syncRoster(hr, { feed: 'hr' });
    await world.approve(held);
    const asked = { district: 'd-1', syncId: world.nextId(), undoes: held.syncId, dryRun: false, by: 'test' };
    const undone = await world.rested((await rollbackSync(world, asked)).syncId);
    if (undone.state === 'held') await world.approve(undone);
    expect(await world.syncRoster(first, { guard: noGuard })).toMatchObject({ state: 'applied' });
    active(world, 'x1');
  });

  test('when it was first synced for single people', async () => {
    const world = new CalmWorld();
    await world.syncRoster(first);
    await world.syncRoster(hr, { feed: 'hr', only: { users: ['x1'], schools: ['s9'] } });
    await world.syncRoster(first, { guard: noGuard });
    active(world, 'x1');
  });

  test('when it no longer has, or renames, a school that both speak of', async () => {
    const world = new CalmWorld();
    const both = { ...first, orgs: [school('s1'), school('s2')] };
    await world.syncRoster(both);
    const theirs = { orgs: [school('s2')], users: [person('x1', 's2')] };
    await world.syncRoster(theirs, { feed: 'hr' });
    const roles = world.rolesOf('x1');
    expect(roles).not.toEqual([]);
    await world.syncRoster({ ...both, orgs: [school('s1'), school('s2', 'South High')] });
    await world.syncRoster(theirs, { feed: 'hr' });
    expect(world.rolesOf('x1')).toEqual(roles);
    await world.syncRoster(first, { guard: noGuard });
    expect(world.rolesOf('x1')).toEqual(roles);
    expect(world.seen('roster\torgs\ts2')).toMatchObject({
      status: 'active',
      record: { name: 'South High' },
    });
  });
});

test('what is beneath an edited school of the first feed is what that feed says', async () => {
  const world = new CalmWorld();
  await world.syncRoster(first);
  const at = { entity: 'orgs' as const, sourcedId: 's1', field: 'identifier' };
  const told = { owner: 'test', reason: 'said so', at: world.now() };
  const asking = () => ({ district: 'd-1', syncId: world.nextId(), by: 'test' });
  const edit = await overrideField(world, asking(), { ...at, value: 'by hand', ...told });
  await world.rested(edit.sync.syncId);
  const orgs = [{ ...school('s1'), identifier: 'HR-9' }];
  await world.syncRoster({ orgs, users: [person('x', 's1')] }, { feed: 'hr' });
  await world.rested((await releaseEdit(world, asking(), at)).sync.syncId);
  expect(world.seen('roster\torgs\ts1')).toEqual({ status: 'active', record: school('s1') });
});
