import type { Handlers } from '../../shared/runtime/routing.ts';
import { unknownAccount } from './accounts.ts';
import type { Deps } from './deps.ts';

type Invitation = { district: string; account: string; by: string; now: Date };

export function makeInvitationHandlers(deps: Deps): Pick<Handlers<'manage-accounts'>, 'inviteAccount'> {
  return {
    async inviteAccount({ params: { district, account }, by, now }) {
      if ((await deps.accounts.find(district, account)) === undefined) throw unknownAccount();
      await invite(deps, { district, account, by, now });
      return undefined;
    },
  };
}

export async function invite(
  { mails, events }: Pick<Deps, 'mails' | 'events'>,
  { district, account, by, now }: Invitation,
): Promise<void> {
  await mails.send({ kind: 'invitation', district, account, at: now.toISOString() });
  events.audited({ district, by, action: 'account-invited', what: { account } });
}
