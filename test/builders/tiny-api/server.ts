import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type TinyPerson = { id: string; given: string; family: string };

export type TinyApi = {
  /** Of its API. */
  url: string;
  people: TinyPerson[];
  /** Ids of those that changes are asked for. */
  changed: Set<string>;
  token: string;
  /** Answers before everything else, taken once each. */
  refusals: { status: number; headers?: Record<string, string> }[];
  /** Path and query of every request. */
  seen: string[];
  stop(): Promise<void>;
};

const pageSize = 2;

/** A vendor's API of no vendor: people of one school by the page, and only the changed ones where a state is named. */
export async function startTinyApi(token: string, people: TinyPerson[]): Promise<TinyApi> {
  const server = createServer((request, response) => {
    api.seen.push(request.url ?? '');
    const refusal = api.refusals.shift();
    const isKnown = request.headers.authorization === `Bearer ${api.token}`;
    if (refusal !== undefined || !isKnown) {
      response.writeHead(refusal?.status ?? 401, refusal?.headers).end();
      return;
    }
    const { searchParams: query } = new URL(request.url ?? '/', api.url);
    const page = Number(query.get('page') ?? 0);
    const all = query.has('since') ? api.people.filter(({ id }) => api.changed.has(id)) : api.people;
    const items = all.slice(page * pageSize, (page + 1) * pageSize);
    const isLast = (page + 1) * pageSize >= all.length;
    const body = JSON.stringify({ items, ...(isLast ? {} : { next: page + 1 }) });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  const api: TinyApi = {
    ...{ url: `http://127.0.0.1:${port}/api`, people, changed: new Set(), token, refusals: [], seen: [] },
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
  return api;
}
