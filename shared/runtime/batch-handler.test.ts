import { expect, test } from 'vitest';
import { context, recordingEvents } from '../../test/builders/http-event.ts';
import { sqsRecord } from '../../test/builders/sqs-event.ts';
import { type BatchRecord, batchHandler } from './batch-handler.ts';
import { confinement } from './tenancy.ts';

const record = (messageId: string, body: string) => sqsRecord(messageId, body, { times: 3 });

test('hands back the records that failed, and those alone', async () => {
  const events = recordingEvents();
  const seen: BatchRecord[] = [];
  const handler = batchHandler({
    events,
    apply: async (one) => {
      seen.push(one);
      if (one.messageId === 'b') throw new Error('not now');
    },
  });
  const answer = await handler(
    { Records: [record('a', '{"x":1}'), record('b', '{}'), record('c', '{}')] },
    context,
  );
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
  expect(events.told.records).toEqual(['b']);
  expect(seen[0]).toEqual({ body: { x: 1 }, messageId: 'a', receiveCount: 3 });
  expect(seen).toHaveLength(3);
});

test('leaves it to the consumer what to do with a message that is no JSON', async () => {
  const bodies: unknown[] = [];
  const handler = batchHandler({
    events: recordingEvents(),
    apply: async ({ body }) => void bodies.push(body),
  });
  expect(await handler({ Records: [record('a', '{')] }, context)).toEqual({ batchItemFailures: [] });
  expect(bodies).toEqual([undefined]);
});

test('the work of a message is confined to the district that it names, also beside others', async () => {
  const seen: Record<string, string | undefined> = {};
  const handler = batchHandler({
    events: recordingEvents(),
    apply: async ({ messageId }) => {
      await Promise.resolve();
      seen[messageId] = confinement().district;
    },
  });
  await handler(
    {
      Records: [record('a', '{"district":"north"}'), record('b', '{"district":"south"}'), record('c', '{}')],
    },
    context,
  );
  expect(seen).toEqual({ a: 'north', b: 'south', c: undefined });
});
