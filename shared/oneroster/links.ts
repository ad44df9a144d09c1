import type { Asked, Query } from './query.ts';

/** RFC 8288: the first, last, next and previous page of the same rows, with all other parameters as they were sent. */
export function linksOf(
  { address, asked }: { address: string; asked: Asked },
  { limit, offset }: Query,
  total: number,
): string {
  const to = (at: number, rel: string): string => {
    const parameters = Object.entries({ ...asked, limit: String(limit), offset: String(at) });
    const query = parameters.flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    );
    return `<${address}?${query.join('&')}>; rel="${rel}"`;
  };
  const last = total === 0 ? 0 : Math.floor((total - 1) / limit) * limit;
  return [
    ...(offset + limit < total ? [to(offset + limit, 'next')] : []),
    ...(offset > 0 ? [to(Math.max(0, Math.min(offset - limit, last)), 'prev')] : []),
    to(0, 'first'),
    to(last, 'last'),
  ].join(', ');
}
