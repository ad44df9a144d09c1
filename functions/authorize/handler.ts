import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { errors, importJWK, type JWK, jwtVerify } from 'jose';
import * as z from 'zod';
import { digestOfSecret, readHandle } from '../../shared/accounts/secret-handle.ts';
import type { Session } from '../../shared/accounts/session.ts';
import { StoreUnavailable } from '../../shared/errors.ts';
import { type AuthorizerContext, districtScope, tokenIssuer } from '../../shared/messages/caller.ts';
import type { Client } from '../../shared/messages/districts.ts';
import { sessionCookie } from '../../shared/messages/sessions.ts';
import { makeBuckets, type Rate } from './buckets.ts';
import { isCrossSite } from './cross-site.ts';

export type Deps = {
  algorithm: string;
  /** Public keys by `kid`; former ones with the end of the last token that they signed. */
  verifyingKeys: (now: Date) => Promise<Record<string, VerifyingKey>>;
  findClient: (clientId: string) => Promise<Client | undefined>;
  /** One that is live. */
  findSession: (district: string, account: string, id: string, now: Date) => Promise<Session | undefined>;
  /** What one client or account may ask of this instance. */
  rate: Rate;
  now: () => Date;
};

type AuthorizerEvent = Pick<APIGatewayRequestAuthorizerEventV2, 'headers'> & {
  cookies?: string[];
  requestContext: { http: { method: string } };
};

/** Ours have a few hundred characters; nobody’s work is spent on longer ones. */
const maxTokenLength = 4096;
/** How long a client that was revoked may still be taken for one. */
const clientCacheMs = 60_000;
const maxCachedClients = 10_000;
/** An unknown `kid` makes us look for new keys, but no more often than this. */
const keyRefreshMs = 1_000;
/** Keys that were ended are known for no longer. */
const keyCacheMs = 60_000;

/** `until`: milliseconds since the epoch. */
type VerifyingKey = { jwk: JWK; until?: number | undefined };

const Claims = z.object({ sub: z.string(), scope: z.string() });
const Header = z.object({ kid: z.string() });

/**
 * Always lets the request through: API Gateway's own refusals cannot be problem documents, so the runtime of each function
 * refuses what the context calls an error. Needs no identity source, else the gateway refuses a missing header itself.
 */
export function makeHandler(deps: Deps) {
  const keyOf = makeKeySource(deps);
  const clientOf = makeClientSource(deps);
  const take = makeBuckets(deps.rate);

  return async (
    event: AuthorizerEvent,
  ): Promise<APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext>> => ({
    isAuthorized: true,
    context: await contextOf(event),
  });

  /** A token counts before a cookie: who sends one means to call as a machine. */
  async function contextOf({ headers = {}, cookies = [], requestContext }: AuthorizerEvent) {
    const { authorization } = headers;
    if (authorization !== undefined && authorization.trim() !== '') return tokenContext(authorization);
    const cookie = cookieIn(cookies);
    if (cookie === undefined) return { error: 'token-missing' } as const;
    if (isCrossSite(requestContext.http.method, headers)) return { error: 'cross-site' } as const;
    return sessionContext(cookie);
  }

  async function sessionContext(cookie: string): Promise<AuthorizerContext> {
    const handle = readHandle(cookie);
    if (handle === undefined) return { error: 'session-ended' };
    const { district, id: account, secret } = handle;
    try {
      const session = await deps.findSession(district, account, digestOfSecret(secret), deps.now());
      if (session === undefined) return { error: 'session-ended' };
      const wait = take(JSON.stringify([district, account]), deps.now().getTime());
      if (wait !== undefined) return { error: 'too-many-requests', retryAfterSeconds: wait };
      return {
        clientId: `session:${session.id}`,
        // Who has yet to add a second factor reaches no district.
        scopes: session.limitedTo === undefined ? districtScope(district) : '',
        district,
        user: account,
        session: session.id,
        ...(session.limitedTo === undefined ? {} : { limitedTo: session.limitedTo }),
      };
    } catch (error) {
      if (error instanceof StoreUnavailable) return { error: 'unavailable' };
      throw error;
    }
  }

  async function tokenContext(header: string): Promise<AuthorizerContext> {
    const token = /^bearer +(\S+)$/i.exec(header.trim())?.[1];
    if (token === undefined || token.length > maxTokenLength || !isStrict(token)) {
      return { error: 'token-invalid' };
    }
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => keyOf(kid), {
        algorithms: [deps.algorithm],
        issuer: tokenIssuer,
        audience: tokenIssuer,
        typ: 'at+jwt',
        requiredClaims: ['exp', 'sub', 'scope'],
        currentDate: deps.now(),
      });
      const claims = Claims.parse(payload);
      const wait = take(claims.sub, deps.now().getTime());
      if (wait !== undefined) return { error: 'too-many-requests', retryAfterSeconds: wait };
      return await standing(claims);
    } catch (error) {
      if (error instanceof StoreUnavailable) return { error: 'unavailable' };
      if (error instanceof errors.JWTExpired) return { error: 'token-expired' };
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) return { error: 'token-invalid' };
      throw error;
    }
  }

  /** The client as it is now: what it lost since the token was made is lost. */
  async function standing(claims: z.infer<typeof Claims>): Promise<AuthorizerContext> {
    const client = await clientOf(claims.sub);
    if (client === undefined) return { error: 'client-revoked' };
    const scopes = claims.scope.split(' ').filter((scope) => client.scopes.includes(scope));
    return {
      clientId: client.clientId,
      scopes: scopes.join(' '),
      ...(client.district === undefined ? {} : { district: client.district }),
      ...(client.user === undefined ? {} : { user: client.user }),
      ...(client.defaultSystem === undefined ? {} : { defaultSystem: client.defaultSystem }),
      ...(client.sharing === undefined ? {} : { sharing: JSON.stringify(client.sharing) }),
    };
  }
}

/** One session a browser: of two, nobody can tell which the person means. */
function cookieIn(cookies: readonly string[]): string | undefined {
  const mine = cookies.filter((cookie) => cookie.startsWith(`${sessionCookie}=`));
  return mine.length === 0
    ? undefined
    : mine.map((cookie) => cookie.slice(sessionCookie.length + 1)).join(' ');
}

/** Three parts of canonical base64url: `jose` forgives paddings and spare bits, with which one token has many spellings. */
function isStrict(token: string): boolean {
  const parts = token.split('.');
  return (
    parts.length === 3 &&
    parts.every(
      (part) => /^[\w-]+$/.test(part) && Buffer.from(part, 'base64url').toString('base64url') === part,
    )
  );
}

function makeKeySource({ algorithm, verifyingKeys, now }: Deps) {
  let keys: Record<string, VerifyingKey> = {};
  let readAt = Number.NEGATIVE_INFINITY;
  return async (kid: string | undefined) => {
    const wanted = Header.parse({ kid }).kid;
    const at = now().getTime();
    if (at - readAt >= (Object.hasOwn(keys, wanted) ? keyCacheMs : keyRefreshMs)) {
      keys = await verifyingKeys(now());
      readAt = at;
    }
    const key = Object.hasOwn(keys, wanted) ? keys[wanted] : undefined;
    if (key === undefined || (key.until !== undefined && key.until <= at))
      throw new errors.JWKSNoMatchingKey();
    return importJWK(key.jwk, algorithm);
  };
}

function makeClientSource({ findClient, now }: Deps) {
  const cache = new Map<string, { client: Client | undefined; until: number }>();
  return async (clientId: string): Promise<Client | undefined> => {
    const at = now().getTime();
    const cached = cache.get(clientId);
    if (cached !== undefined && cached.until > at) return cached.client;
    const client = await findClient(clientId);
    if (cache.size >= maxCachedClients) cache.clear();
    cache.set(clientId, { client, until: at + clientCacheMs });
    return client;
  };
}
