import {
  PullRejected,
  type VendorAnswer,
  type VendorHttp,
  type VendorRequest,
  VendorUnavailable,
} from '../feeds/pulling.ts';
import { addressProblem, addressRefused } from './vendor-address.ts';
import type { Send, VendorReply } from './vendor-transport.ts';

export type VendorHttpDeps = {
  send: Send;
  /** `https://host:port` of every server that this feed may be asked of; credentials reach no other. */
  origins: readonly string[];
  loopback: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** 0 to 1, 1 left out. */
  random(): number;
  /** When all has to be over; milliseconds since the epoch. */
  until: number;
  limits?: Partial<typeof defaultLimits>;
};

const defaultLimits = {
  /** Of one exchange, the answer's body with it. */
  requestMs: 60_000,
  /** Of one answer, unpacked. */
  answerBytes: 64 * 1024 * 1024,
  /** How often one request is made. */
  tries: 6,
  redirects: 3,
  /** Whoever says to wait longer is asked again in a later pull. */
  retryAfterMs: 120_000,
  backoffMs: 500,
  maxBackoffMs: 30_000,
};

const retried = new Set([429, 500, 502, 503, 504]);
const redirected = new Set([301, 302, 303, 307, 308]);

/** A client for one pull of one feed. @throws {PullRejected} where an address may not be asked, or the time is over */
export function makeVendorHttp(deps: VendorHttpDeps): VendorHttp {
  const limits = { ...defaultLimits, ...deps.limits };
  return async (url, asked = {}) => {
    let at = url;
    for (let followed = 0; ; followed++) {
      refuseForeign(deps, at);
      const answer = await tried(deps, limits, at, asked);
      if (!redirected.has(answer.status)) return answer;
      at = redirectOf(answer, { from: at, asked, isLast: followed >= limits.redirects });
    }
  };
}

type Limits = typeof defaultLimits;

function refuseForeign({ origins, loopback }: VendorHttpDeps, url: URL): void {
  const problem = addressProblem(url, loopback);
  if (problem === undefined && origins.includes(url.origin)) return;
  if (problem !== undefined && origins.includes(url.origin)) throw addressRefused(url.host);
  throw new PullRejected(
    'vendor-address',
    `The vendor sends on to ${url.host}, which is not the server of this feed.`,
    'Only the servers that the feed names are asked, so that its credentials reach no other. Check the address of the feed.',
  );
}

async function tried(
  deps: VendorHttpDeps,
  limits: Limits,
  url: URL,
  asked: VendorRequest,
): Promise<VendorAnswer> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(deps, limits, url, asked);
    if ('answer' in outcome) return outcome.answer;
    const wait = waitBefore(outcome, { attempt, limits, deps });
    const isWorthIt = attempt < limits.tries && wait <= limits.retryAfterMs && deps.now() + wait < deps.until;
    if (!isWorthIt) throw new VendorUnavailable(`${url.host} ${outcome.why}.`, { cause: outcome.cause });
    await deps.sleep(wait);
  }
}

type Outcome = { answer: VendorAnswer } | Failure;
type Failure = { why: string; retryAfterMs?: number | undefined; cause?: unknown };

async function once(deps: VendorHttpDeps, limits: Limits, url: URL, asked: VendorRequest): Promise<Outcome> {
  const leftMs = deps.until - deps.now();
  if (leftMs <= 0) throw tooLong();
  const signal = AbortSignal.timeout(Math.min(limits.requestMs, leftMs));
  try {
    const reply = await deps.send(url, asked, signal);
    const text = await textOf(reply, limits.answerBytes);
    const { status, headers } = reply;
    if (!retried.has(status)) return { answer: { status, headers, text } };
    return { why: `answered with status ${status}`, retryAfterMs: retryAfter(headers, deps.now()) };
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal !== undefined) throw refusal;
    return { why: signal.aborted ? 'did not answer in time' : 'could not be reached', cause: error };
  }
}

/** What our own lookup refused comes wrapped by whoever connects. */
export function refusalIn(error: unknown): PullRejected | undefined {
  if (error instanceof PullRejected) return error;
  if (error instanceof AggregateError) return error.errors.map(refusalIn).find(Boolean);
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : undefined;
}

/** Headers may say anything about length and type: what counts is what comes. */
async function textOf({ body }: VendorReply, most: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > most) {
      throw new PullRejected(
        'vendor-answer',
        `One answer of the vendor is larger than ${Math.floor(most / 1024 ** 2)} MB.`,
        'Ask the vendor whether its API gives pages.',
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Full jitter; where the vendor says how long to wait, that and a little more. */
function waitBefore(
  { retryAfterMs }: Failure,
  { attempt, limits, deps }: { attempt: number; limits: Limits; deps: VendorHttpDeps },
): number {
  if (retryAfterMs !== undefined) return retryAfterMs + deps.random() * limits.backoffMs;
  return deps.random() * Math.min(limits.maxBackoffMs, limits.backoffMs * 2 ** attempt);
}

/** Milliseconds; seconds or an HTTP date in the header (RFC 9110, section 10.2.3). `undefined` where it says nothing to go by. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function redirectOf(
  { status, headers }: VendorAnswer,
  { from, asked, isLast }: { from: URL; asked: VendorRequest; isLast: boolean },
): URL {
  const location = headers.get('location') ?? '';
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isSame = to?.origin === from.origin && (asked.method ?? 'GET') === 'GET';
  if (to !== undefined && isSame && !isLast) return to;
  throw new PullRejected(
    'vendor-address',
    isLast
      ? `${from.host} redirects without an end.`
      : `${from.host} redirects elsewhere (status ${status}), and credentials are not sent on.`,
    'Give the feed the address to which the vendor redirects, if it is the vendor’s.',
  );
}

function tooLong(): PullRejected {
  return new PullRejected(
    'pull-too-long',
    'The pull took longer than one may.',
    'Ask the vendor whether the API can give larger pages, or take the feed as files.',
  );
}
