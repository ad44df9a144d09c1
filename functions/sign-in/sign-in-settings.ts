import { RequestError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';

type SettingsHandlers = Pick<
  Handlers<'sign-in'>,
  'getSignInSettings' | 'putSignInSettings' | 'removeSecondFactors'
>;

/** What administrators say of how their people sign in. */
export function makeSignInSettingsHandlers(deps: Deps): SettingsHandlers {
  const { accounts, factors, settings, logins, mails, events } = deps;
  return {
    async getSignInSettings({ params: { district } }) {
      return settings.find(district);
    },

    async putSignInSettings({ params: { district }, body, by }) {
      await settings.put(district, body);
      events.audited({ district, by, action: 'sign-in-settings-changed', what: { ...body } });
      return body;
    },

    async removeSecondFactors({ params: { district, account }, by, now }) {
      if ((await accounts.find(district, account)) === undefined) {
        throw new RequestError('not-found', 'unknown-account', 'There is no such account in this district.');
      }
      await factors.removeAll(district, account);
      await logins.endSessions(district, account);
      if ((await logins.find(district, account)).isShort) {
        await mails.send({ kind: 'password-lapsed', district, account, at: now.toISOString() });
      }
      events.audited({ district, by, action: 'second-factors-taken-away', what: { account } });
      return undefined;
    },
  };
}
