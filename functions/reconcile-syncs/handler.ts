import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import { type FinishDeps, reconcileLane } from '../../shared/roster/finish-sync.ts';
import { type PullDeskDeps, reconcilePulls } from '../../shared/roster/pull-desk.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';

type Deps = FinishDeps &
  PullDeskDeps & {
    /** Shards of the register of busy lanes, and the districts in one. */
    shards: number;
    busy(shard: number): Promise<string[]>;
    events: Pick<Events, 'laneFailed' | 'flush'>;
  };

/** Looks at every lane that has something to do; one lane's failure does not keep the others waiting. */
export function makeHandler({ shards, busy, events, ...deps }: Deps) {
  const reconcile = async (district: string): Promise<void> => {
    await reconcileLane(deps, district);
    await reconcilePulls(deps, district);
  };
  return middy<ScheduledEvent, void>().handler(async () => {
    for (let shard = 0; shard < shards; shard++) {
      for (const district of await busy(shard)) {
        await confinedTo(district, () => reconcile(district)).catch((error: unknown) =>
          events.laneFailed(error, { district }),
        );
      }
    }
    events.flush();
  });
}
