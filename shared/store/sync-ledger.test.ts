import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { aSync } from '../../test/builders/sync.ts';
import { enqueue } from '../roster/lane.ts';
import type { Sync } from '../roster/sync.ts';
import { busyShards, headCopies, headKey, shardOf } from './keys.ts';
import { DynamoSyncLedger } from './sync-ledger.ts';
import { Tenants } from './tenants.ts';

let engine: TestDynamo;
let ledger: DynamoSyncLedger;
let district: string;
let count = 0;
let now = '2026-11-20T07:00:00.000Z';

beforeAll(async () => {
  engine = await startDynamo();
  ledger = new DynamoSyncLedger(engine.dynamo, testTables, () => now);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: now };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...at });
});

const sync = (more: Partial<Sync> = {}): Sync =>
  aSync({ district, syncId: 'y1', state: 'queued', claims: 0, ...more });

test('lane and sync are written together or not at all', async () => {
  const lane = await ledger.lane(district);
  const queued = { value: enqueue(lane.value, 'y1'), version: lane.version };
  expect(await ledger.write({ lane: queued, syncs: [{ value: sync(), version: 0 }] })).toBe(true);
  expect(await ledger.write({ lane: queued, syncs: [{ value: sync({ syncId: 'y2' }), version: 0 }] })).toBe(
    false,
  );
  expect(await ledger.sync(district, 'y2')).toBeUndefined();
  expect((await ledger.lane(district)).value.queue).toEqual(['y1']);
});

test('of many that move one lane at once exactly one does', async () => {
  const lane = await ledger.lane(district);
  const tries = Array.from({ length: 16 }, (_, i) =>
    ledger.write({
      lane: { value: enqueue(lane.value, `y${i}`), version: lane.version },
      syncs: [{ value: sync({ syncId: `y${i}` }), version: 0 }],
    }),
  );
  expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
});

test('a commit moves all copies of the head, and never back', async () => {
  const write = (committed: number) =>
    ledger.write({
      syncs: [{ value: sync({ syncId: `y${committed}` }), version: 0 }],
      head: { district, committed },
    });
  expect(await write(3)).toBe(true);
  expect(await write(2)).toBe(false);
  for (let copy = 0; copy < headCopies; copy++) {
    const Key = headKey(district, copy);
    const { Item } = await engine.dynamo.send(new GetCommand({ TableName: testTables.access, Key }));
    expect(Item?.committed).toBe(3);
  }
});

test('the last chunk is told as the last, however often and in whatever order they come', async () => {
  const at = { district, syncId: 'y1', generation: 1 };
  expect(await ledger.chunkDone(at, 2, 3)).toBe(false);
  expect(await ledger.chunkDone(at, 2, 3)).toBe(false);
  expect(await ledger.chunkDone(at, 0, 3)).toBe(false);
  expect(await ledger.chunksLeft(at, 3)).toEqual([1]);
  expect(await ledger.chunkDone(at, 1, 3)).toBe(true);
  expect(await ledger.chunkDone(at, 0, 3)).toBe(true);
});

test('chunks beyond one set are looked at together', async () => {
  const at = { district, syncId: 'y1', generation: 1 };
  for (let chunk = 0; chunk < 256; chunk++) expect(await ledger.chunkDone(at, chunk, 258)).toBe(false);
  expect(await ledger.chunkDone(at, 257, 258)).toBe(false);
  expect(await ledger.chunkDone(at, 256, 258)).toBe(true);
});

test('chunks of another generation do not count', async () => {
  await ledger.chunkDone({ district, syncId: 'y1', generation: 1 }, 0, 1);
  expect(await ledger.chunksLeft({ district, syncId: 'y1', generation: 2 }, 1)).toEqual([0]);
});

test('the last sign of life is the newest of progress and chunks', async () => {
  const at = { district, syncId: 'y1', generation: 1 };
  expect(await ledger.movedAt(at)).toBeUndefined();
  await ledger.progress(at, 10, 0, 'rows');
  now = '2026-11-20T07:05:00.000Z';
  await ledger.chunkDone(at, 0, 2);
  expect(await ledger.movedAt(at)).toBe('2026-11-20T07:05:00.000Z');
});

test('a lane with something to do is found without looking at every district, and gone when it is done', async () => {
  const shard = shardOf(district, busyShards);
  const lane = await ledger.lane(district);
  await ledger.write({ lane: { value: enqueue(lane.value, 'y1'), version: 0 }, syncs: [] });
  expect(await ledger.busy(shard)).toContain(district);
  await ledger.write({ lane: { value: lane.value, version: 1 }, syncs: [] });
  expect(await ledger.busy(shard)).not.toContain(district);
});

test('syncs are listed newest first, a page at a time', async () => {
  for (const syncId of ['y1', 'y2', 'y3'])
    await ledger.write({ syncs: [{ value: sync({ syncId }), version: 0 }] });
  const first = await ledger.list(district, { limit: 2 });
  expect(first.syncs.map((s) => s.syncId)).toEqual(['y3', 'y2']);
  const second = await ledger.list(district, { limit: 2, before: first.next ?? '' });
  expect(second.syncs.map((s) => s.syncId)).toEqual(['y1']);
});
