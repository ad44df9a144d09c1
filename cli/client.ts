import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page, Problem } from './api-types.ts';
import { ApiRefused, CommandFailed } from './failures.ts';

export type Credentials = { clientId: string; clientSecret: string };

type Token = { value: string; scopes: string[]; until: number };
type Call = {
  body?: unknown;
  headers?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
};

const attempts = 4;
/** Milliseconds before the second attempt; doubles with each. */
const firstPause = 250;
const longestPause = 20_000;
const requestTimeout = 60_000;
/** Milliseconds by which a token is renewed before it ends. */
const tokenMargin = 30_000;

/** The HTTP API with one client's credentials. Answers that tell to come back later are tried again. */
export class ApiClient {
  readonly api: string;
  readonly #credentials: Credentials;
  #token: Token | undefined;

  constructor(api: string, credentials: Credentials) {
    this.api = api.replace(/\/+$/, '');
    this.#credentials = credentials;
  }

  get<T>(path: string, query: Call['query'] = {}): Promise<T> {
    return this.#call<T>('GET', path, { query });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>('PUT', path, { body });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>('PATCH', path, { body });
  }

  delete(path: string, query: Call['query'] = {}): Promise<void> {
    return this.#call('DELETE', path, { query });
  }

  /** Every attempt of one call carries the same `Idempotency-Key`. */
  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call<T>('POST', path, { body, headers: { 'idempotency-key': randomUUID() } });
  }

  /** All items of a list, page by page. */
  async *list<T>(path: string, query: Call['query'] = {}): AsyncGenerator<T> {
    let cursor: string | undefined;
    do {
      const page: Page<T> = await this.get<Page<T>>(path, { ...query, cursor });
      yield* page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** Where a GET leads to that answers 303; credentials do not go there. */
  async leadsTo(path: string): Promise<string> {
    const { value } = await this.#validToken();
    const headers = { authorization: `Bearer ${value}` };
    const response = await request(new URL(this.api + path), { headers, redirect: 'manual' });
    const location = response.headers.get('location');
    if (location !== null) return new URL(location, response.url).href;
    throw new ApiRefused(await problemOf(response));
  }

  /** Scopes that the service gave to these credentials. */
  async scopes(): Promise<readonly string[]> {
    return (await this.#validToken()).scopes;
  }

  async #call<T>(method: string, path: string, { body, headers = {}, query = {} }: Call): Promise<T> {
    const url = new URL(this.api + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const send = async (): Promise<Response> => {
      const { value } = await this.#validToken();
      return request(url, {
        method,
        headers: {
          ...headers,
          accept: 'application/json',
          authorization: `Bearer ${value}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    };
    let response = await send();
    if (response.status === 401) {
      this.#token = undefined;
      response = await send();
    }
    if (!response.ok) throw new ApiRefused(await problemOf(response));
    // The service validates its own answers against the schema these types are written from.
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async #validToken(): Promise<Token> {
    if (this.#token !== undefined && this.#token.until > Date.now()) return this.#token;
    const { clientId, clientSecret } = this.#credentials;
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
    const response = await request(new URL(`${this.api}/oauth/token`), {
      method: 'POST',
      headers: { authorization: `Basic ${basic.toString('base64')}`, accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    if (!response.ok) throw await tokenRefused(response, clientId);
    // RFC 6749, section 5.1.
    const given = (await response.json()) as { access_token: string; expires_in: number; scope?: string };
    const token = {
      value: given.access_token,
      scopes: given.scope?.split(' ') ?? [],
      until: Date.now() + given.expires_in * 1000 - tokenMargin,
    };
    this.#token = token;
    return token;
  }
}

async function tokenRefused(response: Response, clientId: string): Promise<CommandFailed> {
  if (response.status === 401 || response.status === 400) {
    return new CommandFailed(`The service does not know the client "${clientId}", or its secret is another.`);
  }
  return new ApiRefused(await problemOf(response));
}

/** One request, again where the service is busy or did not answer. Only for requests that may arrive twice. */
export async function request(url: URL, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await attemptOf(url, init);
    const isLast = attempt === attempts;
    if (answer instanceof Response && (isLast || !isWorthAnother(answer.status))) return answer;
    if (!(answer instanceof Response) && isLast) throw unreachable(url, answer);
    const pause = firstPause * 2 ** (attempt - 1);
    await sleep(answer instanceof Response ? pauseOf(answer, pause) : pause);
  }
}

const isWorthAnother = (status: number): boolean => status === 429 || status >= 502;

async function attemptOf(url: URL, init: RequestInit): Promise<Response | Error> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(requestTimeout) });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). */
function pauseOf(response: Response, otherwise: number): number {
  const after = response.headers.get('retry-after');
  if (after === null) return otherwise;
  const pause = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now();
  return Number.isFinite(pause) ? Math.min(Math.max(pause, 0), longestPause) : otherwise;
}

function unreachable(url: URL, cause: Error): CommandFailed {
  return new CommandFailed(`Nothing answers at ${url.origin}. Is it running? "npm start" starts one here.`, {
    cause,
  });
}

async function problemOf(response: Response): Promise<Problem> {
  const unnamed = {
    type: 'about:blank',
    title: `The service answered ${response.status}`,
    status: response.status,
  };
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('json')) return unnamed;
  const body: unknown = await response.json().catch(() => undefined);
  // A problem document (RFC 9457); its members are optional there, ours always have these.
  return typeof body === 'object' && body !== null && 'title' in body ? (body as Problem) : unnamed;
}
