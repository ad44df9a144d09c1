import { deviceLabel } from '../../shared/accounts/device-label.ts';
import { hashPassword, isOfOldCost } from '../../shared/accounts/password-hash.ts';
import { newSecret, writeHandle } from '../../shared/accounts/secret-handle.ts';
import { isDueForRotation } from '../../shared/accounts/session.ts';
import type { RequestError } from '../../shared/errors.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import { checkPassword, countFailure } from '../../shared/store/check-password.ts';
import { type NamedAccount, nowhere } from '../../shared/store/sign-in-accounts.ts';
import type { Deps } from './deps.ts';
import { deviceOf } from './devices.ts';
import { checkSecondFactor, ofSession, passwordLapsed, secondFactorRequired } from './second-factor.ts';
import { ended, signedIn } from './signed-in.ts';
import { notSignedIn, sessionCookieOf, startSession, viewOf } from './start-session.ts';

type SessionHandlers = Pick<Handlers<'sign-in'>, 'createSession' | 'getSession' | 'endSession'>;

export function makeSessionHandlers(deps: Deps): SessionHandlers {
  const { accounts, logins, events } = deps;
  return {
    async createSession({ body: { username, password, otp, district }, headers, cookies, now }) {
      const named = await accounts.named('username', username, district);
      const device = deviceOf(cookies, named);
      const checked = await checkPassword(deps, named, { password, device, now });
      const { account } = named;
      if (checked === undefined || account === undefined) throw refused(named);
      const found = { district: named.district, account };
      const second = await checkSecondFactor(deps, found, { password, otp, now });
      if (second.outcome === 'missing') throw secondFactorRequired(second.kinds);
      if (second.outcome === 'lapsed') throw passwordLapsed();
      if (second.outcome === 'wrong') {
        await countFailure(deps, named, { login: checked, device, now });
        throw refused(named);
      }
      const factor = ofSession(second);
      const answer = await startSession(deps, {
        ...found,
        by: 'password',
        ...factor,
        device: deviceLabel(headers['user-agent']),
        cookies,
        checked,
        now,
      });
      // After the answer is sure: who is let in may wait longer than who is not.
      if (checked.password !== undefined && isOfOldCost(checked.password)) {
        const hash = await hashPassword(password);
        await logins.rehash(named.district, named.id, { seen: checked.password, hash });
      }
      return answer;
    },

    async getSession({ caller, now }) {
      const { district, account, session } = signedIn(caller);
      const [found, live] = await Promise.all([
        accounts.find(district, account),
        logins.session(district, account, session, now),
      ]);
      if (found === undefined || live === undefined) throw ended();
      const view = viewOf(district, found.account, live);
      if (!isDueForRotation(live, now)) return view;
      const secret = newSecret();
      const fresh = await logins.rotate(district, live, { secret, now });
      if (fresh === undefined) return view;
      const handle = writeHandle({ district, id: account, secret });
      return new Answer(view, { cookies: [sessionCookieOf(handle)] });
    },

    async endSession({ caller }) {
      const { district, account, session } = signedIn(caller);
      await logins.endSession(district, account, session);
      events.audited({ district, by: account, action: 'signed-out', what: { account } });
      // Not "cookies": the device stays known, so that strangers who lock the account leave this browser its own count.
      const headers = { 'clear-site-data': '"cache", "storage"' };
      return new Answer(undefined, { headers, cookies: [`${sessionCookieOf('')}; Max-Age=0`] });
    },
  };

  /** A line of the audit each, of nobody's account too: all refusals cost the same. */
  function refused({ district, account }: NamedAccount): RequestError {
    const what: Record<string, string> = account === undefined ? {} : { account: account.id };
    const at = district === nowhere ? {} : { district };
    events.audited({ ...at, by: 'nobody', action: 'sign-in-failed', what });
    return notSignedIn();
  }
}
