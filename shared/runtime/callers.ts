import { RequestError, StoreUnavailable } from '../errors.ts';
import { AuthorizerContext, type Caller } from '../messages/caller.ts';
import { Sharing } from '../messages/districts.ts';
import type { Route } from '../messages/route.ts';
import { tooManyRequests } from './problems.ts';

const unauthenticated = {
  'token-missing': 'Send a bearer token: Authorization: Bearer …',
  'token-invalid': 'The token is not one of ours.',
  'token-expired': 'The token has ended; ask for another.',
  'client-revoked': 'The client of this token is no more.',
  'session-ended': 'The session has ended; sign in again.',
} as const;

/** Who calls, by what the authorizer found. @throws {RequestError} unauthenticated, for whatever it found wrong */
export function callerOf(found: unknown): Caller {
  const context = AuthorizerContext.parse(found);
  if ('error' in context) {
    if (context.error === 'unavailable') throw new StoreUnavailable('The token could not be checked.');
    if (context.error === 'too-many-requests') throw tooManyRequests(context.retryAfterSeconds);
    if (context.error === 'cross-site') {
      const message = 'A browser may change something only from pages of this service.';
      throw new RequestError('forbidden', 'cross-site', message);
    }
    throw new RequestError('unauthenticated', context.error, unauthenticated[context.error]);
  }
  const { clientId, scopes, district, user, defaultSystem, sharing, session, limitedTo } = context;
  return {
    clientId,
    scopes: new Set(scopes.split(' ')),
    ...(district === undefined ? {} : { district }),
    ...(user === undefined ? {} : { user }),
    ...(defaultSystem === undefined ? {} : { defaultSystem }),
    ...(sharing === undefined ? {} : { sharing: Sharing.parse(JSON.parse(sharing)) }),
    ...(session === undefined ? {} : { session }),
    ...(limitedTo === undefined ? {} : { limitedTo }),
  };
}

/** @throws {RequestError} forbidden, to a client or a session that may call few routes, and not this one */
export function checkLimits({ sharing, limitedTo }: Caller, route: Route): void {
  if (sharing !== undefined && route.sharing !== 'applies') {
    const message =
      'This client sees only what the district shares with it, by lookups and by reading the roster.';
    throw new RequestError('forbidden', 'limited-client', message);
  }
  if (limitedTo !== undefined && route.enrolling !== true) {
    const message = 'Your district asks for a second factor: add one first.';
    throw new RequestError('forbidden', 'second-factor-needed', message);
  }
}
