import { describe, expect, test } from 'vitest';
import { CalmWorld, person, type Records, school } from '../../test/builders/calm-world.ts';
import { aSchooling, rekeyed } from '../../test/builders/rekeyed.ts';
import { type Entity, entities, type User } from './records.ts';
import { rollbackSync } from './rollback-desk.ts';
import type { Sync } from './sync.ts';

const newIds = (_: Entity, id: string) => `x-${id}`;
const sum = ({ counts }: Sync, kind: 'suspended' | 'created' | 'updated' | 'renamed') =>
  entities.reduce((all, entity) => all + (counts?.[entity][kind] ?? 0), 0);
const held = ({ state, hold }: Sync) => [state, hold?.reason];
const codes = async (world: CalmWorld, sync: Sync) =>
  (await world.problemsOf(sync)).map(({ code, value }) => `${code} ${value ?? ''}`).sort();
/** What readers see, but for what leads from an id to another. */
const records = (world: CalmWorld) =>
  Object.fromEntries(
    Object.entries(world.allSeen()).filter(
      ([, seen]) => typeof seen !== 'object' || !Object.hasOwn(seen ?? {}, 'same'),
    ),
  );
const is = async (world: CalmWorld, user: string) => {
  const seen = world.seen(`roster\tusers\t${user}`) as { status: string; record: User } | undefined;
  return seen && `${seen.record.givenName} ${seen.record.familyName} ${seen.status}`;
};

describe('a feed of 10,000 people that has new ids for everything', () => {
  const world = new CalmWorld(1000);
  const before = aSchooling({ students: 9_600, perClass: 24 });
  const after = rekeyed(before, newIds);

  test('takes nobody away: renames are proposed, applied when approved, and the next night brings nothing', async () => {
    await world.syncRoster(before);
    const seen = records(world);
    const sync = await world.syncRoster(after);
    expect(held(sync)).toEqual(['held', 'renames']);
    expect([sum(sync, 'suspended'), sum(sync, 'created'), sum(sync, 'updated')]).toEqual([0, 0, 0]);
    expect(sync.counts?.users.renamed).toBe(10_000);
    expect(sum(sync, 'renamed')).toBe(entities.reduce((all, entity) => all + before[entity].length, 0));
    expect(records(world)).toEqual(seen);
    const done = await world.approve(sync);
    expect([done.state, done.hold]).toEqual(['applied', undefined]);
    expect(records(world)).toEqual(seen);
    expect(world.seen('access\tperson\tx-student7')).toEqual({ same: 'student7' });
    const next = await world.syncRoster(after);
    expect([next.state, next.plan?.changes, sum(next, 'renamed')]).toEqual(['applied', 0, 0]);
    expect(next.counts?.users.unchanged).toBe(10_000);
  }, 120_000);
});

const ada = person('a', ['teacher'], { givenName: 'Ada', familyName: 'Lovelace', identifier: '1' });
const bo = person('b', ['student'], { givenName: 'Bo', familyName: 'Diddley', identifier: '2' });
const others = Array.from({ length: 6 }, (_, at) =>
  person(`o${at}`, ['student'], { familyName: `Other ${at}` }),
);
const as = (sourcedId: string, user: User): User => ({ ...user, sourcedId });

async function nextNight(users: User[], next: User[], more: Records = {}) {
  const world = new CalmWorld();
  await world.syncRoster({ orgs: [school], ...more, users: [...users, ...others] });
  const sync = await world.syncRoster({ orgs: [school], ...more, users: [...next, ...others] });
  return { world, sync };
}

describe('one person with another id', () => {
  test.each<[string, Partial<User>, Partial<User>]>([
    ['name and identifier', {}, {}],
    ['name and e-mail, where there is no number', { identifier: '' }, { identifier: '' }],
    ['name without marks, and a number', { givenName: 'Zoë' }, { givenName: 'Zoe' }],
    ['name in capitals', {}, { givenName: 'ADA', familyName: 'LOVELACE' }],
    ['family name and number', {}, { givenName: 'Augusta' }],
  ])('is known again by %s', async (_, was, became) => {
    const of = (more: Partial<User>): User => {
      const { identifier, ...user } = { ...ada, email: 'ada@example.org', ...more };
      return identifier ? { ...user, identifier } : user;
    };
    const { sync } = await nextNight([of(was)], [as('x', of(became))]);
    expect([...held(sync), sync.counts?.users.renamed]).toEqual(['held', 'renames', 1]);
  });

  test.each<[string, Partial<User>]>([
    ['has another number', { identifier: '9' }],
    [
      'has the e-mail address of one who left, and another name',
      { givenName: 'Eve', familyName: 'Moneypenny' },
    ],
    ['is a student, and the one who left was a teacher', { roles: bo.roles }],
  ])('is somebody new who %s', async (_, more) => {
    const email = 'ada@example.org';
    const { sync, world } = await nextNight([{ ...ada, email }], [{ ...as('x', ada), email, ...more }]);
    expect([sync.state, sync.counts?.users.created, sync.counts?.users.suspended]).toEqual(['applied', 1, 1]);
    expect(await is(world, 'a')).toBe('Ada Lovelace suspended');
  });

  test('is not guessed where there are two', async () => {
    const { identifier: _, ...user } = { ...ada, email: 'ada@example.org' };
    const { sync, world } = await nextNight([user], [as('x', user), as('y', user)]);
    expect(sync.counts?.users.renamed).toBeUndefined();
    expect(await codes(world, sync)).toContain('rekey-unclear a');
  });

  test('has the old id again the night after, and is the same record', async () => {
    const { sync, world } = await nextNight([ada], [as('x', ada)]);
    await world.approve(sync);
    const back = await world.syncRoster({ orgs: [school], users: [ada, ...others] });
    expect([back.state, back.counts?.users.unchanged]).toEqual(['applied', 7]);
  });

  test('is two rows of a feed that says the old id of somebody else: that one is new, and held', async () => {
    const { sync, world } = await nextNight([ada], [as('x', ada)]);
    await world.approve(sync);
    const next = await world.syncRoster({ orgs: [school], users: [as('a', bo), as('x', ada), ...others] });
    expect(held(next)).toEqual(['held', 'renames']);
    await world.approve(next);
    expect([await is(world, 'a'), await is(world, 'a~2')]).toEqual([
      'Ada Lovelace active',
      'Bo Diddley active',
    ]);
  });

  test('leads from the new id to the old one, which a repair finds in order, or puts back', async () => {
    const { sync, world } = await nextNight([ada], [as('x', ada)]);
    await world.approve(sync);
    expect((await world.care('repair')).plan?.changes).toBe(0);
    world.plant('access\tperson\tx', undefined);
    world.plant('roster\tusers\tx', undefined);
    const repair = await world.care('repair');
    expect([repair.hold?.reason, repair.plan?.changes]).toEqual(['drift', 2]);
    await world.approve(repair);
    expect(world.seen('access\tperson\tx')).toEqual({ same: 'a' });
  });

  test('goes back with a rollback, pointers and all', async () => {
    const { sync, world } = await nextNight([ada], [as('x', ada)]);
    const seen = world.allSeen();
    const done = await world.approve(sync);
    expect(world.allSeen()).not.toEqual(seen);
    const asked = { district: 'd-1', syncId: world.nextId(), undoes: done.syncId, dryRun: false, by: 'test' };
    await rollbackSync(world, asked);
    expect((await world.rested(asked.syncId)).state).toBe('applied');
    expect(world.allSeen()).toEqual(seen);
    expect(held(await world.syncRoster({ orgs: [school], users: [as('x', ada), ...others] }))).toEqual([
      'held',
      'renames',
    ]);
  });
});

describe('an id that is another person’s now', () => {
  test('changes nothing of whose it was, and is named', async () => {
    const { sync, world } = await nextNight(
      [ada, bo],
      [as('a', { ...bo, givenName: 'Cy', familyName: 'Twombly' }), bo],
    );
    expect([sync.state, await is(world, 'a')]).toEqual(['applied', 'Ada Lovelace active']);
    expect(await codes(world, sync)).toEqual(['id-of-another-person a']);
    expect(sync.counts?.users).toMatchObject({ received: 8, rejected: 1, updated: 0 });
  });

  test('and back, where two ids swap: renames of both are proposed, and nobody moves', async () => {
    const { sync, world } = await nextNight([ada, bo], [as('b', ada), as('a', bo)]);
    expect([...held(sync), sync.counts?.users.renamed]).toEqual(['held', 'renames', 2]);
    const seen = world.allSeen();
    expect((await world.approve(sync)).state).toBe('applied');
    expect(world.allSeen()).toEqual(seen);
    const next = await world.syncRoster({ orgs: [school], users: [as('b', ada), as('a', bo), ...others] });
    expect([next.state, next.plan?.changes]).toEqual(['applied', 0]);
  });

  test('and whose it was is there by a new one: both are known', async () => {
    const cy = person('a', ['student'], { givenName: 'Cy', familyName: 'Twombly', identifier: '3' });
    const { sync, world } = await nextNight([ada], [as('x', ada), cy]);
    expect(held(sync)).toEqual(['held', 'renames']);
    await world.approve(sync);
    expect([await is(world, 'a'), await is(world, 'a~2')]).toEqual([
      'Ada Lovelace active',
      'Cy Twombly active',
    ]);
  });

  test.each<[string, Partial<User>]>([
    ['a marriage', { familyName: 'King' }],
    ['a typo and a new number', { givenName: 'Adda', familyName: 'Lovelaice', identifier: '7' }],
    ['names in each other’s column', { givenName: 'Lovelace', familyName: 'Ada', identifier: '7' }],
    ['a nickname and a new address', { givenName: 'Countess', email: 'c@example.org' }],
    ['a new name with the old number', { givenName: 'Augusta', familyName: 'King' }],
  ])('is not: %s', async (_, more) => {
    const { sync } = await nextNight([ada], [{ ...ada, ...more }]);
    expect([sync.state, sync.counts?.users.updated]).toEqual(['applied', 1]);
  });
});

test('a class that moves to another school is the same class, with its members', async () => {
  const before = aSchooling({ students: 30, perClass: 6 });
  const world = new CalmWorld();
  await world.syncRoster(before);
  const classes = before.classes.map((one, at) => (at === 0 ? { ...one, schoolId: 'school3' } : one));
  const sync = await world.syncRoster({ ...before, classes });
  expect([sync.state, sync.counts?.classes.updated, sum(sync, 'suspended'), sum(sync, 'renamed')]).toEqual([
    'applied',
    1,
    0,
    0,
  ]);
});

test.each([
  ['e-mail address', { email: 'head@example.org' }],
  ['username', { username: 'head' }],
])('an id whose name is another is another person, whatever stays of the %s', async (_, login) => {
  const world = new CalmWorld();
  const head = (givenName: string, familyName: string) => ({
    ...person('h1', ['teacher']),
    ...login,
    ...{ givenName, familyName },
  });
  await world.sync([school], [head('Ada', 'Lovelace'), person('u2', ['student'])]);
  await world.sync([school], [head('Zebulon', 'Pike'), person('u2', ['student'])]);
  expect(world.seen('roster\tusers\th1')).toMatchObject({ record: { givenName: 'Ada' } });
});
