import type { Account } from '../../shared/accounts/account.ts';
import { digestOfSecret, newSecret, writeHandle } from '../../shared/accounts/secret-handle.ts';
import { type Session, sessionLife } from '../../shared/accounts/session.ts';
import { type SessionView, sessionCookie } from '../../shared/messages/sessions.ts';
import { Answer } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';

export type Starting = {
  district: string;
  account: Account;
  /** How the person signed in: `password`, `oidc:google`, … */
  by: string;
  secondFactor?: Session['secondFactor'];
  limitedTo?: Session['limitedTo'];
  now: Date;
};

/** The end of every kind of sign-in: a session of its own, never one that the browser brought, in a cookie. */
export async function startSession(
  { logins }: Pick<Deps, 'logins'>,
  { district, account, by, secondFactor, limitedTo, now }: Starting,
): Promise<Answer<SessionView>> {
  const secret = newSecret();
  const at = now.toISOString();
  const session: Session = {
    id: digestOfSecret(secret),
    account: account.id,
    createdAt: at,
    seenAt: at,
    by,
    ...(secondFactor === undefined ? {} : { secondFactor }),
    ...(limitedTo === undefined ? {} : { limitedTo }),
  };
  await logins.startSession(district, session);
  const handle = writeHandle({ district, id: account.id, secret });
  return new Answer(viewOf(district, account, session), { cookies: [sessionCookieOf(handle)] });
}

export function sessionCookieOf(value: string): string {
  // Lax: whoever follows a link of a mail, or comes back from single sign-on, is signed in still.
  return `${sessionCookie}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

export function viewOf(district: string, { id, user }: Account, session: Session): SessionView {
  const { createdAt, limitedTo } = session;
  const secondFactor = limitedTo === undefined ? session.secondFactor : 'required';
  return {
    district,
    account: id,
    ...(user === undefined ? {} : { user }),
    ...(secondFactor === undefined ? {} : { secondFactor }),
    signedInAt: createdAt,
    expiresAt: new Date(Date.parse(createdAt) + sessionLife.longestMs).toISOString(),
  };
}
