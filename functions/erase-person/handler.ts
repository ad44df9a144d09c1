import { ErasureMessage } from '../../shared/messages/privacy.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { type EraseDeps, erasePerson } from '../../shared/store/people/erase-person.ts';

type Deps = EraseDeps & {
  /** Takes away what a district has kept long enough. */
  purgeOld(district: string): Promise<void>;
  events: Pick<Events, 'recordFailed' | 'flush'>;
};

export function makeHandler({ events, purgeOld, ...deps }: Deps) {
  return batchHandler({
    events,
    async apply({ body }) {
      const message = ErasureMessage.parse(body);
      await (message.kind === 'erasure' ? erasePerson(deps, message) : purgeOld(message.district));
    },
  });
}
