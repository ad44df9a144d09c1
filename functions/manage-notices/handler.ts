import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { Deps } from './deps.ts';
import { makePreferenceHandlers } from './preferences.ts';
import { makeReportMailHandlers } from './report-mails.ts';
import { makeSuppressionHandlers } from './suppressions.ts';
import { makeUnsubscribeHandlers } from './unsubscribe.ts';

export function makeHandler(deps: Deps) {
  const { decide, idempotency, events, now } = deps;
  return httpHandler<'manage-notices'>({
    function: 'manage-notices',
    decide,
    idempotency,
    events,
    now,
    handlers: {
      ...makePreferenceHandlers(deps),
      ...makeSuppressionHandlers(deps),
      ...makeReportMailHandlers(deps),
      ...makeUnsubscribeHandlers(deps),
    },
  });
}
