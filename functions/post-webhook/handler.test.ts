import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { failingDays, retrySeconds } from '../../shared/reports/webhook.ts';
import { startDynamo, type TestDynamo } from '../../test/builders/dynamo.ts';
import { context } from '../../test/builders/http-event.ts';
import { sqsEvent } from '../../test/builders/sqs-event.ts';
import { verified, webhookWorld } from '../../test/builders/webhooks.ts';
import { type Answer, startServer, type VendorServer } from '../../test/vendors/http-server.ts';

let engine: TestDynamo;
let receiver: VendorServer;
let answer: (path: string) => Answer;
let world: ReturnType<typeof webhookWorld>;
let district: string;
let count = 0;
const hourMs = 3_600_000;

beforeAll(async () => {
  engine = await startDynamo();
  receiver = await startServer(({ url }) => answer(url.pathname));
});
afterAll(async () => {
  await receiver.close();
  await engine.stop();
});

beforeEach(() => {
  count += 1;
  district = `d-${count}`;
  world = webhookWorld(engine.dynamo, district);
  receiver.calls.length = 0;
  answer = () => ({ status: 204, body: '' });
  return () => world.close();
});

const here = (path = '/hook') => `${receiver.origin}${path}`;

/** The only delivery of a webhook. */
async function delivery(webhook: string) {
  const { items } = await world.deliveries.list(district, webhook, { limit: 10 });
  return items[0];
}

test('a call is signed as Standard Webhooks says, and names what happened by references', async () => {
  const { webhook, secret } = await world.create(here());
  const event = await world.happens({ id: 'e-7', account: 's1', facts: { outcome: 'accepted' } });
  await world.drain();
  const [call] = receiver.calls;
  expect(call?.headers['webhook-id']).toBe('e-7');
  expect(verified(call, secret)).toEqual({
    type: 'report.ready',
    timestamp: event.at,
    data: { id: 'e-7', district, report: 'r-1', account: 's1', outcome: 'accepted' },
  });
  expect(await delivery(webhook)).toMatchObject({
    id: 'e-7',
    state: 'delivered',
    attempts: [{ status: 204 }],
  });
});

test('whoever changes a byte, or signs with another secret, is found out', async () => {
  const { secret } = await world.create(here());
  await world.happens();
  await world.drain();
  const [call] = receiver.calls;
  if (call === undefined) throw new Error('Nobody called.');
  const other = `whsec_${Buffer.from('some other secret of some length').toString('base64')}`;
  expect(() => verified({ ...call, body: `${call.body} ` }, secret)).toThrow('No matching signature');
  expect(() => verified(call, other)).toThrow('No matching signature');
});

test('only webhooks that want an event are called of it', async () => {
  await world.create(here('/uploads'), { events: ['report.uploaded'] });
  await world.create(here('/all'));
  await world.happens({ kind: 'report.ready' });
  await world.drain();
  expect(receiver.calls.map(({ url }) => url.pathname)).toEqual(['/all']);
});

test('an endpoint that fails is called again after the published pauses, then the delivery is dead', async () => {
  answer = () => ({ status: 500, body: '' });
  const { webhook } = await world.create(here());
  await world.happens();
  await world.drain();
  const dead = await delivery(webhook);
  const times = dead?.attempts.map(({ at }) => Date.parse(at)) ?? [];
  const pauses = times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / 1000);
  expect(pauses).toEqual([...retrySeconds]);
  expect([dead?.state, receiver.calls.length]).toEqual(['dead', retrySeconds.length + 1]);
  expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['e-1']));
});

test('an endpoint that comes back gets what it missed, and is well again', async () => {
  answer = () => ({ status: receiver.calls.length < 3 ? 503 : 200, body: '' });
  const { webhook } = await world.create(here());
  await world.happens();
  await world.drain();
  expect((await delivery(webhook))?.state).toBe('delivered');
  expect((await world.webhooks.find(district, webhook))?.failingSince).toBeUndefined();
});

test('an endpoint that says when to come back is not called before', async () => {
  answer = () => ({
    status: receiver.calls.length === 1 ? 429 : 200,
    headers: { 'retry-after': '7200' },
    body: '',
  });
  const { webhook } = await world.create(here());
  const begun = world.clock.now;
  await world.happens();
  await world.drain();
  expect((await delivery(webhook))?.state).toBe('delivered');
  expect(world.clock.now - begun).toBe(2 * hourMs);
});

test('a message that comes twice at once leads to one call', async () => {
  await world.create(here());
  await world.happens();
  const message = world.queue[0]?.message;
  if (message === undefined) throw new Error('Nothing is queued.');
  const handle = world.makePost();
  await Promise.all([handle(sqsEvent(message), context), handle(sqsEvent(message), context)]);
  await handle(sqsEvent(message), context);
  await world.drain();
  expect(receiver.calls).toHaveLength(1);
});

test('whoever breaks off in a call is followed by another', async () => {
  const { webhook } = await world.create(here());
  await world.happens();
  const call = () => Promise.reject(new Error('out of memory'));
  const message = world.queue[0]?.message;
  if (message === undefined) throw new Error('Nothing is queued.');
  const broken = await world.makePost({ call })(sqsEvent(message), context);
  expect(broken?.batchItemFailures).toHaveLength(1);
  // The queue gives it out again.
  world.queue.push({ message, due: world.clock.now + 6 * 60_000 });
  await world.drain();
  expect([receiver.calls.length, (await delivery(webhook))?.state]).toEqual([1, 'delivered']);
});

test('a webhook whose secret was exchanged signs with both until the former has ended', async () => {
  const { webhook, secret: former } = await world.create(here());
  const { body } = await world.ask('rotateWebhookSecret', {
    params: { webhook },
    body: { oldGoodForSeconds: 60 },
  });
  await world.happens();
  await world.drain();
  for (const secret of [former, String(body.secret)]) {
    expect(verified(receiver.calls[0], secret)).toMatchObject({ type: 'report.ready' });
  }
  world.clock.now += 61_000;
  await world.happens({ id: 'e-2' });
  await world.drain();
  expect(verified(receiver.calls[1], String(body.secret))).toMatchObject({ type: 'report.ready' });
  expect(() => verified(receiver.calls[1], former)).toThrow('No matching signature');
});

test('an endpoint that answers 410 is called no more, of nothing', async () => {
  answer = () => ({ status: 410, body: '' });
  const { webhook } = await world.create(here());
  await world.happens();
  await world.happens({ id: 'e-2' });
  await world.drain();
  expect(receiver.calls).toHaveLength(1);
  expect((await world.webhooks.find(district, webhook))?.disabled?.why).toBe('gone');
  const { items } = await world.deliveries.list(district, webhook, { limit: 10, state: 'dead' });
  expect(items.map(({ id }) => id).sort()).toEqual(['e-1', 'e-2']);
  expect(world.events.told.webhooks).toContain(`${webhook} disabled gone`);
});

test('that a webhook was disabled stands in the outbox and the audit, once for each time', async () => {
  answer = () => ({ status: 410, body: '' });
  const { webhook } = await world.create(here());
  await Promise.all([world.happens(), world.happens({ id: 'e-2' })]);
  const messages = world.queue.splice(0).map(({ message }) => message);
  await Promise.all(messages.map((message) => world.makePost()(sqsEvent(message), context)));
  const disabledEvents = async () => {
    const day = new Date(world.clock.now).toISOString().slice(0, 10);
    const told: ServiceEvent[] = [];
    for await (const event of world.ledger.events(district, day)) told.push(event);
    return told.filter(({ kind }) => kind === 'webhook.disabled');
  };
  const { host } = new URL(receiver.origin);
  expect(await disabledEvents()).toMatchObject([{ district, facts: { webhook, host, why: 'gone' } }]);
  const audits = () => world.events.told.audits.filter(({ action }) => action === 'webhook-disabled');
  expect(audits()).toMatchObject([{ district, what: { webhook, why: 'gone' } }]);
  await world.ask('changeWebhook', { params: { webhook }, body: { enabled: true } });
  await world.happens({ id: 'e-3' });
  await world.drain();
  expect([(await disabledEvents()).length, audits().length]).toEqual([2, 2]);
});

test('other software is not called about a webhook that was disabled, nor can it ask to be', async () => {
  await world.create(here());
  await world.happens({ kind: 'webhook.disabled', facts: { webhook: 'w-1', host: 'a.test', why: 'gone' } });
  expect(world.queue).toEqual([]);
  const body = { url: here(), events: ['webhook.disabled'] };
  expect((await world.ask('createWebhook', { body })).status).toBe(400);
});

test('an endpoint that has failed for days is disabled', async () => {
  answer = () => ({ status: 500, body: '' });
  const { webhook } = await world.create(here());
  await world.happens();
  await world.drain();
  expect((await world.webhooks.find(district, webhook))?.disabled).toBeUndefined();
  world.clock.now += failingDays * 24 * hourMs;
  await world.happens({ id: 'e-2' });
  await world.drain();
  expect((await world.webhooks.find(district, webhook))?.disabled?.why).toBe('failing');
});

test('a redirect is not followed', async () => {
  answer = (path) =>
    path === '/hook'
      ? { status: 307, headers: { location: '/inside' }, body: '' }
      : { status: 200, body: '' };
  const { webhook } = await world.create(here());
  await world.happens();
  await world.drain(world.makePost(), 1);
  expect(receiver.calls.map(({ url }) => url.pathname)).toEqual(['/hook']);
  expect((await delivery(webhook))?.attempts[0]).toMatchObject({ status: 307, why: 'redirect' });
});

test('what a receiver answers with, and how, is left unread', async () => {
  answer = () => ({ status: 200, headers: { 'content-encoding': 'br' }, body: 'no brotli at all' });
  const { webhook } = await world.create(here());
  await world.happens();
  await world.drain();
  expect((await delivery(webhook))?.state).toBe('delivered');
});

test('a receiver that does not answer in time counts as failed, and nobody waits for it', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo; // it listens on a port
  const { webhook } = await world.create(`http://127.0.0.1:${port}/hook`);
  await world.happens();
  await world.drain(world.makePost(), 1);
  expect((await delivery(webhook))?.attempts).toMatchObject([{ why: 'timeout' }]);
  silent.closeAllConnections();
  silent.close();
});

test.each([
  'https://10.0.0.8/hook',
  'https://169.254.169.254/latest/meta-data',
  'https://localhost/hook',
  'https://[::1]/hook',
  'http://example.com/hook',
])('%s is not called, even where it stands in the settings', async (url) => {
  const inside = webhookWorld(engine.dynamo, district, { loopback: false });
  const { webhook } = await world.create(here());
  const kept = await world.webhooks.find(district, webhook);
  if (kept === undefined) throw new Error('It is gone.');
  await world.webhooks.put(district, { ...kept, url }, kept);
  await inside.happens();
  await inside.drain(inside.makePost({ secrets: world.secrets }), 1);
  expect((await delivery(webhook))?.attempts).toMatchObject([{ why: 'address' }]);
  await inside.close();
});

test('a webhook that is removed is called no more', async () => {
  const { webhook } = await world.create(here());
  await world.happens();
  expect((await world.ask('removeWebhook', { params: { webhook } })).status).toBe(204);
  await world.drain();
  expect([receiver.calls, world.secrets.kept.size]).toEqual([[], 0]);
});

test('what is told once for a while is called of when that is over', async () => {
  await world.create(here());
  const over = world.clock.now + 60_000;
  await world.happens({ kind: 'assignments.changed', at: new Date(over).toISOString() });
  await world.drain();
  expect([receiver.calls.length, world.clock.now]).toEqual([1, over]);
});
