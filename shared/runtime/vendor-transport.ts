import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Agent, request } from 'undici';
import { PullRejected, type VendorRequest } from '../feeds/pulling.ts';
import { guardedLookup } from './vendor-address.ts';

/** One exchange: no retries, no redirects. `body` is as it came over the wire, unpacked. */
export type VendorReply = { status: number; headers: Headers; body: AsyncIterable<Buffer> };
export type Send = (url: URL, asked: VendorRequest, signal: AbortSignal) => Promise<VendorReply>;

const connectMs = 10_000;
/** Between two pieces of an answer. */
const idleMs = 30_000;

/** HTTP/1.1 over undici, to addresses that were looked at. Takes no proxy from the environment. */
export function makeTransport({ loopback }: { loopback: boolean }): {
  send: Send;
  close(): Promise<void>;
} {
  const agent = new Agent({
    connect: { timeout: connectMs, lookup: guardedLookup(loopback) },
    headersTimeout: 60_000,
    bodyTimeout: idleMs,
    connections: 4,
    maxHeaderSize: 64 * 1024,
    allowH2: false,
  });
  const send: Send = async (url, { method = 'GET', headers = {}, body }, signal) => {
    const answer = await request(url, {
      dispatcher: agent,
      method,
      headers: { 'accept-encoding': 'gzip', 'user-agent': 'rolebook', ...headers },
      body: body ?? null,
      signal,
    });
    const replied = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of [value ?? []].flat()) replied.append(name, one);
    }
    return {
      status: answer.statusCode,
      headers: replied,
      body: unpacked(answer.body, replied.get('content-encoding')),
    };
  };
  return { send, close: () => agent.destroy() };
}

/** Refuses an encoding once somebody reads: who asks for the status alone takes any. */
async function* unpacked(body: Readable, encoding: string | null): AsyncIterable<Buffer> {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return yield* body;
    case 'gzip':
    case 'x-gzip':
      return yield* gunzipped(body);
    default:
      // Ending it early is no error of anybody's.
      body.on('error', () => undefined).destroy();
      throw new PullRejected(
        'vendor-answer',
        'The vendor answered in an encoding that was not asked for.',
        'Ask the vendor: only gzip and plain answers can be read.',
      );
  }
}

async function* gunzipped(body: Readable): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  body.on('error', (error) => gunzip.destroy(error));
  body.pipe(gunzip);
  try {
    // A stream of zlib yields buffers.
    for await (const piece of gunzip) yield piece as Buffer;
  } finally {
    // Whoever stops reading, as above a limit, ends the connection too.
    body.destroy();
  }
}
