import { isPassword } from '../../shared/accounts/password-hash.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';
import { checkSecondFactor, ofSession, secondFactorRequired } from './second-factor.ts';
import { sessionCookieOf, startSession, viewOf } from './start-session.ts';

type SessionHandlers = Pick<Handlers<'sign-in'>, 'createSession' | 'getSession' | 'endSession'>;

export function makeSessionHandlers(deps: Deps): SessionHandlers {
  const { accounts, logins } = deps;
  return {
    async createSession({ body: { username, password, otp, district }, now }) {
      const found = await accounts.named('username', username, district);
      if (found === undefined) throw notSignedIn();
      const { account } = found;
      const login = await logins.find(found.district, account.id);
      if (login.password === undefined || !(await isPassword(password, login.password))) throw notSignedIn();
      if (account.locked) throw notSignedIn();
      const second = await checkSecondFactor(deps, found, { otp, now });
      if (second.outcome === 'wrong') throw notSignedIn();
      if (second.outcome === 'missing') throw secondFactorRequired(second.kinds);
      if (!account.approved) {
        throw new RequestError('forbidden', 'not-approved', 'Your school has not approved this account yet.');
      }
      const factor = ofSession(second);
      return startSession({ logins }, { district: found.district, account, by: 'password', ...factor, now });
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
      return new Answer(undefined, { cookies: [`${sessionCookieOf('')}; Max-Age=0`] });
    },
  };
}

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

function notSignedIn(): RequestError {
  return new RequestError('unauthenticated', 'not-signed-in', 'Username and password do not fit.');
}
