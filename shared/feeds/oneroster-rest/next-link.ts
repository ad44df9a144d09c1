import { PullRejected } from '../pulling.ts';

/**
 * The address in a `Link` header whose `rel` is `next`, resolved against the page's own.
 * Source: RFC 8288, section 3; `rel` may name several, quoted or not.
 * @throws {PullRejected} vendor-address where it leads off the host, or is none
 */
export function nextLink(header: string | null, from: URL): URL | undefined {
  for (const [, address = '', parameters = ''] of (header ?? '').matchAll(
    /<([^<>]*)>((?:"[^"]*"|[^,"])*)/g,
  )) {
    const [, quoted, bare = ''] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters) ?? [];
    if (!(quoted ?? bare).toLowerCase().split(/\s+/).includes('next')) continue;
    if (!URL.canParse(address, from.href)) throw strayed('is no address');
    const next = new URL(address, from);
    if (next.origin !== from.origin) throw strayed(`leads to ${next.origin}`);
    return next;
  }
  return undefined;
}

function strayed(where: string): PullRejected {
  return new PullRejected(
    'vendor-address',
    `The server's link to its next page ${where}.`,
    'It must lead to the same server, by the same scheme, as the address of the feed. Ask the vendor to correct its links.',
  );
}
