import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { Deps } from './deps.ts';
import { makeLinkHandlers } from './links.ts';
import { makeOidcHandlers } from './oidc.ts';
import { onBeat } from './on-beat.ts';
import { makeOwnSessionHandlers } from './own-sessions.ts';
import { makePasskeySignInHandlers } from './passkey-sign-in.ts';
import { makePasskeyHandlers } from './passkeys.ts';
import { makePasswordHandlers } from './passwords.ts';
import { makeSessionHandlers } from './sessions.ts';
import { makeSignInSettingsHandlers } from './sign-in-settings.ts';
import { makeTotpHandlers } from './totp.ts';

export function makeHandler(deps: Deps) {
  return httpHandler<'sign-in'>({
    function: 'sign-in',
    decide: deps.decide,
    events: deps.events,
    limits: deps.limits,
    now: deps.now,
    handlers: {
      ...makeSessionHandlers(deps),
      ...makeOwnSessionHandlers(deps),
      ...makePasswordHandlers(deps),
      ...makeLinkHandlers(deps),
      ...makeOidcHandlers(deps),
      ...makeTotpHandlers(deps),
      ...makePasskeyHandlers(deps),
      ...makePasskeySignInHandlers(deps),
      ...makeSignInSettingsHandlers(deps),
    },
  }).use(onBeat(deps));
}
