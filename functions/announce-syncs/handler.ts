import type { DynamoDBRecord } from 'aws-lambda';
import type { ProvisionMessage } from '../../shared/messages/account-rules.ts';
import { isOver } from '../../shared/roster/sync.ts';
import type { Events, SyncEnd } from '../../shared/runtime/events.ts';
import { itemIn, streamHandler } from '../../shared/runtime/stream-handler.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import { type SeenSync, SyncItem } from './seen-sync.ts';
import type { TellChanges } from './tell-changes.ts';
import { toldOf } from './told.ts';

export type Deps = {
  /** People and other software hear of it. */
  outbox: Pick<ReportLedger, 'tell'>;
  events: Pick<Events, 'syncEnded' | 'syncHeld' | 'recordFailed' | 'flush'>;
  /** Accounts follow the roster. */
  provisions: Pick<DistrictQueue<ProvisionMessage>, 'send'>;
  /** So do webhooks of the change feed. */
  tellChanges: TellChanges;
};

/** One announcement for each sync that came to its end or is held, at least once. */
export function makeHandler(deps: Deps) {
  return streamHandler({
    events: deps.events,
    async apply(record) {
      await deps.tellChanges(itemIn(record.dynamodb?.NewImage));
      await announce(record, deps);
    },
  });
}

/** Of a sync that has just come to its end, or to rest. */
async function announce({ dynamodb }: DynamoDBRecord, deps: Deps): Promise<void> {
  const { events, provisions, outbox } = deps;
  const after = syncIn(dynamodb?.NewImage);
  if (after === undefined) return;
  const before = syncIn(dynamodb?.OldImage);
  const { district, syncId, kind, hold } = after;
  const event = toldOf(after, before, dynamodb?.ApproximateCreationDateTime);
  if (event !== undefined) await confinedTo(event.district, () => outbox.tell(event));
  if (isOver(after.state)) {
    if (before !== undefined && isOver(before.state)) return;
    if (after.state === 'applied') await provisions.send({ district });
    events.syncEnded(announcementOf(after));
  } else if (after.state === 'held' && before?.state !== 'held' && hold) {
    events.syncHeld({ district, syncId, kind, ...hold });
  }
}

function syncIn(image: Parameters<typeof itemIn>[0]): SeenSync | undefined {
  return SyncItem.safeParse(itemIn(image)).data?.value;
}

function announcementOf({
  district,
  syncId,
  feed,
  mapping,
  state,
  startedAt,
  finishedAt,
  counts,
}: SeenSync): SyncEnd {
  const seconds =
    startedAt === undefined || finishedAt === undefined
      ? undefined
      : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const summed: Record<string, number> = {};
  for (const each of Object.values(counts ?? {})) {
    for (const [name, count] of Object.entries(each)) summed[name] = (summed[name] ?? 0) + count;
  }
  return { district, syncId, feed, mapping, state, seconds, counts: summed };
}
