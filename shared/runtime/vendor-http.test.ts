import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { VendorRequest } from '../feeds/pulling.ts';
import { makeVendorHttp } from './vendor-http.ts';
import { makeTransport, type VendorReply } from './vendor-transport.ts';

const start = Date.parse('2026-09-01T06:00:00Z');
const home = new URL('https://sis.example.org/users');

type Step = { status?: number; headers?: Record<string, string>; text?: string; error?: Error };

/** A vendor that answers step by step, the last step for good; time passes only while somebody sleeps. */
function vendor(steps: readonly Step[], more: { untilMs?: number; answerBytes?: number } = {}) {
  const seen: { url: string; headers: VendorRequest['headers'] }[] = [];
  const waits: number[] = [];
  let clock = start;
  const http = makeVendorHttp({
    origins: [home.origin],
    loopback: false,
    now: () => clock,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      clock += milliseconds;
    },
    random: () => 0.5,
    until: start + (more.untilMs ?? 600_000),
    ...(more.answerBytes === undefined ? {} : { limits: { answerBytes: more.answerBytes } }),
    send: async (url, { headers }): Promise<VendorReply> => {
      const { status = 200, headers: replied, text = '', error } = steps[seen.length] ?? steps.at(-1) ?? {};
      seen.push({ url: url.href, headers });
      if (error !== undefined) throw error;
      return { status, headers: new Headers(replied), body: pieces(text) };
    },
  });
  return { http, seen, waits };
}

async function* pieces(text: string): AsyncIterable<Buffer> {
  yield Buffer.from(text);
}

describe('retries', () => {
  test.each([429, 500, 502, 503, 504])('ask again after status %i', async (status) => {
    const { http, seen } = vendor([{ status }, { text: 'done' }]);
    expect(await http(home)).toMatchObject({ status: 200, text: 'done' });
    expect(seen).toHaveLength(2);
  });

  test('ask again where the connection breaks', async () => {
    const { http } = vendor([{ error: new Error('reset') }, { text: 'done' }]);
    expect((await http(home)).text).toBe('done');
  });

  test('wait as long as Retry-After says, in seconds or as a date', async () => {
    const seconds = vendor([{ status: 429, headers: { 'retry-after': '7' } }, {}]);
    await seconds.http(home);
    expect(seconds.waits).toEqual([7_250]);
    const date = vendor([{ status: 503, headers: { 'retry-after': 'Tue, 01 Sep 2026 06:00:09 GMT' } }, {}]);
    await date.http(home);
    expect(date.waits).toEqual([9_250]);
  });

  test('do not go by a Retry-After that says nothing or lies in the past', async () => {
    const odd = vendor([{ status: 503, headers: { 'retry-after': '-5' } }, {}]);
    await odd.http(home);
    expect(odd.waits).toEqual([500]);
    const past = vendor([{ status: 503, headers: { 'retry-after': 'Mon, 31 Aug 2026 06:00:00 GMT' } }, {}]);
    await past.http(home);
    expect(past.waits).toEqual([250]);
  });

  test('give up where the vendor says to come back much later', async () => {
    const { http, waits } = vendor([{ status: 503, headers: { 'retry-after': '3600' } }]);
    await expect(http(home)).rejects.toMatchObject({ name: 'VendorUnavailable' });
    expect(waits).toEqual([]);
  });

  test('back off ever longer, with jitter, and end', async () => {
    const { http, seen, waits } = vendor([{ status: 502 }]);
    await expect(http(home)).rejects.toMatchObject({
      name: 'VendorUnavailable',
      message: 'sis.example.org answered with status 502.',
    });
    expect(seen).toHaveLength(6);
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000]);
  });

  test('leave other answers to whoever reads them', async () => {
    for (const status of [200, 204, 400, 401, 403, 404, 422]) {
      const { http, seen } = vendor([{ status }]);
      expect((await http(home)).status).toBe(status);
      expect(seen).toHaveLength(1);
    }
  });

  test('do not go on past the time of the pull', async () => {
    const { http, seen } = vendor([{ status: 502 }], { untilMs: 1_200 });
    await expect(http(home)).rejects.toMatchObject({ name: 'VendorUnavailable' });
    expect(seen).toHaveLength(2);
    const over = vendor([{}], { untilMs: 0 });
    await expect(over.http(home)).rejects.toMatchObject({ code: 'pull-too-long' });
    expect(over.seen).toEqual([]);
  });
});

describe('where requests go', () => {
  test('redirects of the same server are followed, a few', async () => {
    const { http, seen } = vendor([{ status: 301, headers: { location: '/v2/users' } }, { text: 'moved' }]);
    expect((await http(home, { headers: { authorization: 'Bearer t' } })).text).toBe('moved');
    expect(seen.map(({ url }) => url)).toEqual([home.href, 'https://sis.example.org/v2/users']);
    const circle = vendor([{ status: 302, headers: { location: '/users' } }]);
    await expect(circle.http(home)).rejects.toMatchObject({ code: 'vendor-address' });
    expect(circle.seen).toHaveLength(4);
  });

  test.each([
    'https://elsewhere.example.org/users',
    'http://sis.example.org/users',
    'https://sis.example.org:8443/users',
    'https://169.254.169.254/latest',
    '//elsewhere.example.org/',
  ])('a redirect to %s is refused, and nothing is sent there', async (location) => {
    const { http, seen } = vendor([{ status: 302, headers: { location } }, {}]);
    await expect(http(home)).rejects.toMatchObject({ code: 'vendor-address' });
    expect(seen).toHaveLength(1);
  });

  test('a redirect of what was posted is refused', async () => {
    const { http } = vendor([{ status: 307, headers: { location: '/token2' } }, {}]);
    await expect(http(home, { method: 'POST', body: 'x' })).rejects.toMatchObject({ code: 'vendor-address' });
  });

  test('a next page on another server is not asked for', async () => {
    const { http, seen } = vendor([{}]);
    const next = new URL('https://elsewhere.example.org/users?page=2');
    await expect(http(next)).rejects.toMatchObject({ code: 'vendor-address' });
    expect(seen).toEqual([]);
  });
});

test('an answer above the limit is not read to its end', async () => {
  const { http, seen } = vendor([{ text: 'x'.repeat(2000) }], { answerBytes: 1000 });
  await expect(http(home)).rejects.toMatchObject({ code: 'vendor-answer' });
  expect(seen).toHaveLength(1);
});

describe('over the wire', () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function serve(headers: Record<string, string>, body: Buffer | string) {
    const server = createServer((_, response) => response.writeHead(200, headers).end(body));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    // A server that listens on a port has an address of this form.
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const transport = makeTransport({ loopback: true });
    closing.push(
      () => transport.close(),
      () => server.close(),
    );
    const http = makeVendorHttp({
      origins: [url.origin],
      loopback: true,
      now: () => start,
      sleep: async () => {},
      random: () => 0,
      until: start + 600_000,
      send: transport.send,
      limits: { answerBytes: 100_000, tries: 2 },
    });
    return () => http(url);
  }

  test('packed answers are unpacked', async () => {
    const ask = await serve({ 'content-encoding': 'gzip', link: '<x>; rel="next"' }, gzipSync('[]'));
    const { text, headers } = await ask();
    expect([text, headers.get('link')]).toEqual(['[]', '<x>; rel="next"']);
  });

  test('a small answer that unpacks to a large one is refused', async () => {
    const ask = await serve({ 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(10_000_000)));
    await expect(ask()).rejects.toMatchObject({ code: 'vendor-answer' });
  });

  test('an answer in an encoding that nobody asked for is refused', async () => {
    const ask = await serve({ 'content-encoding': 'br' }, 'x');
    await expect(ask()).rejects.toMatchObject({ code: 'vendor-answer' });
  });

  test('a broken pack is as good as no answer', async () => {
    const ask = await serve({ 'content-encoding': 'gzip' }, 'this is no gzip');
    await expect(ask()).rejects.toMatchObject({ name: 'VendorUnavailable' });
  });

  test('a server on this machine is not asked where that is not allowed', async () => {
    const transport = makeTransport({ loopback: false });
    closing.push(() => transport.close());
    const http = makeVendorHttp({
      origins: ['https://localhost'],
      loopback: false,
      now: () => start,
      sleep: async () => {},
      random: () => 0,
      until: start + 600_000,
      send: transport.send,
    });
    await expect(http(new URL('https://localhost/'))).rejects.toMatchObject({ code: 'vendor-address' });
    // Past the look at the address: the connection itself looks again.
    const sent = transport.send(new URL('https://localhost/'), {}, AbortSignal.timeout(10_000));
    await expect(sent).rejects.toMatchObject({ code: 'vendor-address' });
  });
});
