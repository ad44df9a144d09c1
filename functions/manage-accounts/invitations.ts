import type { Handlers } from '../../shared/runtime/routing.ts';
import { unknownAccount } from './accounts.ts';
import type { Deps } from './deps.ts';
import { invite } from './invite.ts';

export function makeInvitationHandlers(deps: Deps): Pick<Handlers<'manage-accounts'>, 'inviteAccount'> {
  return {
    async inviteAccount({ params: { district, account }, by, now }) {
      if ((await deps.accounts.find(district, account)) === undefined) throw unknownAccount();
      await invite(deps, { district, account, by, now });
      return undefined;
    },
  };
}
