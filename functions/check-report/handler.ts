import { CheckMessage } from '../../shared/messages/report-messages.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { type CheckDeps, checkReport } from './check-report.ts';

type Deps = CheckDeps & { events: Pick<Events, 'recordFailed' | 'flush'> };

export function makeHandler({ events, ...deps }: Deps) {
  return batchHandler({ events, apply: ({ body }) => checkReport(deps, CheckMessage.parse(body)) });
}
