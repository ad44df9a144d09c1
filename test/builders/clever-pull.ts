import { pullClever } from '../../shared/feeds/clever-api/pull.ts';
import type { FeedFiles } from '../../shared/feeds/open-feed.ts';
import type { Pull, Pulled, PullOptions, VendorHttp } from '../../shared/feeds/pulling.ts';
import { VendorUnavailable } from '../../shared/feeds/pulling.ts';
import type { CleverStandIn } from '../vendors/clever.ts';
import { memorySource } from './feed-files.ts';

/** A client that tries three times and never waits. */
export function httpTo(standIn: CleverStandIn): VendorHttp {
  return async (url, { headers = {} } = {}) => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const { status, headers: given, body } = standIn.answer(url, headers);
      if (status !== 429 && status < 500) return { status, headers: new Headers(given), text: body };
    }
    throw new VendorUnavailable('no answer worth reading');
  };
}

export type Done = Pick<Pull, 'mode' | 'why'> & ReturnType<Pull['end']> & { items: Pulled[] };

export async function pulled(
  standIn: CleverStandIn,
  now: () => number,
  more: Partial<PullOptions> = {},
): Promise<Done> {
  const pull = await pullClever({
    url: new URL('https://api.clever.com/v3.0'),
    credentials: standIn.credentials,
    http: httpTo(standIn),
    now: () => new Date(now()),
    ...more,
  });
  const items: Pulled[] = [];
  for await (const item of pull.items) items.push(item);
  return { mode: pull.mode, ...(pull.why === undefined ? {} : { why: pull.why }), items, ...pull.end() };
}

/** The files in which a pull is kept. */
export function filesOf({ mode, items }: Pick<Done, 'mode' | 'items'>): FeedFiles {
  const lines = new Map<string, string[]>();
  for (const { collection, item } of items) {
    lines.set(collection, [...(lines.get(collection) ?? []), JSON.stringify(item)]);
  }
  const counts = Object.fromEntries([...lines].map(([name, all]) => [name, all.length]));
  const head = { format: 'clever-api', mode, pulledAt: '2026-11-22T06:00:00.000Z', counts };
  return [
    memorySource('pull.jsonl', `${JSON.stringify(head)}\n`),
    ...[...lines].map(([name, all]) => memorySource(`${name}.jsonl`, `${all.join('\n')}\n`)),
  ];
}
