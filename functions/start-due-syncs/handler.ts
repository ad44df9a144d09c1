import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import type { Due } from '../../shared/roster/due.ts';
import { type DueDeps, startDue } from '../../shared/roster/start-due.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';

type Deps = Omit<DueDeps, 'late'> & {
  shards: number;
  /** What of one shard has come due, the oldest first; milliseconds since the epoch. */
  dueIn(shard: number, now: number): AsyncIterable<Due>;
  events: Pick<Events, 'feedLate' | 'dueFailed' | 'flush'>;
};

/** Left for what has been begun, when the rest is left to the next minute. */
const lastMs = 15_000;

/** Does what has come due; what fails stays due for the next minute, and keeps nothing else waiting. */
export function makeHandler({ shards, dueIn, events, ...rest }: Deps) {
  const deps: DueDeps = {
    ...rest,
    late: ({ district, feed, since, expectedBy }) =>
      events.feedLate({ district, feed, since: instant(since), expectedBy: instant(expectedBy) }),
  };
  const runShard = async (shard: number, isTimeLeft: () => boolean): Promise<void> => {
    for await (const due of dueIn(shard, Date.parse(deps.now()))) {
      if (!isTimeLeft()) return;
      await confinedTo(due.district, () => startDue(deps, due)).catch((error: unknown) => {
        events.dueFailed(error, { district: due.district, kind: due.kind });
      });
    }
  };
  return middy<ScheduledEvent, void>().handler(async (_, context) => {
    const isTimeLeft = () => context.getRemainingTimeInMillis() > lastMs;
    await Promise.all(Array.from({ length: shards }, (_, shard) => runShard(shard, isTimeLeft)));
    events.flush();
  });
}

const instant = (at: number): string => new Date(at).toISOString();
