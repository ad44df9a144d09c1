import type { WebhookMessage } from '../../shared/messages/report-messages.ts';
import {
  attempted,
  bodyOf,
  type Delivery,
  given,
  seenAnswering,
  type Webhook,
} from '../../shared/reports/webhook.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { Called, CallWebhook } from '../../shared/runtime/webhook-call.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import type { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import type { WebhookDeliveries } from '../../shared/store/webhook-deliveries.ts';
import { secretsOf } from '../../shared/store/webhook-secrets.ts';
import type { Webhooks } from '../../shared/store/webhooks.ts';

export type DeliverDeps = {
  ledger: Pick<ReportLedger, 'findEvent'>;
  webhooks: Pick<Webhooks, 'find' | 'put' | 'disable'>;
  deliveries: Pick<WebhookDeliveries, 'find' | 'put'>;
  secrets: Pick<VendorSecrets, 'get'>;
  queue: Pick<DistrictQueue<WebhookMessage>, 'send'>;
  call: CallWebhook;
  events: Pick<Events, 'webhookCalled' | 'webhookDisabled' | 'audited'>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** 0 to 1, 1 left out. */
  random(): number;
};

/** What SQS lets a message wait at most. */
const longestDelaySeconds = 900;

/** Longer than a call takes: whoever breaks off before the end of it is followed by another after that. */
const claimedMs = 60_000;

/** Calls an endpoint about an event, if it is time; else, and where the call fails, the message waits on. */
export async function deliver(deps: DeliverDeps, message: WebhookMessage): Promise<void> {
  const { district, endpoint, event: id, day } = message;
  const event = await deps.ledger.findEvent(district, day, id);
  const webhook = await deps.webhooks.find(district, endpoint);
  // Kept no longer, or nobody to call any more.
  if (event === undefined || webhook === undefined) return;
  const at = { district, webhook: endpoint };
  const before = await deps.deliveries.find(district, endpoint, event);
  if (before !== undefined && before.state !== 'waiting') return;
  const now = deps.now();
  // What is told once for all of a minute is called of when that is over.
  const due = Date.parse(before?.nextAt ?? event.at);
  if (due > now) return again(deps, message, due);
  const wanted = before ?? given(event);
  if (webhook.disabled !== undefined) {
    const { nextAt: _, ...rest } = wanted;
    await deps.deliveries.put(at, { ...rest, state: 'dead' }, before);
    return;
  }
  const nextAt = new Date(now + claimedMs).toISOString();
  const mine = await deps.deliveries.put(at, { ...wanted, nextAt }, before);
  // Another message about the same is at it.
  if (mine === undefined) return;

  const secrets = await secretsOf(deps.secrets, district, webhook, now);
  const called = await deps.call({ url: webhook.url, id, body: bodyOf(event), secrets });
  const { after, ended } = await keep(deps, at, { mine, called });
  await noteAnswer(deps, at.district, { webhook, called, now: ended });
  if (after.state === 'waiting') await again(deps, message, Date.parse(after.nextAt ?? nextAt));
}

type At = { district: string; webhook: string };

async function keep(
  deps: DeliverDeps,
  at: At,
  { mine, called: { attempt, retryAfterMs } }: { mine: Delivery; called: Called },
): Promise<{ after: Delivery; ended: number }> {
  const ended = deps.now();
  const after = attempted(mine, attempt, { now: ended, random: deps.random(), retryAfterMs });
  await deps.deliveries.put(at, after, mine);
  const { status, why, milliseconds } = attempt;
  deps.events.webhookCalled({ ...at, kind: after.kind, state: after.state, status, why, milliseconds });
  return { after, ended };
}

/** Whoever changes the webhook meanwhile wins: the next call tells the same of it. */
async function noteAnswer(
  deps: DeliverDeps,
  district: string,
  { webhook, called: { attempt }, now }: { webhook: Webhook; called: Called; now: number },
): Promise<void> {
  const after = seenAnswering(webhook, attempt, now);
  if (after === webhook) return;
  const { why } = after.disabled ?? {};
  if (why === undefined) {
    await deps.webhooks.put(district, after, webhook);
    return;
  }
  if ((await deps.webhooks.disable(district, after, webhook)) === undefined) return;
  const { id } = webhook;
  deps.events.webhookDisabled({ district, webhook: id, why });
  deps.events.audited({
    district,
    by: 'post-webhook',
    action: 'webhook-disabled',
    what: { webhook: id, why },
  });
}

async function again({ queue, now }: DeliverDeps, message: WebhookMessage, due: number): Promise<void> {
  const seconds = Math.ceil((due - now()) / 1000);
  await queue.send(message, Math.min(longestDelaySeconds, Math.max(1, seconds)));
}
