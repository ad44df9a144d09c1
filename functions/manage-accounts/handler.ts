import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { makeAccountRuleHandlers } from './account-rules.ts';
import { makeAccountHandlers } from './accounts.ts';
import type { Deps } from './deps.ts';
import { makeFactHandlers } from './facts.ts';
import { makeIdentityHandlers } from './identities.ts';
import { makeProviderHandlers } from './identity-providers.ts';
import { makeInvitationHandlers } from './invitations.ts';
import { makeLeavingHandlers } from './leaving.ts';
import { makeRemovalHandlers } from './removal.ts';
import { makeReviewHandlers } from './review.ts';
import { makeSshKeyHandlers } from './ssh-keys.ts';

export function makeHandler(deps: Deps) {
  const { decide, idempotency, events, now } = deps;
  return httpHandler<'manage-accounts'>({
    function: 'manage-accounts',
    decide,
    idempotency,
    events,
    now,
    handlers: {
      ...makeAccountHandlers(deps),
      ...makeAccountRuleHandlers(deps),
      ...makeRemovalHandlers(deps),
      ...makeLeavingHandlers(deps),
      ...makeReviewHandlers(deps),
      ...makeFactHandlers(deps),
      ...makeInvitationHandlers(deps),
      ...makeSshKeyHandlers(deps),
      ...makeProviderHandlers(deps),
      ...makeIdentityHandlers(deps),
    },
  });
}
