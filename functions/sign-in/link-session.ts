import { digestOfSecret, readHandle } from '../../shared/accounts/secret-handle.ts';
import { isFresh, type Session } from '../../shared/accounts/session.ts';
import { RequestError } from '../../shared/errors.ts';
import { sessionCookie } from '../../shared/messages/sessions.ts';
import { cookieIn } from './cookies.ts';
import type { Deps } from './deps.ts';

type Asking = { district: string; cookies: readonly string[]; now: Date };

/**
 * Whose account is to be linked: of the session that the browser has, if its person signed in lately and asked by a page of ours.
 * @throws {RequestError}
 */
export async function freshSession(
  deps: Pick<Deps, 'logins'>,
  { headers, ...asking }: Asking & { headers: Readonly<Record<string, string | undefined>> },
): Promise<{ account: string; session: string }> {
  // Else a link elsewhere could tie the account to whomever this browser is at the provider.
  if (!/^(?:same-origin|none)$/.test(headers['sec-fetch-site'] ?? '')) {
    throw new RequestError('forbidden', 'cross-site', 'Accounts are linked only from pages of this service.');
  }
  const session = await liveSession(deps, asking);
  if (session === undefined) {
    throw new RequestError('unauthenticated', 'session-ended', 'Sign in first, in this district.');
  }
  if (session.limitedTo !== undefined || !isFresh(session, asking.now)) {
    throw new RequestError('forbidden', 'sign-in-again', 'Sign in again before you link an account.');
  }
  return { account: session.account, session: session.id };
}

/** Whether the browser that comes back still has the session that asked. */
export async function isSameSession(
  deps: Pick<Deps, 'logins'>,
  { link, ...asking }: Asking & { link: { account: string; session: string } },
): Promise<boolean> {
  const session = await liveSession(deps, asking);
  return session?.id === link.session && session.account === link.account;
}

async function liveSession(
  { logins }: Pick<Deps, 'logins'>,
  { district, cookies, now }: Asking,
): Promise<Session | undefined> {
  const handle = readHandle(cookieIn(cookies, sessionCookie) ?? '');
  if (handle === undefined || handle.district !== district) return undefined;
  return logins.session(district, handle.id, digestOfSecret(handle.secret), now);
}
