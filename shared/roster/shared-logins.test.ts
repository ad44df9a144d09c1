import { expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import type { User } from './records.ts';

const one = (id: string, more: Partial<User>) =>
  person(id, ['teacher'], { givenName: id, familyName: id, ...more });
const told = async (world: CalmWorld, users: User[]) => {
  const problems = await world.problemsOf(await world.sync([school], users));
  return problems.map(({ code, message }) => `${code}: ${message.slice(0, message.indexOf(' have'))}`);
};

test('users with one e-mail address or username are kept and named, whatever the case and width, night for night', async () => {
  const world = new CalmWorld();
  const users = [
    one('a', { email: 'Ada@Example.org', username: 'ada' }),
    one('b', { email: 'ada@example.ORG', username: 'ＡＤＡ' }),
    one('c', { email: 'cy@example.org', username: 'ada@example.org' }),
  ];
  const both = ['shared-email: a, b', 'shared-username: a, b'];
  expect(await told(world, users)).toEqual(both);
  expect(await told(world, users)).toEqual(both);
  expect(world.seen('roster\tusers\tb')).toMatchObject({ status: 'active' });
  expect(await told(world, [...users.slice(0, 1), one('b', {}), ...users.slice(2)])).toEqual([]);
});

test('of an address that many have, the first ones are named', async () => {
  const users = Array.from({ length: 14 }, (_, at) => one(`u${10 + at}`, { email: 'none@example.org' }));
  const [problem] = await told(new CalmWorld(), users);
  expect(problem).toBe(
    `shared-email: ${users
      .slice(0, 10)
      .map((user) => user.sourcedId)
      .join(', ')} and 4 more`,
  );
});

test('an address that somebody left behind is free', async () => {
  const world = new CalmWorld();
  const mail = { email: 'office@example.org' };
  await told(world, [one('a', mail), one('b', {})]);
  expect(await told(world, [one('c', mail), one('b', {})])).toEqual([]);
});
