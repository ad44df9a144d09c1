import type { ScheduledEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import type { Due } from '../../shared/roster/due.ts';
import { newLane } from '../../shared/roster/lane.ts';
import { memoryDueTimes } from '../../test/builders/due-times.ts';
import { aFeed } from '../../test/builders/feed.ts';
import { context, recordingEvents } from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

const inTime = { ...context, getRemainingTimeInMillis: () => 60_000 };
const now = '2026-11-20T07:00:00.000Z';
// The handler looks at nothing of it.
const event = {} as ScheduledEvent;

async function world(due: Due[]) {
  const times = memoryDueTimes();
  for (const one of due) await times.replace(undefined, one);
  const events = recordingEvents();
  const cared: string[] = [];
  const handler = makeHandler({
    shards: 2,
    async *dueIn(shard, at) {
      const mine = times.all().filter((one) => one.at <= at && (one.district === 'd-0' ? 0 : 1) === shard);
      yield* mine;
    },
    due: times,
    uploads: {
      newest: async () => undefined,
      whole: async () => undefined,
      give: async (_, sync) => sync,
    },
    feed: async () => aFeed({ freshness: { withinHours: 24 } }),
    timeZone: async () => 'UTC',
    care: [
      async ({ district }) => {
        if (district === 'bad') throw new Error('no care');
        cared.push(district);
      },
    ],
    digest: async () => {},
    ledger: {
      lane: async (district) => ({ value: newLane(district), version: 0 }),
      sync: async () => undefined,
      write: async () => true,
      chunkDone: async () => false,
      chunksLeft: async () => [],
      movedAt: async () => undefined,
      progress: async () => {},
    },
    queues: { plan: async () => {}, chunks: async () => {}, finish: async () => {} },
    pulls: { pull: async () => {} },
    now: () => now,
    events,
  });
  return { handler, events, cared, times };
}

const care = (district: string): Due => ({ district, kind: 'care', at: Date.parse(now) });

test('what fails stays due and keeps nothing else waiting', async () => {
  const { handler, events, cared, times } = await world([care('bad'), care('d-0'), care('d-1')]);
  await handler(event, inTime);
  expect(cared.sort()).toEqual(['d-0', 'd-1']);
  expect(events.told.due).toEqual(['care of bad']);
  const still = times.all().filter(({ at }) => at <= Date.parse(now));
  expect(still.map(({ district }) => district)).toEqual(['bad']);
});

test('a feed that is late is told of with when it was expected', async () => {
  const since = Date.parse('2026-11-19T07:00:00Z');
  const late: Due = { district: 'd-1', kind: 'freshness', feed: 'sis', at: Date.parse(now), since };
  const { handler, events } = await world([late]);
  await handler(event, inTime);
  expect(events.told.late).toEqual([
    { district: 'd-1', feed: 'sis', since: '2026-11-19T07:00:00.000Z', expectedBy: now },
  ]);
});

test('with no time left the rest is left to the next minute', async () => {
  const { handler, cared, times } = await world([care('d-0'), care('d-1')]);
  await handler(event, { ...inTime, getRemainingTimeInMillis: () => 1_000 });
  expect([cared, times.all().length]).toEqual([[], 2]);
});

test('a district has its night once a day, in which its audit is sealed', async () => {
  const { handler, cared, times } = await world([care('d-1')]);
  for (const _ of ['this minute', 'the next', 'the one after']) await handler(event, inTime);
  expect(cared).toEqual(['d-1']);
  const [next, ...others] = times.all().filter(({ kind }) => kind === 'care');
  const hours = ((next?.at ?? 0) - Date.parse(now)) / 3_600_000;
  expect([others, hours > 0 && hours <= 24]).toEqual([[], true]);
});
