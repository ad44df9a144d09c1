import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import { ServiceEvent } from '../../shared/reports/service-event.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { itemIn, streamHandler } from '../../shared/runtime/stream-handler.ts';
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
  return streamHandler({
    events: deps.events,
    async apply(record) {
      const event = eventIn(record);
      if (event === undefined) return;
      await confinedTo(event.district, async () => {
        await announceByMail(deps, event);
        await deps.hooks.announce(event);
      });
    },
  });
}

/** Other items of the table have no such attribute. */
const OutboxItem = z.object({ event: ServiceEvent });

function eventIn({ eventName, dynamodb }: DynamoDBRecord): ServiceEvent | undefined {
  const item = eventName === 'INSERT' ? itemIn(dynamodb?.NewImage) : undefined;
  return item?.event === undefined ? undefined : OutboxItem.parse(item).event;
}
