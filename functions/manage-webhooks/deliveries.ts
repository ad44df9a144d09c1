import { RequestError } from '../../shared/errors.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { attempted, given, type Webhook } from '../../shared/reports/webhook.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import { secretsOf } from '../../shared/store/webhook-secrets.ts';
import type { Deps } from './deps.ts';
import { found } from './settings.ts';

type DeliveryHandlers = Pick<Handlers<'manage-webhooks'>, 'replayWebhook' | 'listDeliveries' | 'testWebhook'>;

const dayMs = 24 * 3600 * 1000;
/** Events are kept so long. */
const keptDays = 30;
/** After the day in which so many are reached, the caller asks again. */
const enough = 500;
const atOnce = 20;

export function makeDeliveryHandlers(deps: Deps): DeliveryHandlers {
  const { deliveries, events } = deps;
  return {
    async listDeliveries({ params: { district, webhook }, query }) {
      await found(deps, district, webhook);
      return deliveries.list(district, webhook, query);
    },

    async replayWebhook({ params: { district, webhook: id }, body, by, now }) {
      const webhook = await found(deps, district, id);
      if (webhook.disabled !== undefined) {
        throw new RequestError('conflict', 'webhook-disabled', 'It is disabled: enable it first.');
      }
      const until = body.until === undefined ? now.getTime() : Date.parse(body.until);
      const after = Math.max(Date.parse(body.after), now.getTime() - keptDays * dayMs);
      const replayed = await replay(deps, { district, webhook, after, until });
      const what = { webhook: id, events: replayed.events };
      events.audited({ district, by, action: 'webhook-replayed', what });
      return replayed;
    },

    async testWebhook({ params: { district, webhook: id }, newId, now }) {
      const webhook = await found(deps, district, id);
      const event = { id: `test-${newId}`, kind: 'webhook.test', at: now.toISOString() };
      const body = JSON.stringify({
        type: event.kind,
        timestamp: event.at,
        data: { id: event.id, district },
      });
      const secrets = await secretsOf(deps.secrets, district, webhook, now.getTime());
      const { attempt } = await deps.call({ url: webhook.url, id: event.id, body, secrets });
      const { nextAt: _, ...after } = attempted(given(event), attempt, { now: now.getTime(), random: 0 });
      const delivered = attempt.why === undefined;
      // Tried once: whoever tests sees how it went.
      await deliveries.put({ district, webhook: id }, { ...after, state: delivered ? 'delivered' : 'dead' });
      return { id: event.id, delivered, attempt };
    },
  };
}

type Span = {
  district: string;
  webhook: Webhook /** Exclusive. */;
  after: number /** Inclusive. */;
  until: number;
};

async function replay(deps: Deps, span: Span): Promise<{ events: number; next?: string }> {
  let count = 0;
  for (let day = dayOf(span.after); day <= dayOf(span.until); day = dayAfter(day)) {
    const wanted: ServiceEvent[] = [];
    for await (const event of deps.ledger.events(span.district, day)) {
      if (isWanted(event, span)) wanted.push(event);
    }
    for (let from = 0; from < wanted.length; from += atOnce) {
      await Promise.all(wanted.slice(from, from + atOnce).map((event) => giveAgain(deps, span, event)));
    }
    count += wanted.length;
    if (count >= enough && day < dayOf(span.until)) {
      return { events: count, next: new Date(Date.parse(dayAfter(day)) - 1).toISOString() };
    }
  }
  return { events: count };
}

function isWanted({ kind, at }: ServiceEvent, { webhook, after, until }: Span): boolean {
  const happened = Date.parse(at);
  return webhook.events.some((one) => one === kind) && happened > after && happened <= until;
}

/** Whoever writes the delivery meanwhile is calling already. */
async function giveAgain(deps: Deps, { district, webhook }: Span, event: ServiceEvent): Promise<void> {
  const before = await deps.deliveries.find(district, webhook.id, event);
  await deps.deliveries.put({ district, webhook: webhook.id }, given(event, before), before);
  await deps.queue.send({ district, endpoint: webhook.id, event: event.id, day: event.at.slice(0, 10) });
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const dayAfter = (day: string): string => dayOf(Date.parse(day) + dayMs);
