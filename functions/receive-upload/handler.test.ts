import type { S3Event, S3EventRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import type { Feed } from '../../shared/messages/districts.ts';
import { memoryDueTimes } from '../../test/builders/due-times.ts';
import { aFeed } from '../../test/builders/feed.ts';
import { recordingEvents } from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

function objectCreated(key: string, size = 10): S3Event {
  const s3 = { object: { key, size, eTag: 'tag' } };
  // Of a whole event the handler looks at the object alone.
  return { Records: [{ s3 } as S3EventRecord] };
}

const now = '2026-11-21T12:00:00.000Z';

function world({ feed, files = ['a.zip'] }: { feed?: Partial<Feed>; files?: string[] } = {}) {
  const arrived: unknown[] = [];
  const events = recordingEvents();
  const due = memoryDueTimes();
  const handler = makeHandler({
    uploads: {
      arrived: async (at, object) => {
        arrived.push([at, object.size]);
        if (at.uploadId === 'unknown') return undefined;
        const came = files.map((fileName) => ({ fileName, size: 10, arrivedAt: now }));
        const of = feed === undefined ? {} : { feed: 'sis' };
        const trigger = files.includes('done.csv') ? { triggerFile: 'done.csv' } : {};
        const waiting = at.uploadId === 'partial' ? [{ fileName: 'late.csv', size: 10 }] : [];
        return {
          ...{ uploadId: at.uploadId, createdAt: now, by: 'c' },
          ...of,
          ...trigger,
          files: [...came, ...waiting],
        };
      },
    },
    feeds: { find: async () => ({ feed: aFeed(feed), revision: 1 }) },
    due,
    events,
    now: () => new Date(now),
  });
  return { arrived, events, due, handler };
}

test('notes which file of which upload has come', async () => {
  const { handler, arrived, events } = world();
  await handler(objectCreated('uploads/d-1/U1/Schuljahr+26%2B27+%C3%BCber.zip'));
  expect(arrived).toEqual([[{ district: 'd-1', uploadId: 'U1', fileName: 'Schuljahr 26+27 über.zip' }, 10]]);
  expect(events.told.uploads).toEqual(['U1']);
});

test.each(['other/d-1/U1/x.zip', 'uploads/d-1/x.zip', 'uploads/d-1/U1/a/x.zip', 'uploads//U1/x.zip'])(
  'passes over %s, which is no file of an upload',
  async (key) => {
    const { handler, arrived } = world();
    await handler(objectCreated(key));
    expect(arrived).toEqual([]);
  },
);

test('says nothing of a file that nobody waits for', async () => {
  const { handler, events } = world();
  await handler(objectCreated('uploads/d-1/unknown/x.zip'));
  expect(events.told.uploads).toEqual([]);
});

test('an upload that is whole is due after the quiet time, and what comes meanwhile puts that off', async () => {
  const { handler, due } = world({ feed: { arrival: { quietSeconds: 300 } } });
  await handler(objectCreated('uploads/d-1/U1/a.zip'));
  expect(due.times()).toEqual(['arrival 2026-11-21T12:05:00.000Z']);
  await handler(objectCreated('uploads/d-1/U1/a.zip'));
  expect(due.times()).toEqual(['arrival 2026-11-21T12:05:00.000Z']);
});

test('a trigger file leaves nothing to wait for', async () => {
  const arrival = { quietSeconds: 300, triggerFile: 'done.csv' };
  const { handler, due } = world({ feed: { arrival }, files: ['a.zip', 'done.csv'] });
  await handler(objectCreated('uploads/d-1/U1/done.csv'));
  expect(due.times()).toEqual([`arrival ${now}`]);
});

test.each<[string, Parameters<typeof world>[0], string]>([
  [
    'of a feed that waits for a trigger file',
    { feed: { arrival: { quietSeconds: 1, triggerFile: 'done.csv' } } },
    'U1',
  ],
  ['of a feed that nothing triggers', { feed: {} }, 'U1'],
  ['that names no feed', {}, 'U1'],
  ['that is not whole', { feed: { arrival: { quietSeconds: 1 }, freshness: { withinHours: 1 } } }, 'partial'],
])('a file of an upload %s makes nothing due', async (_, of, upload) => {
  const { handler, due } = world(of);
  await handler(objectCreated(`uploads/d-1/${upload}/a.zip`));
  expect(due.times()).toEqual([]);
});

test('with a whole upload the feed is expected anew', async () => {
  const { handler, due } = world({ feed: { freshness: { withinHours: 26 } } });
  await handler(objectCreated('uploads/d-1/U1/a.zip'));
  expect(due.times()).toEqual(['freshness 2026-11-22T14:00:00.000Z']);
});
