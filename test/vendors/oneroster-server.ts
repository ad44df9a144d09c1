import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Answer, type Call, json, startServer, type VendorServer } from './http-server.ts';
import { failure, pageOf, type Serving, wholePaging } from './oneroster-pages.ts';

/** Stands before the server: an answer of its own, or a change to that of the server. `at`: how manieth request of a collection it is. */
export type Fault = (call: Call, at: number, answer: () => Answer) => Answer;

export type OneRosterOptions = Pick<Serving, 'roster' | 'version'> &
  Partial<Pick<Serving, 'paging'>> & {
    auth: 'oauth1' | 'oauth2';
    /** Requests that a token is good for. */
    tokenLasts?: number;
    fault?: Fault;
  };

export const client = { clientId: 'the key', clientSecret: 's3cr&t of+it' };
const scopes = {
  '1.1': 'https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly',
  '1.2': 'https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly',
};
const paths = { '1.1': '/ims/oneroster/v1p1', '1.2': '/ims/oneroster/rostering/v1p2' };

export type OneRosterServer = VendorServer & { url: URL; tokenUrl: string; tokensGiven(): number };

/** A server of OneRoster 1.1 or 1.2 whose roster may be changed while it runs. Source: the standard; no vendor's own ways. */
export async function startOneRoster(options: OneRosterOptions): Promise<OneRosterServer> {
  const { version, auth, tokenLasts = Number.POSITIVE_INFINITY, fault } = options;
  const path = paths[version];
  let tokens = 0;
  let left = 0;
  const asked = new Map<string, number>();
  const isGood = (call: Call): boolean => {
    if (auth === 'oauth1') return isSigned(call, client);
    return call.headers.authorization === `Bearer token-${tokens}` && left-- > 0;
  };
  const server = await startServer((call) => {
    if (call.url.pathname === '/token' && auth === 'oauth2') {
      if (!mayHaveToken(call, scopes[version])) return { status: 401, body: '{"error":"invalid_client"}' };
      tokens += 1;
      left = tokenLasts;
      return json({ access_token: `token-${tokens}`, token_type: 'Bearer', expires_in: 3600 });
    }
    const answer = (): Answer => {
      if (!isGood(call)) return failure(401, 'unauthorisedrequest');
      if (!call.url.pathname.startsWith(`${path}/`)) return failure(404, 'unknownobject');
      return pageOf({ paging: wholePaging, ...options }, call.url.pathname.slice(path.length), call);
    };
    const at = asked.get(call.url.pathname) ?? 0;
    asked.set(call.url.pathname, at + 1);
    return fault === undefined ? answer() : fault(call, at, answer);
  });
  return {
    ...server,
    ...{ url: new URL(path, server.origin), tokenUrl: `${server.origin}/token`, tokensGiven: () => tokens },
  };
}

/** Source: RFC 6749, 2.3.1 and 4.4.2. */
function mayHaveToken({ method, headers, body }: Call, scope: string): boolean {
  const [id = '', secret = ''] = Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64')
    .toString()
    .split(':')
    .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
  const form = new URLSearchParams(body);
  const isClient = id === client.clientId && secret === client.clientSecret;
  const isAsked =
    form.get('grant_type') === 'client_credentials' && form.get('scope')?.split(' ').includes(scope);
  return method === 'POST' && isClient && isAsked === true;
}

/** Source: RFC 5849, 3.2; read from the header as it came, with every parameter of the query. */
export function isSigned(
  { method, url, headers }: Call,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): boolean {
  const fields = new Map(
    [...(headers.authorization ?? '').matchAll(/(oauth_\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      decodeURIComponent(value),
    ]),
  );
  const given = fields.get('oauth_signature') ?? '';
  fields.delete('oauth_signature');
  const encode = (text: string) =>
    [...Buffer.from(text)]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
      })
      .join('');
  const pairs = [...url.searchParams, ...fields].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const base = `${method}&${encode(url.origin + url.pathname)}&${encode(pairs.sort().join('&'))}`;
  const hash = fields.get('oauth_signature_method') === 'HMAC-SHA1' ? 'sha1' : 'sha256';
  const expected = createHmac(hash, `${encode(clientSecret)}&`)
    .update(base)
    .digest('base64');
  const isSame =
    given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
  return isSame && fields.get('oauth_consumer_key') === clientId;
}
