import { ChangesMessage } from '../../shared/messages/sync-messages.ts';
import { type ApplyDeps, applyChunk } from '../../shared/roster/apply-chunk.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';

type Deps = ApplyDeps & { events: Pick<Events, 'recordFailed' | 'flush'> };

export function makeHandler({ events, ...deps }: Deps) {
  return batchHandler({ events, apply: ({ body }) => applyChunk(deps, ChangesMessage.parse(body)) });
}
