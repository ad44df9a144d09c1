import { PullMessage } from '../../shared/messages/sync-messages.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { type PullFeedDeps, pullFeed } from './pull-feed.ts';

type Deps = PullFeedDeps & { events: Pick<Events, 'recordFailed' | 'flush'> };

export function makeHandler(deps: Deps) {
  return batchHandler({ events: deps.events, apply: ({ body }) => pullFeed(deps, PullMessage.parse(body)) });
}
