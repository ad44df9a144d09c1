import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import type { ProvisionMessage } from '../../shared/messages/account-rules.ts';
import { SyncState } from '../../shared/messages/syncs.ts';
import { entities } from '../../shared/roster/records.ts';
import { isOver, syncKinds } from '../../shared/roster/sync.ts';
import type { Events, SyncEnd } from '../../shared/runtime/events.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { TellChanges } from './tell-changes.ts';

export type Deps = {
  events: Pick<Events, 'syncEnded' | 'syncHeld' | 'recordFailed' | 'flush'>;
  /** Accounts follow the roster. */
  provisions: Pick<DistrictQueue<ProvisionMessage>, 'send'>;
  /** So do webhooks of the change feed. */
  tellChanges: TellChanges;
};

/** Of a sync's item what its announcement needs; other items of the table do not look like this. */
const SyncItem = z.object({
  value: z.object({
    district: z.string(),
    syncId: z.string(),
    feed: z.string().optional(),
    mapping: z.string().optional(),
    kind: z.enum(syncKinds),
    state: SyncState,
    hold: z.object({ reason: z.string(), remaining: z.number() }).optional(),
    startedAt: z.string().optional(),
    finishedAt: z.string().optional(),
    counts: z.partialRecord(z.enum(entities), z.record(z.string(), z.number())).optional(),
  }),
});
type SeenSync = z.infer<typeof SyncItem>['value'];

/** One announcement for each sync that came to its end or is held, at least once. */
export function makeHandler(deps: Deps) {
  const { events } = deps;
  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const failures: DynamoDBBatchResponse['batchItemFailures'] = [];
    for (const record of event.Records) {
      try {
        await deps.tellChanges(itemIn(record.dynamodb?.NewImage));
        await announce(record, deps);
      } catch (error) {
        const itemIdentifier = record.dynamodb?.SequenceNumber ?? '';
        events.recordFailed(error, { messageId: itemIdentifier, receiveCount: 1 });
        failures.push({ itemIdentifier });
        // A stream goes on from the first failure: what follows comes again.
        break;
      }
    }
    events.flush();
    return { batchItemFailures: failures };
  };
}

/** Of a sync that has just come to its end, or to rest. */
async function announce({ dynamodb }: DynamoDBRecord, { events, provisions }: Deps): Promise<void> {
  const after = syncIn(dynamodb?.NewImage);
  if (after === undefined) return;
  const before = syncIn(dynamodb?.OldImage);
  const { district, syncId, kind, hold } = after;
  if (isOver(after.state)) {
    if (before !== undefined && isOver(before.state)) return;
    if (after.state === 'applied') await provisions.send({ district });
    events.syncEnded(announcementOf(after));
  } else if (after.state === 'held' && before?.state !== 'held' && hold) {
    events.syncHeld({ district, syncId, kind, ...hold });
  }
}

type Image = NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];

function syncIn(image: Image): SeenSync | undefined {
  return SyncItem.safeParse(itemIn(image)).data?.value;
}

function itemIn(image: Image): unknown {
  // The types of events and of the SDK name the same wire format twice.
  return image === undefined ? undefined : unmarshall(image as Parameters<typeof unmarshall>[0]);
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
