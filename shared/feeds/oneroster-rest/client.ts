import { PullRejected, type VendorAnswer, type VendorHttp, VendorUnavailable } from '../pulling.ts';
import type { Authorization } from './authorization.ts';
import { isRecord } from './collections.ts';
import { nextLink } from './next-link.ts';
import type { Page } from './read-pages.ts';
import { saidBy, statusInfoOf } from './status-info.ts';

/** A body that is none may be a page of a proxy in trouble. */
const maxReadings = 3;

/** The server refuses what was asked for; which the caller may know to do without. */
export class Refused extends Error {
  override name = 'Refused';
  readonly path: string;
  readonly status: number;
  /** Its codes, where it gives some. */
  readonly said: string;

  constructor(path: string, status: number, said: string) {
    super(`${path} answered ${status}`);
    this.path = path;
    this.status = status;
    this.said = said;
  }
}

export type Asking = {
  http: VendorHttp;
  authorization: Authorization;
  /** Looks at every good answer, and may throw. */
  onAnswer?(answer: VendorAnswer): void;
};

/**
 * One page: the objects under the envelope's key. An answer without them is no empty page, whatever its status.
 * @throws {Refused} 4xx but 401
 * @throws {PullRejected} vendor-refused, vendor-answer, vendor-address
 * @throws {VendorUnavailable}
 */
export async function askPage(asking: Asking, url: URL, envelope: string): Promise<Page> {
  const { answer, body } = await askJson(asking, url);
  const items = isRecord(body) ? body[envelope] : undefined;
  if (!Array.isArray(items)) throw withoutEnvelope(url, envelope, body);
  const total = countOf(answer.headers.get('x-total-count'));
  return { items, total, next: nextLink(answer.headers.get('link'), url) };
}

/** @throws as {@link askPage} */
export async function askJson(asking: Asking, url: URL): Promise<{ answer: VendorAnswer; body: unknown }> {
  for (let reading = 1; ; reading++) {
    const answer = await ask(asking, url);
    const body = bodyOf(answer);
    if (body !== undefined) {
      asking.onAnswer?.(answer);
      return { answer, body };
    }
    if (reading === maxReadings)
      throw new VendorUnavailable(
        `${url.pathname} answered 200 with something that is no JSON, or is cut off`,
      );
  }
}

async function ask({ http, authorization }: Asking, url: URL): Promise<VendorAnswer> {
  const get = async () =>
    http(url, { headers: { authorization: await authorization.header(url), accept: 'application/json' } });
  let answer = await get();
  if (answer.status === 401 && (await authorization.renew())) answer = await get();
  const { status } = answer;
  if (status === 200) return answer;
  if (status === 429 || status >= 500) throw new VendorUnavailable(`${url.pathname} answered ${status}`);
  const said = saidBy(statusInfoOf(answer.text));
  if (status === 401) throw unauthorized(url, said);
  if (status >= 400) throw new Refused(url.pathname, status, said);
  throw new PullRejected(
    'vendor-address',
    `${url.pathname} answered ${status} in place of a list.`,
    'Check the address of the feed; it must lead to the server itself, without being sent on.',
  );
}

function unauthorized(url: URL, said: string): PullRejected {
  return new PullRejected(
    'vendor-refused',
    `The server does not accept the credentials for ${url.pathname}${said === '' ? '' : ` (${said})`}.`,
    'Check the credentials of the feed with the vendor, and enter them again.',
  );
}

/** As JSON; `undefined` where it is none. A server that counts its page has sent it whole only if it has as many. */
function bodyOf({ text, headers }: VendorAnswer): unknown {
  try {
    const body: unknown = JSON.parse(text);
    const count = countOf(headers.get('x-count'));
    const lists = isRecord(body) ? Object.values(body).filter(Array.isArray) : [];
    const isWhole = count === undefined || lists.length !== 1 || lists[0]?.length === count;
    return isWhole ? body : undefined;
  } catch {
    return undefined;
  }
}

function withoutEnvelope(url: URL, envelope: string, body: unknown): PullRejected {
  const said = isRecord(body) ? saidBy(statusInfoOf(JSON.stringify(body))) : '';
  return new PullRejected(
    'vendor-answer',
    `${url.pathname} answered 200 without a list called ${envelope}${said === '' ? '' : ` (${said})`}.`,
    'Nothing was taken over: an answer without its list is not an empty one. Tell the vendor, or check the address.',
  );
}

function countOf(text: string | null): number | undefined {
  return text !== null && /^\s*\d{1,12}\s*$/.test(text) ? Number(text) : undefined;
}
