import type { Account } from '../../shared/accounts/account.ts';
import { isFresh, type SecondFactor, type Session } from '../../shared/accounts/session.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import type { Deps } from './deps.ts';
import { ended, signedIn } from './signed-in.ts';
import { startSession } from './start-session.ts';

type Changed = { added?: SecondFactor; cookies: readonly string[]; now: Date };
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
 * After a factor was added or given up: all other sessions end, and this one goes on under a new secret. One that was good for nothing
 * but adding a factor is a whole one then.
 */
export async function goOnAlone(
  deps: Pick<Deps, 'logins' | 'outcomes' | 'events'>,
  { district, account, session }: OwnSession,
  { added, cookies: brought, now }: Changed,
): Promise<{ cookies: readonly string[] }> {
  const { by, device, createdAt: signedInAt, secondFactor = added } = session;
  await deps.logins.endSessions(district, account.id);
  const goingOn = { by, device, signedInAt, secondFactor, goesOn: true };
  const { cookies } = await startSession(deps, { district, account, ...goingOn, cookies: brought, now });
  return { cookies: cookies ?? [] };
}
