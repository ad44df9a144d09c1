import { PullRejected } from '../pulling.ts';
import { type Page, Page as PageSchema, readAnswer, unexpected } from './answers.ts';
import type { CleverApi } from './api.ts';

/** Objects a request: more would be allowed, and a page of sections with their students is large. */
const pageSize = 1000;
const smallestPage = 50;
const maxEmptyPages = 3;

export type Found = { id: string; data: unknown };

/** Where to begin, and what to filter by, as Clever calls it. */
export type Query = Record<string, string>;

/**
 * Every object of a collection once, in Clever's order. `next` is followed wherever it leads, be it to an empty page, but never in a circle
 * and never to another host or collection; a full page without one is asked on from, so that nothing ends early.
 * @throws {PullRejected} vendor-paging, vendor-address, vendor-answer @throws {VendorUnavailable}
 */
export async function* allOf(api: CleverApi, path: string, query: Query = {}): AsyncGenerator<Found> {
  const seen = new Set<string>();
  const asked = new Set<string>();
  let empty = 0;
  let limit = pageSize;
  let url: URL | undefined = api.at(path, { limit: String(limit), ...query });
  while (url !== undefined) {
    if (asked.has(url.href)) throw inCircle(path);
    asked.add(url.href);
    const answer = await api.get(url);
    if (answer.status === 413 && limit > smallestPage) {
      limit = Math.ceil(limit / 2);
      url = withLimit(url, limit);
      continue;
    }
    const page = readAnswer(PageSchema, answer, path);
    const found = page.data.map(({ data }) => foundIn(data, path));
    const fresh = found.filter(({ id }) => !seen.has(id) && seen.add(id));
    yield* fresh;
    empty = fresh.length === 0 ? empty + 1 : 0;
    if (empty > maxEmptyPages) throw inCircle(path);
    url = nextOf(page, { from: url, api, path }) ?? afterFull(found, url);
  }
}

function foundIn(data: unknown, path: string): Found {
  const id: unknown = data !== null && typeof data === 'object' && 'id' in data ? data.id : undefined;
  if (typeof id !== 'string' || id === '') throw unexpected(path, 'with an object that has no id');
  return { id, data };
}

function nextOf(
  { links }: Page,
  { from, api, path }: { from: URL; api: CleverApi; path: string },
): URL | undefined {
  const uri = links.find(({ rel }) => rel === 'next')?.uri;
  if (uri === undefined) return undefined;
  if (!URL.canParse(uri, from.href)) throw unexpected(path, 'with a next page that has no address');
  const next = new URL(uri, from);
  if (next.origin !== from.origin) {
    throw new PullRejected(
      'vendor-address',
      `The next page of ${path} is at ${next.host}, which is not the server of this feed.`,
      'Nothing was changed. Only the server that the feed names is asked; ask Clever if it has moved.',
    );
  }
  if (next.pathname !== api.at(path).pathname) throw inCircle(path);
  return next;
}

/** Clever leaves `next` out where it knows that nothing follows; a page that is full to the brim may be one it forgot. */
function afterFull(found: readonly Found[], url: URL): URL | undefined {
  const last = found.at(-1);
  const limit = Number(url.searchParams.get('limit') ?? Number.NaN);
  if (last === undefined || !(found.length >= limit)) return undefined;
  const next = new URL(url);
  next.searchParams.set('starting_after', last.id);
  return next.href === url.href ? undefined : next;
}

function withLimit(url: URL, limit: number): URL {
  const smaller = new URL(url);
  smaller.searchParams.set('limit', String(limit));
  return smaller;
}

function inCircle(path: string): PullRejected {
  return new PullRejected(
    'vendor-paging',
    `The pages of ${path} lead in a circle, or nowhere.`,
    'Nothing was changed. It is tried again with the next pull; tell Clever if it stays so.',
  );
}
