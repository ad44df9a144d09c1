import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { makeDeliveryHandlers } from './deliveries.ts';
import type { Deps } from './deps.ts';
import { makeSettingHandlers } from './settings.ts';

export function makeHandler(deps: Deps) {
  const { decide, idempotency, events, now } = deps;
  return httpHandler<'manage-webhooks'>({
    function: 'manage-webhooks',
    decide,
    idempotency,
    events,
    now,
    handlers: { ...makeSettingHandlers(deps), ...makeDeliveryHandlers(deps) },
  });
}
