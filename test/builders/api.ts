import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { SyncView } from '../../shared/messages/syncs.ts';

export type Answer = { status: number; body: unknown; headers: Headers };

/** A client that speaks HTTP and nothing else, as an integration would. */
export class Api {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async signIn(url: string, client: { clientId: string; clientSecret: string }): Promise<Api> {
    const response = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    expect(response.status).toBe(200);
    const { access_token: token } = (await response.json()) as { access_token: string };
    return new Api(url, token);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** A POST of any text as any type. */
  raw(path: string, text: string, type: string): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': type };
    return fetch(`${this.#url}${path}`, { method: 'POST', headers, body: text });
  }

  /** What a GET leads to, for what is no JSON. */
  async text(path: string, accept: string): Promise<string> {
    const headers = { authorization: `Bearer ${this.#token}`, accept };
    const response = await fetch(`${this.#url}${path}`, { headers });
    expect([path, response.status]).toEqual([path, 200]);
    return response.text();
  }

  /** What a GET leads to, as it comes. */
  async follow(path: string): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const response = await fetch(`${this.#url}${path}`, { headers });
    expect([path, response.status]).toEqual([path, 200]);
    return response;
  }

  /** The body of an answer that has to be 2xx. */
  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call(method, path, body);
    expect([method, path, answer.status, answer.status < 300 ? '' : answer.body]).toEqual([
      method,
      path,
      answer.status,
      '',
    ]);
    // What the caller expects of it is what the test then looks at.
    return answer.body as T;
  }

  async newDistrict(id: string): Promise<string> {
    await this.ok('POST', '/v1/districts', { id, name: id, timeZone: 'America/New_York', schoolYear: 2027 });
    await this.ok('PUT', `/v1/districts/${id}/feeds/sis`, { format: 'oneroster-csv', source: 'upload' });
    return id;
  }

  async upload(district: string, file: Buffer, fileName = 'feed.zip'): Promise<string> {
    const made = await this.ok<{ uploadId: string; url: string; headers: Record<string, string> }>(
      'POST',
      `/v1/districts/${district}/uploads`,
      { fileName, size: file.length },
    );
    const put = await fetch(made.url, { method: 'PUT', headers: made.headers, body: new Uint8Array(file) });
    expect(put.status).toBe(200);
    return made.uploadId;
  }

  async startSync(district: string, file: Buffer, more: object = {}): Promise<string> {
    const upload = await this.upload(district, file);
    const { syncId } = await this.ok<SyncView>('POST', `/v1/districts/${district}/syncs`, {
      feed: 'sis',
      upload,
      ...more,
    });
    return syncId;
  }

  /** Until the sync rests. */
  async rested(district: string, syncId: string, withinMs = 90_000): Promise<SyncView> {
    const until = Date.now() + withinMs;
    while (Date.now() < until) {
      const sync = await this.ok<SyncView>('GET', `/v1/districts/${district}/syncs/${syncId}`);
      if (!['queued', 'reading', 'planning', 'applying', 'finishing'].includes(sync.state)) return sync;
      await sleep(100);
    }
    throw new Error(`sync ${syncId} does not come to rest`);
  }

  async sync(district: string, file: Buffer, more: object = {}): Promise<SyncView> {
    return this.rested(district, await this.startSync(district, file, more));
  }

  async check(
    district: string,
    [user, action, resource]: readonly [string, string, string],
    explain = false,
  ): Promise<{
    decision: boolean;
    context: { reason: { code: string; row?: string; source?: string; path?: string[] } };
  }> {
    const [type, id] = resource.split(':');
    return this.ok('POST', '/access/v1/evaluation', {
      subject: { type: 'user', id: user },
      action: { name: action },
      resource: { type, id },
      context: { district, explain },
    });
  }
}
