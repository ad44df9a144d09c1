import { RequestError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/messages/caller.ts';

/** @throws {RequestError} not-found for a machine, which has a token and no session */
export function signedIn({ district, user, session }: Caller): {
  district: string;
  account: string;
  session: string;
} {
  if (district === undefined || user === undefined || session === undefined) {
    throw new RequestError('not-found', 'no-session', 'A bearer token is no session.');
  }
  return { district, account: user, session };
}

export function ended(): RequestError {
  return new RequestError('unauthenticated', 'session-ended', 'The session has ended; sign in again.');
}
