import type { Answer } from './api.ts';

/** A browser as far as signing in needs one: it keeps cookies, sends them back, and says where its requests come from. */
export class Browser {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  /** Those it holds, by name. */
  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer & { setCookies: string[] }> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(this.#cookies.size === 0 ? {} : { cookie: this.#header() }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const setCookies = response.headers.getSetCookie();
    for (const cookie of setCookies) this.#keep(cookie);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      setCookies,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  }

  signIn(username: string, password: string, district?: string): ReturnType<Browser['call']> {
    return this.call('POST', '/v1/sessions', {
      username,
      password,
      ...(district === undefined ? {} : { district }),
    });
  }

  #header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(/; */);
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (attributes.some((one) => /^max-age=0$/i.test(one))) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
