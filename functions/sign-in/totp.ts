import { newRecoveryCodes } from '../../shared/accounts/recovery-codes.ts';
import { newTotpSecret, totpStep, totpUri } from '../../shared/accounts/totp.ts';
import { RequestError } from '../../shared/errors.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';
import { freshSession, goOnAlone, ownSession, signInAgain } from './own-session.ts';
import { refuseShortAlone, useCode } from './second-factor.ts';

type TotpHandlers = Pick<
  Handlers<'sign-in'>,
  'getSecondFactors' | 'beginTotp' | 'confirmTotp' | 'removeTotp'
>;

/** Codes of an authenticator app, of the person who is signed in. */
export function makeTotpHandlers(deps: Deps): TotpHandlers {
  const { factors, events } = deps;
  return {
    async getSecondFactors({ caller, now }) {
      const { district, account } = await ownSession(deps, caller, now);
      const { totp, passkeys, recoveryCodes } = await factors.of(district, account.id);
      return { totp: totp !== undefined, passkeys, recoveryCodes };
    },

    async beginTotp({ caller, now }) {
      const { district, account } = await freshSession(deps, caller, now);
      const secret = newTotpSecret();
      if (!(await factors.beginTotp(district, account.id, { secret, now }))) throw hasOne();
      return { secret, uri: totpUri(secret, { issuer: 'Rolebook', label: account.username }) };
    },

    async confirmTotp({ body: { code }, caller, by, now, cookies }) {
      const own = await freshSession(deps, caller, now);
      const { district, account } = own;
      const { totp, pendingTotp } = await factors.of(district, account.id);
      if (totp !== undefined) throw hasOne();
      if (pendingTotp === undefined || pendingTotp.until <= now.toISOString()) throw notBegun();
      const { secret } = pendingTotp;
      const step = totpStep(secret, code, now);
      if (step === undefined) throw wrongCode();
      const recoveryCodes = newRecoveryCodes();
      const confirmed = { secret, now, step, codes: recoveryCodes };
      if (!(await factors.confirmTotp(district, account.id, confirmed))) throw notBegun();
      events.audited({
        district,
        by,
        action: 'second-factor-added',
        what: { account: account.id, kind: 'totp' },
      });
      return new Answer({ recoveryCodes }, await goOnAlone(deps, own, { added: 'totp', cookies, now }));
    },

    async removeTotp({ body: { code }, caller, by, now, cookies }) {
      const own = await freshSession(deps, caller, now);
      const { district, account, session } = own;
      const held = await factors.of(district, account.id);
      if (held.totp === undefined) {
        throw new RequestError('not-found', 'no-totp', 'There is no authenticator app to be given up.');
      }
      if (held.passkeys === 0) await refuseShortAlone(deps, own);
      if (!(await factors.takeGuess(district, account.id, session.id))) throw signInAgain();
      const used = await useCode(deps, { district, account: account.id, held, code, now });
      if (used === undefined) throw wrongCode();
      await factors.removeTotp(district, account.id);
      const what = { account: account.id, kind: 'totp' };
      events.audited({ district, by, action: 'second-factor-removed', what });
      return new Answer(undefined, await goOnAlone(deps, own, { cookies, now }));
    },
  };
}

function hasOne(): RequestError {
  return new RequestError('conflict', 'totp-exists', 'Give up the authenticator app that you have first.');
}

function notBegun(): RequestError {
  const message = 'Ask for a secret first; it is good for 15 minutes.';
  return new RequestError('conflict', 'totp-not-begun', message);
}

function wrongCode(): RequestError {
  return new RequestError('unprocessable', 'wrong-code', 'The code does not fit, or was used already.', {
    fields: [{ pointer: '/code', detail: 'does not fit, or was used already' }],
  });
}
