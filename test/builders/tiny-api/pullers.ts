import * as z from 'zod';
import type { KnownPuller } from '../../../shared/feeds/pullers.ts';
import { type Puller, PullRejected } from '../../../shared/feeds/pulling.ts';

const Page = z.object({ items: z.array(z.looseObject({ id: z.string() })), next: z.number().optional() });

const pullTiny: Puller = async ({ url, credentials, http, since, now }) => {
  const cursor = { since: now().toISOString() };
  async function* items() {
    let page: number | undefined = 0;
    while (page !== undefined) {
      const at = new URL(`${url}/people?page=${page}`);
      if (since?.since !== undefined) at.searchParams.set('since', since.since);
      const answer = await http(at, { headers: { authorization: `Bearer ${credentials.token}` } });
      if (answer.status !== 200) {
        throw new PullRejected(
          'vendor-refused',
          `The vendor refused ${credentials.token}.`,
          'Renew the token.',
        );
      }
      const { items, next } = Page.parse(JSON.parse(answer.text));
      for (const item of items) yield { collection: 'people', item };
      page = next;
    }
  }
  return { mode: since === undefined ? 'full' : 'delta', items: items(), end: () => ({ cursor }) };
};

/** In place of `shared/feeds/pullers.ts`. */
export const pullers: readonly KnownPuller[] = [{ format: 'oneroster-rest', pull: pullTiny }];
