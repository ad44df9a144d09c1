import { importJWK, type JWK, SignJWT } from 'jose';
import type * as z from 'zod';
import { RequestError } from '../../shared/errors.ts';
import { tokenIssuer, tokenSeconds } from '../../shared/messages/caller.ts';
import type { Client } from '../../shared/messages/districts.ts';
import type { Jwks } from '../../shared/messages/tokens.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { RateLimits } from '../../shared/runtime/limits.ts';

export type Deps = {
  algorithm: string;
  signingKey: (now: Date) => Promise<{ kid: string; jwk: JWK }>;
  rotateKey: (now: Date, former: 'keep' | 'end') => Promise<{ kid: string }>;
  /** By `kid`. */
  publicKeys: (now: Date) => Promise<Record<string, { jwk: JWK; since: number; until?: number | undefined }>>;
  /** The client, where the secret is its own. */
  authenticateClient: (clientId: string, secret: string, now: Date) => Promise<Client | undefined>;
  limits: RateLimits;
  events: Events;
  now: () => Date;
};

export function makeHandler(deps: Deps) {
  const { algorithm, signingKey, authenticateClient, limits, events, now } = deps;
  return httpHandler<'issue-token'>({
    function: 'issue-token',
    limits,
    events,
    now,
    handlers: {
      async issueToken({ headers, body, newId, now }) {
        const { clientId, secret } = readBasic(headers.authorization);
        const client = await authenticateClient(clientId, secret, now);
        if (client === undefined) throw invalidClient();
        if (body.grant_type === undefined) {
          throw new RequestError('malformed', 'invalid-request', 'grant_type is missing.');
        }
        if (body.grant_type !== 'client_credentials') {
          throw new RequestError('malformed', 'unsupported-grant-type', 'Only client_credentials is served.');
        }
        const scope = grantedScope(client, body.scope);
        const { kid, jwk } = await signingKey(now);
        const issued = Math.floor(now.getTime() / 1000);
        const token = await new SignJWT({ scope, client_id: clientId })
          .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' })
          .setIssuer(tokenIssuer)
          .setAudience(tokenIssuer)
          .setSubject(clientId)
          .setJti(newId)
          .setIssuedAt(issued)
          .setExpirationTime(issued + tokenSeconds)
          .sign(await importJWK(jwk, algorithm));
        return { access_token: token, token_type: 'Bearer', expires_in: tokenSeconds, scope };
      },

      async listSigningKeys({ now }) {
        const keys = Object.entries(await deps.publicKeys(now)).toSorted(([, a], [, b]) => b.since - a.since);
        return {
          keys: keys.map(([kid, { since, until }]) => ({
            ...{ kid, since: instant(since) },
            ...(until === undefined ? {} : { until: instant(until) }),
          })),
        };
      },

      async rotateSigningKey({ body: { former }, by, now }) {
        const { kid } = await deps.rotateKey(now, former);
        events.signingKeyRotated({ by, kid, former });
        return { kid };
      },

      async getJwks({ now }) {
        const keys = Object.entries(await deps.publicKeys(now));
        // The response's schema leaves nothing in but the public parts, and checks them.
        return {
          keys: keys.map(([kid, { jwk }]) => ({ ...jwk, kid, alg: algorithm, use: 'sig' }) as PublicKey),
        };
      },
    },
  });
}

const instant = (at: number): string => new Date(at).toISOString();

type PublicKey = z.input<typeof Jwks>['keys'][number];

/** RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined. */
function readBasic(header: string | undefined): { clientId: string; secret: string } {
  const encoded = /^basic +([\w+/=-]+)$/i.exec(header?.trim() ?? '')?.[1];
  if (encoded === undefined) throw invalidClient();
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) throw invalidClient();
  return { clientId: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw invalidClient(cause);
  }
}

/** All of the client's scopes where it asks for none. */
function grantedScope(client: Client, asked: string | undefined): string {
  const scopes = asked?.split(' ').filter((scope) => scope !== '') ?? [];
  if (scopes.length === 0) return client.scopes.join(' ');
  const foreign = scopes.find((scope) => !client.scopes.includes(scope));
  if (foreign !== undefined) {
    throw new RequestError('malformed', 'invalid-scope', 'The client does not have every scope asked for.');
  }
  return [...new Set(scopes)].join(' ');
}

function invalidClient(cause?: unknown): RequestError {
  return new RequestError('unauthenticated', 'invalid-client', 'Unknown client or wrong secret.', { cause });
}
