/**
 * Whether a browser sends the request from another site's page. Browsers say so themselves, by `Sec-Fetch-Site` or at least by
 * `Origin`, and no page can make them say otherwise; what says neither is no browser, and holds the cookie because it was
 * given it (docs/decisions/0025). Reading is safe: another site's page cannot read the answer.
 */
export function isCrossSite(method: string, headers: Readonly<Record<string, string | undefined>>): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
