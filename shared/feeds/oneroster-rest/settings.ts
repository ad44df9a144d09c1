import { type Credentials, type PullOptions, PullRejected } from '../pulling.ts';
import { type Authorization, signing, staticBearer, tokens } from './authorization.ts';
import type { SignatureMethod } from './oauth1.ts';
import type { Include } from './pull-collections.ts';

export type Version = '1.1' | '1.2';

/** By the standard's paths, below which every collection stands. */
const versions = [
  {
    path: /\/ims\/oneroster\/v1p1\/?$/,
    version: '1.1',
    scopes: 'https://purl.imsglobal.org/spec/or/v1p1/scope/',
  },
  {
    path: /\/ims\/oneroster\/rostering\/v1p2\/?$/,
    version: '1.2',
    scopes: 'https://purl.imsglobal.org/spec/or/v1p2/scope/',
  },
] as const;

export type Server = { base: string; version: Version; scopes: string };

/** @throws {PullRejected} vendor-address where the address does not end with a version */
export function serverOf(url: URL): Server {
  const found = versions.find(({ path }) => path.test(url.pathname));
  if (found === undefined || url.search !== '') {
    throw new PullRejected(
      'vendor-address',
      'The address of the feed is none of a OneRoster server.',
      'Enter it up to its version: it ends with /ims/oneroster/v1p1 or /ims/oneroster/rostering/v1p2.',
    );
  }
  return {
    base: `${url.origin}${url.pathname.replace(/\/$/, '')}`,
    version: found.version,
    scopes: found.scopes,
  };
}

/**
 * How requests are authorized, by which credentials there are: `token` is a bearer as it is; `clientId` and `clientSecret` with a
 * `tokenUrl` are OAuth 2, without one OAuth 1.0a, which only 1.1 has. `scope` and `signatureMethod` where the defaults do not do.
 * @throws {PullRejected} vendor-refused where they do not suffice
 */
export function authorizationOf(
  { scopes, version }: Server,
  { credentials, http, now, include = {} }: PullOptions,
): Authorization {
  const { token, clientId, clientSecret, tokenUrl } = credentials;
  if (token !== undefined) return staticBearer(token);
  if (clientId === undefined || clientSecret === undefined)
    throw incomplete('Enter clientId and clientSecret, or token.');
  if (tokenUrl !== undefined) {
    if (!URL.canParse(tokenUrl)) throw incomplete('tokenUrl must be a whole address.');
    const scope = credentials.scope ?? scopeOf(scopes, include);
    return tokens({ tokenUrl: new URL(tokenUrl), clientId, clientSecret, scope }, { http, now });
  }
  if (version === '1.2') throw incomplete('OneRoster 1.2 needs tokenUrl, the address that gives tokens.');
  return signing({ key: clientId, secret: clientSecret, method: methodOf(credentials) }, now);
}

/** The least that will do. */
function scopeOf(scopes: string, { demographics }: Include): string {
  const names = ['roster-core.readonly', ...(demographics === true ? ['roster-demographics.readonly'] : [])];
  return names.map((name) => `${scopes}${name}`).join(' ');
}

export function methodOf({ signatureMethod = 'HMAC-SHA256' }: Credentials): SignatureMethod {
  if (signatureMethod === 'HMAC-SHA1' || signatureMethod === 'HMAC-SHA256') return signatureMethod;
  throw incomplete('signatureMethod is HMAC-SHA256, or HMAC-SHA1.');
}

export function incomplete(hint: string): PullRejected {
  return new PullRejected('vendor-refused', 'The credentials of the feed are not complete.', hint);
}
