import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { ServiceEvent } from '../../shared/reports/service-event.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { WebhookFanOut } from '../../shared/store/webhook-fan-out.ts';
import { type AnnounceDeps, announceByMail } from './announce-by-mail.ts';

export type Deps = AnnounceDeps & {
  /** Other software that is called about it; safe to repeat. */
  hooks: Pick<WebhookFanOut, 'announce'>;
  events: Pick<Events, 'recordFailed' | 'flush'>;
};

/** What the outbox has that is new: told on to everybody whom it concerns, at least once. */
export function makeHandler(deps: Deps) {
  const { events, hooks } = deps;
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const failures: DynamoDBBatchResponse['batchItemFailures'] = [];
    for (const record of Records) {
      try {
        const event = eventIn(record);
        if (event === undefined) continue;
        await confinedTo(event.district, async () => {
          await announceByMail(deps, event);
          await hooks.announce(event);
        });
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

/** Other items of the table have no such attribute. */
const OutboxItem = z.object({ event: ServiceEvent });

function eventIn({ eventName, dynamodb }: DynamoDBRecord): ServiceEvent | undefined {
  if (eventName !== 'INSERT' || dynamodb?.NewImage === undefined) return undefined;
  // The types of events and of the SDK name the same wire format twice.
  const item = unmarshall(dynamodb.NewImage as Parameters<typeof unmarshall>[0]);
  return item.event === undefined ? undefined : OutboxItem.parse(item).event;
}
