import { expect, test } from 'vitest';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { context, recordingEvents } from '../../test/builders/http-event.ts';
import { sqsEvent } from '../../test/builders/sqs-event.ts';
import { makeHandler } from './handler.ts';

const at = '2026-11-22T10:00:00.000Z';
const event: ServiceEvent = {
  id: 'e-1',
  district: 'north',
  kind: 'report.ready',
  at,
  report: 'r-1',
  facts: {},
};
const tag = (value: string) => [Buffer.from(value).toString('base64url')];
const tags = {
  district: tag('north'),
  account: tag('a-1'),
  event: tag('e-1'),
  day: tag('2026-11-22'),
};

/** What is kept and noted of what SES says. */
async function heard(said: object, of: object = tags) {
  const kept: string[] = [];
  const handler = makeHandler({
    settings: {
      suppress: async (_, email, { account, why }) => void kept.push(`suppressed ${account} ${email} ${why}`),
    },
    outbox: { findEvent: async (_, day, id) => (day === '2026-11-22' && id === 'e-1' ? event : undefined) },
    ledger: { note: async (_, state, { to, why = '' }) => void kept.push(`${state} ${to} ${why}`.trim()) },
    events: recordingEvents(),
  });
  const mail = { messageId: 'm', destination: ['ada@north.test'], tags: of };
  const answer = await handler(sqsEvent({ eventType: 'any', mail, ...said }), context);
  return { kept, failures: answer.batchItemFailures };
}

test('a permanent bounce stands in the ledger, and the address gets no more', async () => {
  const bounce = { bounceType: 'Permanent', bounceSubType: 'General', timestamp: at };
  expect((await heard({ bounce })).kept).toEqual([
    'suppressed a-1 ada@north.test bounced',
    'bounced a-1 permanent/general',
  ]);
});

test('a full mailbox is a bounce, and the address still gets mails', async () => {
  const bounce = { bounceType: 'Transient', bounceSubType: 'MailboxFull', timestamp: at };
  expect((await heard({ bounce })).kept).toEqual(['bounced a-1 transient/mailboxfull']);
});

test('a complaint suppresses', async () => {
  expect((await heard({ complaint: { timestamp: at } })).kept).toEqual([
    'suppressed a-1 ada@north.test complained',
    'complained a-1',
  ]);
});

test('a mail about no event counts for the address alone', async () => {
  const { event: _, day: __, ...ofAccount } = tags;
  expect((await heard({ complaint: { timestamp: at } }, ofAccount)).kept).toEqual([
    'suppressed a-1 ada@north.test complained',
  ]);
});

test('a mail without tags of ours is passed over', async () => {
  expect(await heard({ delivery: { timestamp: at } }, {})).toEqual({ kept: [], failures: [] });
});
