import type { Account } from '../../shared/accounts/account.ts';
import { isPassword } from '../../shared/accounts/password-hash.ts';
import { digestOfSecret, newSecret, writeHandle } from '../../shared/accounts/secret-handle.ts';
import { type Session, sessionLife } from '../../shared/accounts/session.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import { type SessionView, sessionCookie } from '../../shared/messages/sessions.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';

type SessionHandlers = Pick<Handlers<'sign-in'>, 'createSession' | 'getSession' | 'endSession'>;

export function makeSessionHandlers({ accounts, logins }: Deps): SessionHandlers {
  return {
    async createSession({ body: { username, password, district }, now }) {
      const found = await accounts.named('username', username, district);
      if (found === undefined) throw notSignedIn();
      const { account } = found;
      const login = await logins.find(found.district, account.id);
      if (login.password === undefined || !(await isPassword(password, login.password))) throw notSignedIn();
      if (account.locked) throw notSignedIn();
      if (!account.approved) {
        throw new RequestError('forbidden', 'not-approved', 'Your school has not approved this account yet.');
      }
      const secret = newSecret();
      const at = now.toISOString();
      const session: Session = {
        id: digestOfSecret(secret),
        account: account.id,
        createdAt: at,
        seenAt: at,
        by: 'password',
      };
      await logins.startSession(found.district, session);
      const handle = writeHandle({ district: found.district, id: account.id, secret });
      return new Answer(viewOf(found.district, account, session), { cookies: [cookieOf(handle)] });
    },

    async getSession({ caller, now }) {
      const { district, account, session } = signedIn(caller);
      const [found, live] = await Promise.all([
        accounts.find(district, account),
        logins.session(district, account, session, now),
      ]);
      if (found === undefined || live === undefined) throw ended();
      return viewOf(district, found.account, live);
    },

    async endSession({ caller }) {
      const { district, account, session } = signedIn(caller);
      await logins.endSession(district, account, session);
      return new Answer(undefined, { cookies: [`${cookieOf('')}; Max-Age=0`] });
    },
  };
}

function cookieOf(value: string): string {
  // Lax: whoever follows a link of a mail, or comes back from single sign-on, is signed in still.
  return `${sessionCookie}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

/** @throws {RequestError} not-found for a machine, which has a token and no session */
function signedIn({ district, user, session }: Caller): {
  district: string;
  account: string;
  session: string;
} {
  if (district === undefined || user === undefined || session === undefined) {
    throw new RequestError('not-found', 'no-session', 'A bearer token is no session.');
  }
  return { district, account: user, session };
}

function ended(): RequestError {
  return new RequestError('unauthenticated', 'session-ended', 'The session has ended; sign in again.');
}

function notSignedIn(): RequestError {
  return new RequestError('unauthenticated', 'not-signed-in', 'Username and password do not fit.');
}

function viewOf(district: string, { id, user }: Account, { createdAt }: Session): SessionView {
  return {
    district,
    account: id,
    ...(user === undefined ? {} : { user }),
    signedInAt: createdAt,
    expiresAt: new Date(Date.parse(createdAt) + sessionLife.longestMs).toISOString(),
  };
}
