import type { Answer, Call } from './http-server.ts';
import { json } from './http-server.ts';
import {
  type CollectionName,
  collectionNames,
  type Item,
  type Roster,
  type Version,
} from './roster-district.ts';

/** How a server says where the next page is; each is legal. */
export type Paging = {
  /** Objects a page at most, whatever is asked for. */
  max: number;
  says: { total: boolean; next: 'none' | 'offset' | 'cursor' };
  /** Whether it does as `sort` says; one that does not keeps an order of its own. */
  sorts: boolean;
};

export const wholePaging: Paging = { max: 10_000, says: { total: true, next: 'offset' }, sorts: true };

export type Serving = { roster: Roster; version: Version; paging: Paging };

const defaultLimit = 100;

/** One page of a collection, as the standard has it; 404 for what it does not know. */
export function pageOf({ roster, paging }: Serving, path: string, { url }: Call): Answer {
  const name = collectionNames.find((one) => path === `/${one}`);
  if (name === undefined) return failure(404, 'unknownobject');
  const { searchParams } = url;
  const limit = numberOf(searchParams.get('limit'), defaultLimit);
  const offset = numberOf(searchParams.get('offset'), 0);
  if (limit === undefined || limit < 1 || offset === undefined) return failure(400, 'invaliddata');
  const all = filtered(roster[name], searchParams.get('filter'));
  if (all === undefined) return failure(400, 'invalid_filter_field');
  const sorted = paging.sorts ? sortedBy(all, searchParams) : all;
  const page = sorted.slice(offset, offset + Math.min(limit, paging.max));
  const end = offset + page.length;
  return json({ [name]: page }, headersOf({ url, paging, end, total: sorted.length }));
}

function headersOf(at: { url: URL; paging: Paging; end: number; total: number }): Record<string, string> {
  const { url, paging, end, total } = at;
  const next = new URL(url);
  next.searchParams.set('offset', String(end));
  // A cursor tells nobody how far it is.
  if (paging.says.next === 'cursor') next.searchParams.set('page', Buffer.from(`p${end}`).toString('hex'));
  const hasNext = paging.says.next !== 'none' && end < total;
  const first = `<${url.origin}${url.pathname}>; rel="first"`;
  return {
    ...(paging.says.total ? { 'x-total-count': String(total) } : {}),
    ...(hasNext ? { link: `${first}, <${next.pathname}${next.search}>; rel=next` } : {}),
  };
}

/** Digits alone: no sign, no exponent. */
function numberOf(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function sortedBy(items: readonly Item[], searchParams: URLSearchParams): readonly Item[] {
  const field = searchParams.get('sort');
  if (field === null) return items;
  const sign = searchParams.get('orderBy') === 'desc' ? -1 : 1;
  return items.toSorted((a, b) => (String(a[field]) < String(b[field]) ? -sign : sign));
}

/** The one filter that a pull of changes needs. */
function filtered(items: readonly Item[], filter: string | null): readonly Item[] | undefined {
  if (filter === null) return items;
  const [, after] = /^dateLastModified>'([^']+)'$/.exec(filter) ?? [];
  return after === undefined ? undefined : items.filter((item) => String(item.dateLastModified) > after);
}

/** As 1.2 wraps an error. */
export function failure(status: number, codeMinor: string): Answer {
  const body = {
    ...{ imsx_codeMajor: 'failure', imsx_severity: 'error' },
    imsx_CodeMinor: {
      imsx_codeMinorField: [
        { imsx_codeMinorFieldName: 'TargetEndSystem', imsx_codeMinorFieldValue: codeMinor },
      ],
    },
  };
  return { status, body: JSON.stringify(body) };
}

export function nameIn(path: string): CollectionName | undefined {
  return collectionNames.find((one) => path.endsWith(`/${one}`));
}
