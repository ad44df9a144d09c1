import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import { type FinishDeps, reconcileLane } from '../../shared/roster/finish-sync.ts';
import type { Events } from '../../shared/runtime/events.ts';

type Deps = FinishDeps & {
  /** Shards of the register of busy lanes, and the districts in one. */
  shards: number;
  busy(shard: number): Promise<string[]>;
  events: Pick<Events, 'laneFailed' | 'flush'>;
};

/** Looks at every lane that has something to do; one lane's failure does not keep the others waiting. */
export function makeHandler({ shards, busy, events, ...deps }: Deps) {
  return middy<ScheduledEvent, void>().handler(async () => {
    for (let shard = 0; shard < shards; shard++) {
      for (const district of await busy(shard)) {
        await reconcileLane(deps, district).catch((error: unknown) => events.laneFailed(error, { district }));
      }
    }
    events.flush();
  });
}
