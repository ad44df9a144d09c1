import { expect, test } from 'vitest';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { decodeCursor } from '../../shared/roster/feed-cursor.ts';
import type { Commit } from '../../shared/roster/sync-stores.ts';
import { makeTellChanges } from './tell-changes.ts';

const digest = (letter: string) => letter.repeat(64);
const manifest = (letter: string) => `state/d-1/manifest/${digest(letter)}.json`;
const commit = (syncId: string, letter: string, at: string): Commit => ({
  ...{ district: 'd-1', syncId, generation: 1, manifest: manifest(letter), at },
});
const history = [
  commit('S1', 'a', '2026-11-21T10:00:00.000Z'),
  commit('S2', 'b', '2026-11-21T11:00:00.000Z'),
  commit('S3', 'b', '2026-11-21T11:30:00.000Z'),
];

function world() {
  const outbox: ServiceEvent[] = [];
  const clock = { now: Date.parse('2026-11-21T12:00:10Z') };
  const make = () =>
    makeTellChanges({
      commits: {
        last: async (_, before) => history.findLast(({ at }) => before === undefined || at < before),
      },
      outbox: {
        tell: async (event) => {
          if (outbox.some(({ id }) => id === event.id)) return false;
          return outbox.push(event) > 0;
        },
      },
      now: () => clock.now,
    });
  return { outbox, clock, make };
}

const entry = (sequence: number, more: object) => ({
  ...{ pk: 'changes#d-1', sk: String(sequence), sequence, at: '2026-11-21T12:00:00Z', told: [] },
  ...more,
});
const given = { told: [{ type: 'assignment', change: 'created', id: 'a-1', user: 'u-1' }] };

function cursorOf(event: ServiceEvent | undefined) {
  return decodeCursor(String(event?.facts.cursor), { district: 'd-1', now: '2026-11-21T12:05:00Z' });
}

test('a commit is told of once, with its sync and the cursor before it', async () => {
  const { outbox, make } = world();
  const committed = entry(7, { manifest: manifest('b'), at: '2026-11-21T11:00:00.003Z' });
  await make()(committed);
  await make()(committed);
  expect(outbox).toMatchObject([{ kind: 'roster.changed', district: 'd-1', sync: 'S2' }]);
  expect(cursorOf(outbox[0])).toMatchObject({ told: 6, manifest: digest('a') });
});

test('a commit that brought the same roster is no event', async () => {
  const { outbox, make } = world();
  await make()(entry(9, { manifest: manifest('b'), at: '2026-11-21T11:30:00.003Z' }));
  expect(outbox).toEqual([]);
});

test('assignments of one minute are one event, which happens when the minute is over', async () => {
  const { outbox, clock, make } = world();
  const tell = make();
  for (let sequence = 8; sequence < 1000; sequence += 1) await tell(entry(sequence, given));
  // By another instance.
  await make()(entry(1000, given));
  expect(outbox).toMatchObject([{ kind: 'assignments.changed', at: '2026-11-21T12:01:05.000Z' }]);
  expect(cursorOf(outbox[0])).toMatchObject({ told: 7, manifest: digest('b') });
  clock.now += 60_000;
  await tell(entry(1001, given));
  expect(outbox).toHaveLength(2);
});

test('what a change is of is in no event', async () => {
  const { outbox, make } = world();
  await make()(entry(8, given));
  expect(JSON.stringify(outbox)).not.toMatch(/u-1|a-1/);
});

test.each([
  ['a setting', entry(8, { told: [{ type: 'setting', change: 'updated', id: 'x' }] })],
  ['a number that nobody used', entry(8, {})],
  ['another item of the table', { ...entry(8, given), pk: 'feeds#d-1' }],
  ['an item that is gone', undefined],
])('%s is no event', async (_, item) => {
  const { outbox, make } = world();
  await make()(item);
  expect(outbox).toEqual([]);
});
