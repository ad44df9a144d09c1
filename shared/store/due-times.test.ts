import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import type { Due } from '../roster/due.ts';
import { DynamoDueTimes } from './due-times.ts';
import { dueShards, shardOf } from './keys.ts';
import { Uploads } from './uploads.ts';

let engine: TestDynamo;
let times: DynamoDueTimes;
let uploads: Uploads;
beforeAll(async () => {
  engine = await startDynamo();
  times = new DynamoDueTimes(engine.dynamo, testTables.syncs);
  uploads = new Uploads(engine.dynamo, testTables.syncs);
});
afterAll(() => engine.stop());

const sevenOClock = Date.parse('2026-11-20T07:00:00Z');
const minuteMs = 60_000;

async function dueAt(district: string, now: number): Promise<Due[]> {
  const all: Due[] = [];
  for await (const due of times.due(shardOf(district, dueShards), now)) {
    if (due.district === district) all.push(due);
  }
  return all;
}

test('what is due is read, the oldest first, and what is not yet due is not', async () => {
  const at = (minutes: number, feed: string): Due => {
    return { district: 'order', kind: 'schedule', feed, at: sevenOClock + minutes * minuteMs };
  };
  for (const due of [at(1, 'b'), at(0, 'a#x'), at(2, 'c')]) {
    expect(await times.replace(undefined, due)).toBe(true);
  }
  expect(await dueAt('order', sevenOClock + minuteMs)).toEqual([at(0, 'a#x'), at(1, 'b')]);
  expect(await dueAt('order', sevenOClock - 1)).toEqual([]);
});

test('a slot has one time: the one before goes with the next, and the race for it has one winner', async () => {
  const first: Due = { district: 'one', kind: 'freshness', feed: 'sis', at: sevenOClock, since: 1 };
  const wins = await Promise.all([times.replace(undefined, first), times.replace(undefined, first)]);
  expect(wins.filter(Boolean)).toHaveLength(1);
  const later = { ...first, at: sevenOClock + minuteMs };
  const moves = [1, 2].map((n) => times.replace(first, { ...later, at: later.at + n }));
  expect((await Promise.all(moves)).filter(Boolean)).toHaveLength(1);
  expect(await times.replace(first, later)).toBe(false);
  const now = await times.armed(first);
  expect(await dueAt('one', later.at + 2)).toEqual([now]);
  expect(await times.replace(now, { ...later, at: now?.at ?? 0, since: 2 })).toBe(true);
  expect(await dueAt('one', later.at + 2)).toMatchObject([{ since: 2 }]);
  expect(await times.replace(await times.armed(first), undefined)).toBe(true);
  expect([await times.armed(first), await dueAt('one', later.at + 2)]).toEqual([undefined, []]);
});

test('slots of one feed, of its uploads and of the district are apart', async () => {
  const slots = [
    { kind: 'care' },
    { kind: 'schedule', feed: 'sis' },
    { kind: 'arrival', feed: 'sis', upload: 'A' },
    { kind: 'arrival', feed: 'sis', upload: 'B' },
  ] as const;
  for (const slot of slots) await times.replace(undefined, { district: 'apart', ...slot, at: sevenOClock });
  expect(await dueAt('apart', sevenOClock)).toHaveLength(slots.length);
});

test('the newest whole upload of a feed is found behind others, and given away once', async () => {
  const district = 'uploads';
  const upload = (uploadId: string, feed: string, arrivedAt?: string) =>
    uploads.create(district, {
      ...{ uploadId, feed, createdAt: '2026-11-20T07:00:00Z', by: 'c' },
      files: [{ fileName: 'a.zip', size: 1, ...(arrivedAt ? { arrivedAt } : {}) }],
    });
  const came = '2026-11-20T07:00:00.000Z';
  await upload('01A', 'sis', came);
  await upload('01B', 'sis', came);
  // More than one page that never came.
  for (let i = 10; i < 32; i++) await upload(`01C${i}`, 'sis');
  await upload('01D', 'other', came);
  expect(await uploads.newest(district, 'sis')).toMatchObject({ uploadId: '01B', wholeAt: sevenOClock });
  expect(await uploads.newest(district, 'none')).toBeUndefined();
  const given = await Promise.all(
    ['y1', 'y2'].map((syncId) => uploads.give({ district, uploadId: '01B' }, { syncId, by: 'schedule' })),
  );
  expect(given[0]).toEqual(given[1]);
  expect((await uploads.newest(district, 'sis'))?.sync).toEqual(given[0]);
});

test('a trigger file is no part of the feed, and its upload waits for every file', async () => {
  const at = { district: 'triggered', uploadId: '01A' };
  const files = ['a.zip', 'done.csv'].map((fileName) => ({ fileName, size: 1 }));
  await uploads.create(at.district, {
    ...{ uploadId: at.uploadId, feed: 'sis', triggerFile: 'done.csv', createdAt: 'x', by: 'c' },
    files,
  });
  const object = { size: 1, etag: 't', at: new Date(sevenOClock) };
  await uploads.arrived({ ...at, fileName: 'done.csv' }, object);
  expect(await uploads.whole(at.district, at.uploadId)).toBeUndefined();
  await uploads.arrived({ ...at, fileName: 'a.zip' }, object);
  expect(await uploads.whole(at.district, at.uploadId)).toMatchObject({ triggered: true });
});
