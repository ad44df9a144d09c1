import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import type { Events } from '../../shared/runtime/events.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { Unfinished } from '../../shared/store/unfinished-reports.ts';
import { type LookDeps, lookAfter } from './look-after.ts';

type Deps = LookDeps & {
  shards: number;
  /** What of one shard is to be looked at, the oldest first; milliseconds since the epoch. */
  dueIn(shard: number, now: number): AsyncIterable<Unfinished>;
  events: Pick<Events, 'dueFailed' | 'flush'>;
};

/** Left for what has been begun, when the rest is left to the next minute. */
const lastMs = 10_000;

/** Looks at reports that should be finished by now; what fails is looked at again in a minute, and keeps nothing else waiting. */
export function makeHandler({ shards, dueIn, ...deps }: Deps) {
  const { events, now } = deps;
  const runShard = async (shard: number, isTimeLeft: () => boolean): Promise<void> => {
    for await (const one of dueIn(shard, now().getTime())) {
      if (!isTimeLeft()) return;
      await confinedTo(one.district, () => lookAfter(deps, one)).catch((error: unknown) => {
        events.dueFailed(error, { district: one.district, kind: 'report' });
      });
    }
  };
  return middy<ScheduledEvent, void>().handler(async (_, context) => {
    const isTimeLeft = () => context.getRemainingTimeInMillis() > lastMs;
    await Promise.all(Array.from({ length: shards }, (_, shard) => runShard(shard, isTimeLeft)));
    events.flush();
  });
}
