import { WebhookMessage } from '../../shared/messages/report-messages.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { type DeliverDeps, deliver } from './deliver.ts';

type Deps = Omit<DeliverDeps, 'events'> & {
  events: DeliverDeps['events'] & Pick<Events, 'recordFailed' | 'flush'>;
};

export function makeHandler(deps: Deps) {
  return batchHandler({
    events: deps.events,
    apply: ({ body }) => deliver(deps, WebhookMessage.parse(body)),
  });
}
