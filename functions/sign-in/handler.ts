import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { Deps } from './deps.ts';
import { makeLinkHandlers } from './links.ts';
import { makeOidcHandlers } from './oidc.ts';
import { makePasswordHandlers } from './passwords.ts';
import { makeSessionHandlers } from './sessions.ts';

export function makeHandler(deps: Deps) {
  return httpHandler<'sign-in'>({
    function: 'sign-in',
    events: deps.events,
    now: deps.now,
    handlers: {
      ...makeSessionHandlers(deps),
      ...makePasswordHandlers(deps),
      ...makeLinkHandlers(deps),
      ...makeOidcHandlers(deps),
    },
  });
}
