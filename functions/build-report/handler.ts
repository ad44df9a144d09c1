import { BuildMessage } from '../../shared/messages/report-messages.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { giveUpReport } from '../../shared/store/give-up-report.ts';
import { type BuildDeps, buildReport } from './build.ts';

export type Deps = BuildDeps & { events: Pick<Events, 'recordFailed' | 'flush'> };

/** After so many tries the queue puts a message aside (work-queue.ts): the last one tells whoever waits. */
const mostReceives = 5;

export function makeHandler(deps: Deps) {
  return batchHandler({
    events: deps.events,
    async apply({ body, receiveCount }) {
      const message = BuildMessage.parse(body);
      try {
        await buildReport(deps, message);
      } catch (error) {
        if (receiveCount >= mostReceives) await giveUpReport(deps, message);
        throw error;
      }
    },
  });
}
