import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { CommittedState } from './committed-state.ts';
import { overrideField, releaseEdit } from './edits-desk.ts';
import { matchOf } from './matches.ts';
import type { User } from './records.ts';

const district = 'd-1';
let world: CalmWorld;

const ada = (id: string, role: string, more: Partial<User> = {}): User => ({
  ...person(id, [role]),
  ...{ givenName: 'Ada', familyName: 'Lovelace', identifier: '4711' },
  ...more,
});

beforeEach(async () => {
  world = new CalmWorld();
  await world.sync([school], [ada('t1', 'teacher'), person('st1', ['student'])]);
});

async function matches(): Promise<string[]> {
  const { committed } = (await world.ledger.lane(district)).value;
  const state = await CommittedState.open(world.objects, district, committed.manifest);
  return (await state.lines('match', 0, 1)).map((line) => {
    const { users, evidence } = matchOf(line);
    return `${users.join(' ')}: ${evidence.join(', ')}`;
  });
}

/** A second feed, of parents. */
const parents = (...users: User[]) => world.syncRoster({ orgs: [school], users }, { feed: 'parents' });

const told = { owner: 'test', reason: 'said so', at: '2026-11-20T07:00:00.000Z' };
async function edit(field: string, value: unknown, sourcedId = 'p1') {
  const at = { entity: 'users' as const, sourcedId, field };
  const asking = { district, syncId: world.nextId(), by: 'test' };
  const { sync } =
    value === null
      ? await releaseEdit(world, asking, at)
      : await overrideField(world, asking, { ...at, value, ...told });
  const rested = await world.rested(sync.syncId);
  return rested.state === 'held' ? world.approve(rested) : rested;
}

test('records of two feeds that look like one person wait for somebody to say so', async () => {
  await parents(ada('p1', 'parent'), ada('p2', 'parent', { identifier: '4712' }), person('p3', ['parent']));
  expect(await matches()).toEqual(['t1 p1: name, identifier']);
  expect(world.rolesOf('t1')).not.toEqual([]);
});

test('an e-mail alone is nobody, and a student is no teacher', async () => {
  const mail = 'shared@example.org';
  world = new CalmWorld();
  const grace = { ...person('t1', ['teacher']), givenName: 'Grace', email: mail };
  await world.sync([school], [grace, ada('st1', 'student')]);
  await parents({ ...person('p1', ['parent']), email: mail }, ada('p2', 'teacher'));
  expect(await matches()).toEqual([]);
});

test('merged, the person holds what both records give, by either id; split, all is as before', async () => {
  await world.sync([school], [ada('t1', 'teacher'), { ...person('st1', ['student']), agentIds: [] }]);
  await parents(ada('p1', 'parent'));
  const before = world.allSeen();
  expect(await edit('sameAsId', 't1')).toMatchObject({ state: 'applied' });
  expect(await matches()).toEqual([]);
  const facts = world.seen('access\tperson\tt1');
  expect(facts).toMatchObject({ also: ['p1'], status: 'active' });
  expect(world.seen('access\tperson\tp1')).toMatchObject({ same: 't1', assignments: [] });
  const roles = (seen: Record<string, unknown>, id: string) =>
    ((seen[`access\tperson\t${id}`] as { assignments: { id: string }[] }).assignments ?? []).length;
  expect(roles(world.allSeen(), 't1')).toBe(roles(before, 't1') + roles(before, 'p1'));
  expect(await edit('sameAsId', null)).toMatchObject({ state: 'applied' });
  expect(world.allSeen()).toEqual(before);
  expect(await matches()).toEqual(['t1 p1: name, identifier']);
});

test('a person who has left one feed stays what the other says', async () => {
  await parents(ada('p1', 'parent'));
  await edit('sameAsId', 't1');
  await world.sync([school], [person('st1', ['student'])]);
  expect(world.seen('access\tperson\tt1')).toMatchObject({ status: 'active' });
  expect(world.rolesOf('t1').some((role) => /teacher/.test(role))).toBe(false);
});

test('two that were told apart are not asked about again', async () => {
  await parents(ada('p1', 'parent'));
  await edit('differsFromIds', ['t1']);
  expect(await matches()).toEqual([]);
  await parents(ada('p1', 'parent', { title: 'Dr' }));
  expect(await matches()).toEqual([]);
});

test.each([['nobody'], ['p1']])('a link to %s leads nowhere', async (main) => {
  await parents(ada('p1', 'parent'));
  await edit('sameAsId', main);
  expect(world.seen('access\tperson\tp1')).not.toHaveProperty('same');
});

test('a person who is known by a record is not purged while another goes by it', async () => {
  await parents(ada('p1', 'parent'));
  await edit('sameAsId', 't1');
  await world.sync([school], [person('st1', ['student'])]);
  world.passDays(40);
  const purge = await world.care('purge');
  if (purge.state === 'held') await world.approve(purge);
  expect(world.seen('access\tperson\tt1')).toMatchObject({ status: 'active', also: ['p1'] });
});

describe('of two records of one person', () => {
  test('each stays what it is to the students who name it', async () => {
    await parents(
      ...[person('p1', ['relative']), person('p2', ['parent'])],
      ...[
        { ...person('k1', ['student']), agentIds: ['p1'] },
        { ...person('k2', ['student']), agentIds: ['p2'] },
      ],
    );
    await edit('sameAsId', 'p2');
    expect(world.seen('access\tperson\tp2')).toMatchObject({
      related: [
        { id: 'k1', relationship: 'Relative' },
        { id: 'k2', relationship: 'Parent' },
      ],
    });
  });

  test('of a student, what the feed says of an adult and one of them goes for the student', async () => {
    const relations = [{ id: 'k2', relationship: 'EmergencyContact' }];
    const students = [person('k1', ['student']), { ...person('k2', ['student']), agentIds: ['p1'] }];
    await parents({ ...person('p1', ['parent']), relations }, ...students);
    await edit('sameAsId', 'k1', 'k2');
    expect(world.seen('access\tperson\tp1')).toMatchObject({
      related: [{ id: 'k1', relationship: 'EmergencyContact' }],
    });
  });
});
