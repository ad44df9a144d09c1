import { PlanMessage } from '../../shared/messages/sync-messages.ts';
import { type PlanDeps, planSync } from '../../shared/roster/plan-sync.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';

type Deps = PlanDeps & { events: Pick<Events, 'recordFailed' | 'flush'> };

export function makeHandler({ events, ...deps }: Deps) {
  return batchHandler({ events, apply: ({ body }) => planSync(deps, PlanMessage.parse(body)) });
}
