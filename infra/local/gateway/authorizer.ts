import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { LocalFunction } from '../functions/local-function.ts';
import type { toAuthorizerEvent, toEvent } from './http-event.ts';

export type AuthorizerSettings = { target: LocalFunction; identityHeaders: string[]; ttlSeconds: number };

export type Verdict =
  | { allowed: true; context: Record<string, unknown> }
  | { allowed: false; status: 401 | 403 | 500; message: string };

const SimpleResponse = z.object({
  isAuthorized: z.boolean(),
  context: z.record(z.string(), z.unknown()).optional(),
});

const maxRemembered = 10_000;

/** A Lambda authorizer with simple responses, whose verdicts are remembered by identity source. */
export class Authorizer {
  readonly #settings: AuthorizerSettings;
  readonly #remembered = new Map<string, { verdict: Verdict; until: number }>();

  constructor(settings: AuthorizerSettings) {
    this.#settings = settings;
  }

  async decide(
    event: ReturnType<typeof toEvent>,
    headers: IncomingHttpHeaders,
    asAuthorizerEvent: typeof toAuthorizerEvent,
  ): Promise<Verdict> {
    const identity = this.#settings.identityHeaders.map((name) => String(headers[name] ?? ''));
    // A missing identity source never reaches the function.
    if (identity.includes('')) return { allowed: false, status: 401, message: 'Unauthorized' };
    const key = JSON.stringify(identity);
    const known = this.#remembered.get(key);
    if (known !== undefined && known.until > Date.now()) return known.verdict;
    const verdict = await this.#ask(asAuthorizerEvent(event, identity));
    if (this.#settings.ttlSeconds > 0 && (verdict.allowed || verdict.status === 403))
      this.#remember(key, verdict);
    return verdict;
  }

  async #ask(event: unknown): Promise<Verdict> {
    const outcome = await this.#settings.target.invoke(event);
    if (!outcome.ok) {
      return outcome.error.errorMessage === 'Unauthorized'
        ? { allowed: false, status: 401, message: 'Unauthorized' }
        : { allowed: false, status: 500, message: 'Internal Server Error' };
    }
    const { data } = SimpleResponse.safeParse(JSON.parse(outcome.payload));
    if (data === undefined) return { allowed: false, status: 500, message: 'Internal Server Error' };
    if (!data.isAuthorized) return { allowed: false, status: 403, message: 'Forbidden' };
    return { allowed: true, context: data.context ?? {} };
  }

  #remember(key: string, verdict: Verdict): void {
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    this.#remembered.set(key, { verdict, until: Date.now() + this.#settings.ttlSeconds * 1000 });
  }
}
