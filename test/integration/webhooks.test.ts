import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { Api } from '../builders/api.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed11 } from '../builders/oneroster-feed.ts';
import { until } from '../builders/until.ts';
import { verified } from '../builders/webhooks.ts';
import { startServer, type VendorServer } from '../vendors/http-server.ts';

type Made = { id: string; secret: string };
type Changed = { type: string; data: { cursor: string; sync: string } };

const at = '/v1/districts/north';
let local: Local;
let receiver: VendorServer;
let operator: Api;
let webhook: Made;

beforeAll(async () => {
  receiver = await startServer(() => ({ status: 204, body: '' }));
  local = await startLocal({ loopbackVendors: true });
  operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict('north');
  webhook = await operator.ok<Made>('POST', `${at}/webhooks`, { url: receiver.origin });
}, 240_000);

afterAll(async () => {
  await local?.stop();
  await receiver?.close();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

test('a test call arrives, signed', async () => {
  const tested = await operator.ok('POST', `${at}/webhooks/${webhook.id}/test`);
  expect(tested).toMatchObject({ delivered: true, attempt: { status: 204 } });
  expect(verified(receiver.calls.at(-1), webhook.secret)).toMatchObject({ type: 'webhook.test' });
}, 60_000);

test('a sync stands in the outbox, and a replay of it leads to what changed', async () => {
  const { syncId } = await operator.sync('north', await feedZip(feed11()));
  await until('the sync is told of', async () => {
    const replay = { after: new Date(Date.now() - 3_600_000).toISOString() };
    const path = `${at}/webhooks/${webhook.id}/replay`;
    return (await operator.ok<{ events: number }>('POST', path, replay)).events > 0;
  });
  const ofRoster = () => receiver.calls.find(({ body }) => body.includes('"roster.changed"'));
  await until('it is called of', () => ofRoster() !== undefined);
  const said = verified(ofRoster(), webhook.secret) as Changed; // looked at in the next lines
  expect(said.data.sync).toBe(syncId);
  const changes = await operator.ok('GET', `${at}/changes?after=${said.data.cursor}&limit=1000`);
  expect(changes).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ type: 'roster', entity: 'users' })]),
  });
  const listed = await operator.ok('GET', `${at}/webhooks/${webhook.id}/deliveries?state=delivered`);
  expect(listed).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ kind: 'roster.changed' })]),
  });
}, 240_000);
