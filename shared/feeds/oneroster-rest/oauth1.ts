import { createHmac } from 'node:crypto';

export type SignatureMethod = 'HMAC-SHA1' | 'HMAC-SHA256';

/** What is signed with: a consumer of its own, without a token ("zero-legged", as OneRoster 1.1 wants it). */
export type Consumer = { key: string; secret: string; method: SignatureMethod };

/** Of one request. `timestamp`: seconds since the epoch. */
export type Moment = { nonce: string; timestamp: number };

/** The header `Authorization` of a request without a form in its body. Source: RFC 5849, with SHA-256 as OneRoster 1.1 servers take it. */
export function signedHeader(
  { key, secret, method }: Consumer,
  url: URL,
  { nonce, timestamp }: Moment,
): string {
  const oauth: [string, string][] = [
    ['oauth_consumer_key', key],
    ['oauth_nonce', nonce],
    ['oauth_signature_method', method],
    ['oauth_timestamp', String(timestamp)],
    ['oauth_version', '1.0'],
  ];
  const base = signatureBase('GET', url, oauth);
  const signed: [string, string][] = [...oauth, ['oauth_signature', signature(base, secret, method)]];
  return `OAuth ${signed.map(([name, value]) => `${escaped(name)}="${escaped(value)}"`).join(', ')}`;
}

export function signature(base: string, secret: string, method: SignatureMethod): string {
  const algorithm = method === 'HMAC-SHA1' ? 'sha1' : 'sha256';
  return createHmac(algorithm, `${escaped(secret)}&`)
    .update(base)
    .digest('base64');
}

/** Every parameter of the query is signed, in the order of its escaped name and value. Source: RFC 5849, 3.4.1. */
export function signatureBase(
  verb: string,
  url: URL,
  parameters: readonly (readonly [string, string])[],
): string {
  const sorted = [...url.searchParams, ...parameters]
    .map(([name, value]): [string, string] => [escaped(name), escaped(value)])
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return [verb, `${url.origin}${url.pathname}`, sorted].map(escaped).join('&');
}

/** By bytes: what is escaped is ASCII. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
