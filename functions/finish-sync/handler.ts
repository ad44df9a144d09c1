import { FinishMessage } from '../../shared/messages/sync-messages.ts';
import { type FinishDeps, finishSync } from '../../shared/roster/finish-sync.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';

type Deps = FinishDeps & { events: Pick<Events, 'recordFailed' | 'flush'> };

export function makeHandler({ events, ...deps }: Deps) {
  return batchHandler({ events, apply: ({ body }) => finishSync(deps, FinishMessage.parse(body)) });
}
