import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { Deps } from './deps.ts';
import { makePasskeySignInHandlers } from './passkey-sign-in.ts';
import { makePasskeyHandlers } from './passkeys.ts';
import { makeSessionHandlers } from './sessions.ts';
import { makeSignInSettingsHandlers } from './sign-in-settings.ts';
import { makeTotpHandlers } from './totp.ts';

export function makeHandler(deps: Deps) {
  return httpHandler<'sign-in'>({
    function: 'sign-in',
    decide: deps.decide,
    events: deps.events,
    now: deps.now,
    handlers: {
      ...makeSessionHandlers(deps),
      ...makeTotpHandlers(deps),
      ...makePasskeyHandlers(deps),
      ...makePasskeySignInHandlers(deps),
      ...makeSignInSettingsHandlers(deps),
    },
  });
}
