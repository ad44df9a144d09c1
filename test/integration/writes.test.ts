import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { tableNames } from '../../infra/names.ts';
import { headCopies } from '../../shared/store/keys.ts';
import { Api } from '../builders/api.ts';
import { crowdFeed, feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { RecordingProxy } from '../builders/recording-proxy.ts';
import { until } from '../builders/until.ts';

/** Every action that DynamoDB charges a write for, held or refused. */
const writing = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'ConditionCheckItem',
  'BatchWriteItem',
  'PartiQLInsert',
  'PartiQLUpdate',
  'PartiQLDelete',
]);

const proxy = new RecordingProxy();
let local: Local;
let api: Api;

beforeAll(async () => {
  local = await startLocal({ through: proxy.through });
  api = await Api.signIn(local.url, local.operator);
});

afterAll(async () => {
  await local?.stop();
  proxy.close();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

/** Writes by table while a sync runs; that of the upload, which tells of its arrival when it likes, has come before. */
async function writesOfSync(district: string, feed: Parameters<typeof feedZip>[0]) {
  const before = proxy.uses.length;
  const upload = await api.upload(district, await feedZip(feed));
  await until('the upload has been told of', () =>
    proxy.uses.slice(before).some(({ by, action }) => by === 'receive-upload' && action === 'UpdateItem'),
  );
  const start = proxy.uses.length;
  const { syncId } = await api.ok<{ syncId: string }>('POST', `/v1/districts/${district}/syncs`, {
    feed: 'sis',
    upload,
  });
  expect((await api.rested(district, syncId)).state).toBe('applied');
  // Who tells others of it does so when the stream comes by.
  const during = proxy.uses
    .slice(start)
    .filter(({ action, by }) => writing.has(action) && by !== 'announce-syncs' && by !== 'announce-events');
  return Object.fromEntries(
    tableNames.map((table) => [table, during.filter(({ on }) => on === table).length]),
  );
}

describe('the same feed again', { timeout: 120_000 }, () => {
  test.each([100, 1500])('of %i people writes to no table but syncs', async (students) => {
    const district = await api.newDistrict(`same-${students}`);
    await writesOfSync(district, crowdFeed(students));
    expect(await writesOfSync(district, crowdFeed(students))).toMatchObject({
      roster: 0,
      access: 0,
      assignments: 0,
      tenants: 0,
    });
  });

  test('writes to syncs as little for many as for few', async () => {
    const few = await writesOfSync('same-100', crowdFeed(100));
    const many = await writesOfSync('same-1500', crowdFeed(1500));
    expect(many.syncs).toBe(few.syncs);
    expect(few.syncs).toBeLessThanOrEqual(20);
  });
});

test('a feed with changed rows writes each of them once, the commit, and nothing for the rest', {
  timeout: 120_000,
}, async () => {
  const district = await api.newDistrict('changing');
  await writesOfSync(district, crowdFeed(600));
  const seen = [];
  for (const changed of [10, 100, 400]) {
    const { syncs, ...records } = await writesOfSync(
      district,
      crowdFeed(600, (student) => (student < changed ? `Doe${changed}` : 'Doe')),
    );
    const none = { assignments: 0, tenants: 0, accounts: 0, logins: 0, audit: 0, reports: 0 };
    expect(records).toEqual({ roster: changed, access: headCopies, ...none });
    seen.push(syncs);
    await writesOfSync(district, crowdFeed(600));
  }
  expect(new Set(seen).size).toBe(1);
});
