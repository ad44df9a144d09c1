import { Webhook as Signer } from 'standardwebhooks';
import type { Attempt } from '../reports/webhook.ts';
import { addressProblem } from './vendor-address.ts';
import { refusalIn, retryAfter } from './vendor-http.ts';
import type { Send } from './vendor-transport.ts';

export type WebhookCall = {
  url: string;
  /** The same for all calls about one event, by which a receiver knows them. */
  id: string;
  body: string;
  /** Each `whsec_…`: signed with all of them. */
  secrets: readonly string[];
};

/** `retryAfterMs`: where the receiver says when to come back. */
export type Called = { attempt: Attempt; retryAfterMs?: number | undefined };

export type CallWebhook = (call: WebhookCall) => Promise<Called>;

export type WebhookCallDeps = {
  send: Send;
  /** Whether receivers on this machine may be called. */
  loopback: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A receiver has so long to answer. */
  timeoutMs?: number;
};

/**
 * One call, signed by Standard Webhooks. Follows no redirect, takes 2xx for delivered, and keeps nothing of what the receiver says:
 * so nobody reads by it what only this service reaches.
 */
export function makeWebhookCall({ send, loopback, now, timeoutMs = 15_000 }: WebhookCallDeps): CallWebhook {
  return async ({ url: address, id, body, secrets }) => {
    const begun = now();
    const took = () => ({ at: new Date(begun).toISOString(), milliseconds: Math.max(0, now() - begun) });
    const url = new URL(address);
    if (addressProblem(url, loopback) !== undefined) return { attempt: { ...took(), why: 'address' } };
    const signed = new Date(begun);
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(begun / 1000)),
      'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, signed, body)).join(' '),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const reply = await send(url, { method: 'POST', headers, body }, signal);
      await leave(reply.body);
      const why = whyNot(reply.status);
      return {
        attempt: { ...took(), status: reply.status, ...(why === undefined ? {} : { why }) },
        retryAfterMs: retryAfter(reply.headers, now()),
      };
    } catch (error) {
      const why = refusalIn(error) ? 'address' : signal.aborted ? 'timeout' : 'unreachable';
      return { attempt: { ...took(), why } };
    }
  };
}

function whyNot(status: number): Attempt['why'] {
  if (status >= 200 && status < 300) return undefined;
  return status >= 300 && status < 400 ? 'redirect' : 'status';
}

/** Ends the connection with the answer unread. */
async function leave(body: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const _ of body) return;
  } catch {
    // The status was the answer.
  }
}
