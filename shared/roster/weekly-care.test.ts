import { expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { defaultRemoval } from './season.ts';
import { careDue, startWeeklyCare } from './weekly-care.ts';

const committed = { generation: 1, manifest: 'm' };
const both = ['repair', 'purge'];

test.each<[string, string, string, string[]]>([
  ['on a Saturday at 22:00 of New York', 'America/New_York', '2026-11-22T03:00:00Z', both],
  ['not a minute before', 'America/New_York', '2026-11-22T02:59:00Z', []],
  ['until five on Sunday', 'America/New_York', '2026-11-22T09:59:00Z', both],
  ['not from five on', 'America/New_York', '2026-11-22T10:00:00Z', []],
  ['not where it is Saturday night elsewhere', 'Asia/Tokyo', '2026-11-22T03:00:00Z', []],
  ['by its own clock behind the date line', 'Asia/Tokyo', '2026-11-21T13:00:00Z', both],
  ['in the hour that a night has twice', 'America/New_York', '2026-11-01T06:30:00Z', both],
  ['in a night that skips an hour', 'America/New_York', '2027-03-14T07:30:00Z', both],
  ['over the end of a year', 'UTC', '2028-01-01T23:00:00Z', both],
  ['on no other night', 'UTC', '2026-11-20T23:00:00Z', []],
])('a district is looked after %s', (_, timeZone, now, expected) => {
  expect(careDue({ committed }, { now, timeZone })).toEqual(expected);
});

test.each<[string, Parameters<typeof careDue>[0], string[]]>([
  ['nothing before the first commit', { committed: { generation: 0 } }, []],
  [
    'what was asked for an hour ago is not due',
    { committed, looked: { purge: '2026-11-21T22:00:00Z' } },
    ['repair'],
  ],
  [
    'what was asked for a week ago is',
    { committed, looked: { purge: '2026-11-14T23:00:00Z', repair: '2026-11-14T23:00:00Z' } },
    both,
  ],
])('%s', (_, lane, expected) => {
  expect(careDue(lane, { now: '2026-11-21T23:00:00Z', timeZone: 'UTC' })).toEqual(expected);
});

/** A Friday at seven in the morning when it begins. */
async function aWorld() {
  const world = new CalmWorld();
  await world.sync([school], [person('u1', ['teacher']), person('u2', ['teacher'])]);
  await world.sync([school], [person('u1', ['teacher'])]);
  const care = () =>
    startWeeklyCare(
      {
        ...world,
        removalOf: async (_, feed) => (feed === 'sis' ? { ...defaultRemoval, graceDays: 1 } : undefined),
        timeZoneOf: async () => 'Pacific/Auckland',
        newId: () => world.nextId(),
      },
      'd-1',
      world.now(),
    );
  return { world, care };
}

test('each minute of the night asks, and a week has one repair and one purge, by the days of the feed', async () => {
  const { world, care } = await aWorld();
  expect(await care()).toEqual([]);
  world.passDays(1.2);
  const [repair, purge, ...more] = await care();
  expect([repair?.kind, purge?.kind, more]).toEqual(['repair', 'purge', []]);
  expect(purge).toMatchObject({ requestedBy: 'schedule', removal: { graceDays: 1 } });
  expect(await care()).toEqual([]);
  expect((await world.rested(repair?.syncId ?? '')).state).toBe('applied');
  expect((await world.rested(purge?.syncId ?? '')).state).toBe('held');
  world.passDays(0.01);
  expect(await care()).toEqual([]);
});

test('what waits for an approval is left alone, and the purge comes in a later week', async () => {
  const { world, care } = await aWorld();
  const feed = await world.startFeed([school], [person('u3', ['teacher'])], { dryRun: true });
  await world.rested(feed);
  world.passDays(1.2);
  expect(await care()).toEqual([]);
  expect((await world.rested(feed)).state).toBe('held');
  await world.sync([school], [person('u1', ['teacher'])]);
  world.passDays(7);
  expect((await care()).map(({ kind }) => kind)).toEqual(both);
});
