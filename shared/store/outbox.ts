import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { ServiceEvent } from '../reports/service-event.ts';
import { eventKey } from './keys.ts';

/** Other software may ask for events again for so long. */
const keptSeconds = 30 * 24 * 3600;

/** Puts an event into the outbox, in the transaction of what it tells of; its condition is that it was not told before. */
export function eventWrite(
  table: string,
  event: ServiceEvent,
): NonNullable<TransactWriteCommandInput['TransactItems']>[number] {
  const key = eventKey(event.district, event.at.slice(0, 10), event.id);
  const expiresAt = Math.ceil(Date.parse(event.at) / 1000) + keptSeconds;
  const Item = { ...key, event: ServiceEvent.parse(event), expiresAt };
  return { Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
}
