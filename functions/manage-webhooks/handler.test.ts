import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mostWebhooks } from '../../shared/store/webhooks.ts';
import { startDynamo, type TestDynamo } from '../../test/builders/dynamo.ts';
import { verified, webhookWorld } from '../../test/builders/webhooks.ts';
import { startServer, type VendorServer } from '../../test/vendors/http-server.ts';

let engine: TestDynamo;
let receiver: VendorServer;
let status: number;
let world: ReturnType<typeof webhookWorld>;
let count = 0;
const hourMs = 3_600_000;

beforeAll(async () => {
  engine = await startDynamo();
  receiver = await startServer(() => ({ status, body: '' }));
});
afterAll(async () => {
  await receiver.close();
  await engine.stop();
});

beforeEach(() => {
  count += 1;
  world = webhookWorld(engine.dynamo, `d-${count}`);
  receiver.calls.length = 0;
  status = 200;
  return () => world.close();
});

const ids = () => receiver.calls.map(({ headers }) => headers['webhook-id']).sort();
const instant = (at: number) => new Date(at).toISOString();

test('a secret is shown when it is made, and never again', async () => {
  const { webhook, secret } = await world.create(receiver.origin);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{40,}=*$/);
  const one = await world.ask('getWebhook', { params: { webhook } });
  const all = await world.ask('listWebhooks');
  expect(one.body).toMatchObject({ id: webhook, secretChangedAt: instant(world.clock.now) });
  expect(JSON.stringify([one.body, all.body])).not.toContain('whsec_');
});

test.each([
  'http://example.com/hook',
  'https://10.1.2.3/hook',
  'https://name:word@example.com/',
  'https://intranet/',
])('the address %s is refused', async (url) => {
  const strict = webhookWorld(engine.dynamo, `d-${count}`, { loopback: false });
  const { status: refused, body } = await strict.ask('createWebhook', { body: { url } });
  expect([refused, body.errors]).toMatchObject([400, [{ pointer: '/url' }]]);
  await strict.close();
});

test('a district has no more webhooks than can be called', async () => {
  for (let made = 0; made < mostWebhooks; made += 1) await world.create(receiver.origin);
  const { status: refused, body } = await world.ask('createWebhook', { body: { url: receiver.origin } });
  expect([refused, body.code]).toEqual([409, 'too-many-webhooks']);
});

test('a change by an old view of it is refused', async () => {
  const { webhook } = await world.create(receiver.origin);
  const params = { webhook };
  const seen = await world.ask('getWebhook', { params });
  const headers = { 'if-match': String(seen.headers?.etag) };
  const change = { params, headers, body: { events: ['sync.failed'] } };
  expect((await world.ask('changeWebhook', change)).body.events).toEqual(['sync.failed']);
  expect((await world.ask('changeWebhook', change)).status).toBe(412);
});

test('a disabled webhook is called of nothing until it is enabled, and then of what is replayed', async () => {
  const { webhook } = await world.create(receiver.origin);
  const params = { webhook };
  const after = instant(world.clock.now - 1);
  await world.ask('changeWebhook', { params, body: { enabled: false } });
  await world.happens();
  expect((await world.ask('replayWebhook', { params, body: { after } })).body.code).toBe('webhook-disabled');
  await world.ask('changeWebhook', { params, body: { enabled: true } });
  await world.drain();
  expect(ids()).toEqual([]);
  expect((await world.ask('replayWebhook', { params, body: { after } })).body).toEqual({ events: 1 });
  await world.drain();
  expect(ids()).toEqual(['e-1']);
});

test('a replay calls again of all in its time, delivered or dead, with the ids of before', async () => {
  status = 500;
  const { webhook } = await world.create(receiver.origin, { events: ['report.ready'] });
  const begun = world.clock.now;
  await world.happens({ id: 'early' });
  await world.drain();
  world.clock.now = begun + 72 * hourMs;
  await world.happens({ id: 'dead' });
  await world.drain();
  status = 200;
  await world.happens({ id: 'delivered' });
  await world.happens({ id: 'unwanted', kind: 'report.failed' });
  await world.drain();
  receiver.calls.length = 0;
  const after = instant(begun + 71 * hourMs);
  const replayed = await world.ask('replayWebhook', { params: { webhook }, body: { after } });
  expect([replayed.status, replayed.body]).toEqual([202, { events: 2 }]);
  await world.drain();
  expect(ids()).toEqual(['dead', 'delivered']);
  const left = await world.ask('listDeliveries', { params: { webhook }, query: 'state=dead' });
  expect(left.body.items).toMatchObject([{ id: 'early' }]);
});

test('deliveries are listed by page, the newest first, with what came of each attempt', async () => {
  const { webhook } = await world.create(receiver.origin);
  for (const id of ['a', 'b', 'c']) {
    await world.happens({ id });
    world.clock.now += 1000;
  }
  await world.drain();
  const first = await world.ask('listDeliveries', { params: { webhook }, query: 'limit=2' });
  const query = `limit=2&cursor=${first.body.cursor}`;
  const second = await world.ask('listDeliveries', { params: { webhook }, query });
  expect([first.body.items, second.body.items]).toMatchObject([
    [
      { id: 'c', attempts: [{ status: 200 }] },
      { id: 'b', state: 'delivered' },
    ],
    [{ id: 'a' }],
  ]);
});

test('a test calls at once, signed, and tells how it went', async () => {
  const { webhook, secret } = await world.create(receiver.origin);
  const went = await world.ask('testWebhook', { params: { webhook } });
  expect(went.body).toMatchObject({ delivered: true, attempt: { status: 200 } });
  expect(verified(receiver.calls[0], secret)).toMatchObject({
    type: 'webhook.test',
    data: { id: went.body.id },
  });
  status = 500;
  const failed = await world.ask('testWebhook', { params: { webhook } });
  expect(failed.body).toMatchObject({ delivered: false, attempt: { status: 500, why: 'status' } });
  await world.drain();
  expect(receiver.calls).toHaveLength(2);
});

test('a webhook of another district is not found', async () => {
  const { webhook } = await world.create(receiver.origin);
  const other = webhookWorld(engine.dynamo, 'another');
  expect((await other.ask('getWebhook', { params: { webhook } })).status).toBe(404);
  await other.close();
});
