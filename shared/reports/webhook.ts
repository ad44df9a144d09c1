import * as z from 'zod';
import { calledKinds, type ServiceEvent } from './service-event.ts';

/** Which version of a secret; the secret itself is kept apart. */
const SecretVersion = z.object({ version: z.string(), changedAt: z.string() });

/** Where other software of a district is called about what happens. */
export const Webhook = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(calledKinds)),
  description: z.string().optional(),
  /** `asked`: by people. `gone`: it answered 410. `failing`: for {@link failingDays}. */
  disabled: z.object({ why: z.enum(['asked', 'gone', 'failing']), at: z.string() }).optional(),
  /** When the first call failed of those since the last that did not; ISO 8601. */
  failingSince: z.string().optional(),
  secret: SecretVersion,
  /** Calls are signed with it too, until then. */
  former: SecretVersion.extend({ until: z.string() }).optional(),
  createdAt: z.string(),
  /** Grows by one with every change. */
  revision: z.int().positive(),
});
export type Webhook = z.infer<typeof Webhook>;

const Attempt = z.object({
  /** ISO 8601. */
  at: z.string(),
  milliseconds: z.int().nonnegative(),
  /** Of HTTP, where there was an answer. */
  status: z.int().optional(),
  /** Why it did not count as delivered. */
  why: z.enum(['status', 'redirect', 'address', 'timeout', 'unreachable']).optional(),
});
export type Attempt = z.infer<typeof Attempt>;

/** `dead`: called no more, unless somebody replays it. */
export const deliveryStates = ['waiting', 'delivered', 'dead'] as const;

/** How the calls of a webhook about one event go. */
export const Delivery = z.object({
  /** Of the event, and of all calls about it. */
  id: z.string(),
  kind: z.string(),
  /** When the event happened; ISO 8601. */
  at: z.string(),
  state: z.enum(deliveryStates),
  /** How many attempts failed since it was last given out. */
  failures: z.int().nonnegative(),
  /** The last ones, oldest first. */
  attempts: z.array(Attempt),
  /** Not before that; ISO 8601. */
  nextAt: z.string().optional(),
  revision: z.int().positive(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Seconds before each further attempt: 27 hours and 35 minutes in all. */
export const retrySeconds = [5, 300, 1800, 7200, 18_000, 36_000, 36_000] as const;

/** An endpoint that takes nothing for so long is called no more. */
export const failingDays = 5;

const dayMs = 24 * 3600 * 1000;
const mostAttempts = 20;
/** Whoever says to wait longer than a day is asked again after one. */
const longestWaitMs = dayMs;

/** Calls about an event whose delivery begins, or begins anew. */
export function given({ id, kind, at }: Pick<Delivery, 'id' | 'kind' | 'at'>, before?: Delivery): Delivery {
  const { attempts = [], revision = 0 } = before ?? {};
  return { id, kind, at, state: 'waiting', failures: 0, attempts, revision: revision + 1 };
}

/**
 * A delivery after one more attempt.
 * @param now milliseconds since the epoch
 * @param random 0 to 1: up to a tenth of a pause is added, so that not all call at once when an endpoint is back
 */
export function attempted(
  delivery: Delivery,
  attempt: Attempt,
  { now, random, retryAfterMs = 0 }: { now: number; random: number; retryAfterMs?: number | undefined },
): Delivery {
  const { nextAt: _, ...rest } = delivery;
  const attempts = [...delivery.attempts, attempt].slice(-mostAttempts);
  if (attempt.why === undefined) return { ...rest, attempts, state: 'delivered' };
  const failures = delivery.failures + 1;
  const pause = retrySeconds[delivery.failures];
  if (attempt.status === 410 || pause === undefined) return { ...rest, attempts, failures, state: 'dead' };
  const wait = Math.max(pause * 1000 * (1 + random / 10), Math.min(retryAfterMs, longestWaitMs));
  return { ...rest, attempts, failures, nextAt: new Date(now + wait).toISOString() };
}

/** An endpoint after an attempt; the same object where that changes nothing. `now`: milliseconds since the epoch. */
export function seenAnswering(webhook: Webhook, { status, why }: Attempt, now: number): Webhook {
  const at = new Date(now).toISOString();
  const { failingSince, ...rest } = webhook;
  if (why === undefined) return failingSince === undefined ? webhook : rest;
  if (status === 410) return { ...webhook, disabled: { why: 'gone', at } };
  if (failingSince === undefined) return { ...webhook, failingSince: at };
  const isLong = now - Date.parse(failingSince) > failingDays * dayMs;
  return isLong ? { ...webhook, disabled: { why: 'failing', at } } : webhook;
}

/** That a webhook was disabled, which its administrators hear of once: `revision` is of the webhook as it is disabled. */
export function disabledEvent(
  district: string,
  { id, url, disabled, revision }: Webhook,
): ServiceEvent | undefined {
  if (disabled === undefined) return undefined;
  const { why, at } = disabled;
  const facts = { webhook: id, host: new URL(url).host, why };
  return { id: `webhook-disabled.${id}.${revision}`, district, kind: 'webhook.disabled', at, facts };
}

/** What is sent about an event (Standard Webhooks: `type`, `timestamp`, `data`). */
export function bodyOf({ id, district, kind, at, facts, ...references }: ServiceEvent): string {
  return JSON.stringify({ type: kind, timestamp: at, data: { ...facts, id, district, ...references } });
}
