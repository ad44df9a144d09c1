import type { Account } from '../../shared/accounts/account.ts';
import { isFresh, type SecondFactor, type Session } from '../../shared/accounts/session.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import type { Deps } from './deps.ts';
import { ended, signedIn } from './signed-in.ts';
import { startSession } from './start-session.ts';

type Adding = { secondFactor: SecondFactor; cookies: readonly string[]; now: Date };
type SessionDeps = Pick<Deps, 'accounts' | 'logins'>;
export type OwnSession = { district: string; account: Account; session: Session };

/** @throws {RequestError} not-found for a machine, unauthenticated for a session that has ended meanwhile */
export async function ownSession(
  { accounts, logins }: SessionDeps,
  caller: Caller,
  now: Date,
): Promise<OwnSession> {
  const { district, account, session: id } = signedIn(caller);
  const [found, session] = await Promise.all([
    accounts.find(district, account),
    logins.session(district, account, id, now),
  ]);
  if (found === undefined || session === undefined) throw ended();
  return { district, account: found.account, session };
}

/**
 * For changes of how somebody signs in: a browser that was left open is not enough.
 * @throws {RequestError} besides, forbidden where the sign-in was a while ago
 */
export async function freshSession(deps: SessionDeps, caller: Caller, now: Date): Promise<OwnSession> {
  const own = await ownSession(deps, caller, now);
  if (!isFresh(own.session, now)) throw signInAgain();
  return own;
}

export function signInAgain(): RequestError {
  const message = 'To change this, sign out, sign in again, and do it within 15 minutes.';
  return new RequestError('forbidden', 'sign-in-again', message);
}

/**
 * A session that was good for nothing but adding a factor ends, and a whole one begins.
 * @returns the cookies to be set; none where the session was whole before
 */
export async function wholeSession(
  deps: Pick<Deps, 'logins' | 'outcomes' | 'events'>,
  { district, account, session }: OwnSession,
  { secondFactor, cookies: brought, now }: Adding,
): Promise<{ cookies: readonly string[] }> {
  if (session.limitedTo === undefined) return { cookies: [] };
  const { by, device } = session;
  const of = { district, account, by, device, secondFactor, cookies: brought, goesOn: true, now };
  const { cookies } = await startSession(deps, of);
  await deps.logins.endSession(district, account.id, session.id);
  return { cookies };
}
