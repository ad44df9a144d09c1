import type { Account } from '../../shared/accounts/account.ts';
import { RequestError } from '../../shared/errors.ts';
import { isOptional, noticeKinds, type Preferences, wayOf } from '../../shared/reports/notices.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';

type Mine = Pick<Handlers<'manage-notices'>, 'getNotificationPreferences' | 'putNotificationPreferences'>;

export function makePreferenceHandlers({ accounts, settings, timeZone, events }: Deps): Mine {
  return {
    async getNotificationPreferences({ params: { district, account } }) {
      const known = await accountOf(district, account);
      const { preferences, revision } = await settings.preferences(district, account);
      return withEtag(await viewOf(district, known, preferences), revision);
    },

    async putNotificationPreferences({ params: { district, account }, body, by, ifMatch }) {
      const known = await accountOf(district, account);
      refuseToLoseWhatIsNeeded(body);
      const { revision } = await settings.preferences(district, account);
      const isSeen = ifMatch === undefined || ifMatch === String(revision);
      if (!isSeen || !(await settings.put({ district, account, revision }, body)))
        throw new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
      events.audited({ district, by, action: 'notifications-changed', what: { account } });
      return withEtag(await viewOf(district, known, body), revision + 1);
    },
  };

  async function accountOf(district: string, id: string): Promise<Account> {
    const account = (await accounts.find(district, id))?.account;
    if (account === undefined)
      throw new RequestError('not-found', 'unknown-account', 'There is no such account.');
    return account;
  }

  async function viewOf(district: string, account: Account, preferences: Preferences) {
    const { quietHours, digestAt } = preferences;
    const suppressed = await settings.suppression(district, account.id, account.email);
    return {
      timeZone: await timeZone(district),
      events: noticeKinds.map((event) => ({
        event,
        way: wayOf(preferences, event),
        optional: isOptional(event),
      })),
      digestAt,
      ...(quietHours === undefined ? {} : { quietHours }),
      ...(suppressed === undefined ? {} : { suppressed }),
    };
  }
}

function refuseToLoseWhatIsNeeded({ events }: Preferences): void {
  const lost = noticeKinds.filter((kind) => events[kind] === 'off' && !isOptional(kind));
  if (lost.length === 0) return;
  throw new RequestError('unprocessable', 'needed', 'Some of these mails cannot be turned off.', {
    fields: lost.map((kind) => ({ pointer: `/events/${kind}`, detail: 'can be immediate or in a digest' })),
  });
}
