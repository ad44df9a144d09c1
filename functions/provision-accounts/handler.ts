import { type ProvisionDeps, provisionAccounts } from '../../shared/accounts/provision-accounts.ts';
import { ProvisionMessage } from '../../shared/messages/account-rules.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import type { Events } from '../../shared/runtime/events.ts';

type Deps = ProvisionDeps & {
  /** Asks for another look. */
  again(district: string): Promise<void>;
  events: Pick<Events, 'recordFailed' | 'flush'>;
  /** Milliseconds since the epoch. */
  now: () => number;
};

/** What a call may take before it hands the rest on; the function has fifteen minutes. */
const longestMs = 10 * 60_000;

export function makeHandler(deps: Deps) {
  return batchHandler({
    events: deps.events,
    async apply({ body }) {
      const { district } = ProvisionMessage.parse(body);
      const until = deps.now() + longestMs;
      // A roster committed meanwhile is gone through by the next call.
      if (await provisionAccounts(deps, district, () => deps.now() < until)) await deps.again(district);
    },
  });
}
