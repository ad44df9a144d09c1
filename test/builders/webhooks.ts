import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Webhook as Verifier } from 'standardwebhooks';
import { makeHandler as makeManageWebhooks } from '../../functions/manage-webhooks/handler.ts';
import { makeHandler as makePostWebhook } from '../../functions/post-webhook/handler.ts';
import type { WebhookMessage } from '../../shared/messages/report-messages.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { makeTransport } from '../../shared/runtime/vendor-transport.ts';
import { makeWebhookCall } from '../../shared/runtime/webhook-call.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import type { VendorSecret } from '../../shared/store/vendor-secrets.ts';
import { WebhookDeliveries } from '../../shared/store/webhook-deliveries.ts';
import { WebhookFanOut } from '../../shared/store/webhook-fan-out.ts';
import { Webhooks } from '../../shared/store/webhooks.ts';
import type { Call } from '../vendors/http-server.ts';
import { testTables } from './dynamo.ts';
import { bodyOf, context, districtClient, httpEvent, recordingEvents } from './http-event.ts';
import { sqsEvent } from './sqs-event.ts';

type Name = Parameters<typeof httpEvent>[0];
type More = NonNullable<Parameters<typeof httpEvent>[1]>;

/** Webhooks of one district over an engine: settings, fan-out, queue and calls, with a clock that is put on by hand. */
export function webhookWorld(dynamo: DynamoDBDocumentClient, district: string, { loopback = true } = {}) {
  // Verifying goes by the real time.
  const clock = { now: Math.floor(Date.now() / 1000) * 1000 };
  const queue: { message: WebhookMessage; due: number }[] = [];
  const { send, close } = makeTransport({ loopback });
  const events = recordingEvents();
  const shared = {
    webhooks: new Webhooks(dynamo, testTables.reports),
    deliveries: new WebhookDeliveries(dynamo, testTables.reports),
    ledger: new ReportLedger(dynamo, testTables.reports),
    secrets: memorySecrets(),
    queue: {
      send: async (message: WebhookMessage, afterSeconds = 0) =>
        void queue.push({ message, due: clock.now + afterSeconds * 1000 }),
    },
    call: makeWebhookCall({ send, loopback, now: () => clock.now, timeoutMs: 500 }),
    events,
  };
  let secrets = 0;
  const manage = makeManageWebhooks({
    ...shared,
    access: {
      district: async (id) => ({ id, timeZone: 'UTC', committed: 0, revision: 1, settings: {} }),
    },
    loopback,
    newSecret: () => `whsec_${Buffer.from(`a secret of thirty-two bytes, ${secrets++}`).toString('base64')}`,
    decide: async () => ({ decision: true, reason: { code: 'allowed', message: 'x' } }),
    idempotency: new Idempotency(dynamo, testTables.tenants),
    now: () => new Date(clock.now),
  });
  const makePost = (more: Partial<Parameters<typeof makePostWebhook>[0]> = {}) =>
    makePostWebhook({ ...shared, now: () => clock.now, random: () => 0, ...more });
  const fanOut = new WebhookFanOut(shared.webhooks, shared.queue);

  async function ask(name: Name, more: More = {}) {
    const params = { district, ...more.params };
    const answer = await manage(httpEvent(name, { as: districtClient(district), ...more, params }), context);
    return {
      status: answer.statusCode,
      body: answer.body === '' ? {} : bodyOf(answer),
      headers: answer.headers,
    };
  }

  return {
    ...shared,
    ask,
    clock,
    queue,
    events,
    makePost,
    close,
    async create(url: string, more: object = {}) {
      const { status, body } = await ask('createWebhook', { body: { url, ...more } });
      if (status !== 201) throw new Error(`It was not made: ${JSON.stringify(body)}`);
      return { webhook: String(body.id), secret: String(body.secret) };
    },
    /** Into the outbox, and out of it. */
    async happens(more: Partial<ServiceEvent> = {}): Promise<ServiceEvent> {
      const at = new Date(clock.now).toISOString();
      const event: ServiceEvent = {
        id: 'e-1',
        district,
        kind: 'report.ready',
        at,
        report: 'r-1',
        facts: {},
        ...more,
      };
      await shared.ledger.tell(event);
      await fanOut.announce(event);
      return event;
    },
    /** Takes what waits, one after the other, putting the clock on to when each is due. @returns how many were taken */
    async drain(handle = makePost(), most = 500): Promise<number> {
      let taken = 0;
      for (; taken < most && queue.length > 0; taken += 1) {
        queue.sort((a, b) => a.due - b.due);
        const next = queue.shift();
        if (next === undefined) break;
        clock.now = Math.max(clock.now, next.due);
        await handle(sqsEvent(next.message), context);
      }
      return taken;
    },
  };
}

/** As the receiver's own library sees it. @throws where the signature is not one by this secret */
export function verified(call: Call | undefined, secret: string): unknown {
  if (call === undefined) throw new Error('Nobody called.');
  const headers = Object.fromEntries(
    Object.entries(call.headers).map(([name, value]) => [name, value ?? '']),
  );
  return new Verifier(secret).verify(call.body, headers);
}

/** Versions of secrets, as Secrets Manager keeps them. */
function memorySecrets() {
  const kept = new Map<string, VendorSecret>();
  const nameOf = (district: string, id: string, version: string) => `${district}/${id}/${version}`;
  return {
    kept,
    async put(district: string, id: string, secret: VendorSecret) {
      const version = `v${kept.size + 1}`;
      kept.set(nameOf(district, id, version), secret);
      return version;
    },
    get: async (district: string, id: string, version: string) => kept.get(nameOf(district, id, version)),
    async remove(district: string, id: string) {
      for (const name of kept.keys()) if (name.startsWith(`${district}/${id}/`)) kept.delete(name);
    },
  };
}
