import { ErasureMessage } from '../../shared/messages/privacy.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import {
  type EraseDeps,
  erasePerson,
  type RetryDeps,
  retryErasures,
} from '../../shared/store/people/erase-person.ts';

type Deps = EraseDeps & {
  /** Takes away what a district has kept long enough. */
  purgeOld(district: string): Promise<void>;
  erasures: RetryDeps['erasures'];
  events: Pick<Events, 'recordFailed' | 'erasureGivenUp' | 'flush'>;
};

export function makeHandler({ events, purgeOld, ...deps }: Deps) {
  return batchHandler({
    events,
    async apply({ body }) {
      const message = ErasureMessage.parse(body);
      if (message.kind === 'erasure') return erasePerson(deps, message);
      await retryErasures({ ...deps, givenUp: events.erasureGivenUp }, message.district);
      await purgeOld(message.district);
    },
  });
}
