import type { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { makeHandler as makeAnnounce } from '../../functions/announce-events/handler.ts';
import { sendEvent } from '../../functions/send-mail/send-event.ts';
import type { Account } from '../../shared/accounts/account.ts';
import { MailUnsent } from '../../shared/errors.ts';
import { MailMessage } from '../../shared/messages/mail-messages.ts';
import { noPreferences } from '../../shared/reports/notices.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { batchHandler } from '../../shared/runtime/batch-handler.ts';
import { makeMailer } from '../../shared/runtime/mailer.ts';
import { MailLedger } from '../../shared/store/mail-ledger.ts';
import type { ReportLedger, ReportLine } from '../../shared/store/report-ledger.ts';
import { context, recordingEvents } from '../builders/http-event.ts';
import { sqsRecord } from '../builders/sqs-event.ts';
import { type Random, seeded } from './schedule.ts';

/** Uploads from the outbox's stream to the mail system, where everything may come twice, fail, or end halfway. */

const day = '2026-11-22';
const district = 'north';
const readers = ['a-1', 'a-2'];
const batch = 10;
/** A message that failed is hidden for so long. */
const hiddenMs = 360_000;
const chances = { told: 0.3, queueDown: 0.02, throttled: 0.2, crash: 0.004, again: 0.1 };

const event = (n: number): ServiceEvent => ({
  ...{ id: `e-${n}`, district, kind: 'report.uploaded', account: 's1', report: `r-${n}` },
  ...{ at: `${day}T17:00:00.000Z`, facts: { outcome: 'accepted' } },
});

/** What the stores keep, in memory; a write that is told has happened. */
function memory(events: ReadonlyMap<string, ServiceEvent>) {
  const lines = new Map<string, Map<string, ReportLine>>();
  const sent = new Set<string>();
  const turns = new Map<string, { mail: string; until: Date }>();
  const reports: Pick<ReportLedger, 'note' | 'lines' | 'find' | 'findEvent'> = {
    async note(_, report, { line }) {
      const of = lines.get(report) ?? new Map<string, ReportLine>();
      lines.set(report, of);
      if (of.has(line.id)) return false;
      of.set(line.id, line);
      return true;
    },
    async *lines(_, report) {
      yield* lines.get(report)?.values() ?? [];
    },
    find: async () => undefined,
    findEvent: async (_, __, id) => events.get(id),
  };
  return {
    reports,
    sent: {
      has: async (_: string, id: string) => sent.has(id),
      record: async (_: string, { id }: { id: string }) => void sent.add(id),
      async takeTurn(_: string, turn: { turn: string; mail: string; at: Date; until: Date }) {
        const before = turns.get(turn.turn);
        if (before !== undefined && before.mail !== turn.mail && before.until > turn.at) return false;
        turns.set(turn.turn, turn);
        return true;
      },
    },
  };
}

function world(random: Random, events: ReadonlyMap<string, ServiceEvent>) {
  const stores = memory(events);
  const mails: string[] = [];
  let queue: { messageId: string; body: string }[] = [];
  let [now, crashes, messages] = [Date.parse(`${day}T18:00:00Z`), 0, 0];
  const account = (id: string): Account => ({
    ...{ id, username: id, email: `${id}@north.test`, approved: true, locked: false },
    ...{ ledgers: [], schools: [], asked: [], createdAt: `${day}T00:00:00Z` },
  });
  const accounts = { find: async (_: string, id: string) => ({ district, account: account(id) }) };
  const ledger = new MailLedger(stores.reports);
  const ses = {
    async send({ input }: SendEmailCommand) {
      if (random.chance(chances.throttled))
        throw Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' });
      mails.push(input.Destination?.ToAddresses?.[0] ?? '');
      return { MessageId: `ses-${mails.length}`, $metadata: {} };
    },
  };
  const announce = makeAnnounce({
    whoMay: async () => readers,
    accounts: { ...accounts, ofUser: async () => [] },
    ledger,
    mails: {
      async send(message) {
        if (random.chance(chances.queueDown)) throw new Error('The queue is down.');
        messages += 1;
        queue.push({ messageId: `m-${messages}`, body: JSON.stringify(message) });
      },
    },
    hooks: { announce: async () => {} },
    events: recordingEvents(),
    now: () => new Date(now),
  });
  const deps: Parameters<typeof sendEvent>[0] = {
    accounts,
    tenants: {
      findDistrict: async (id) => ({ id, name: 'North', timeZone: 'UTC', schoolYear: 2027, createdAt: day }),
    },
    sent: {
      ...stores.sent,
      async record(at, mail) {
        if (random.chance(chances.crash)) {
          crashes += 1;
          throw new MailUnsent('The function ended here.');
        }
        return stores.sent.record(at, mail);
      },
    },
    mailer: makeMailer(ses, { from: 'rolebook@north.test', settings: 'rolebook-test' }),
    events: recordingEvents(),
    outbox: stores.reports,
    ledger,
    settings: {
      preferences: async () => ({ preferences: noPreferences, revision: 0 }),
      suppression: async () => undefined,
      link: async () => 'a-link',
    },
    waiting: {
      put: async () => {},
      ready: async () => ({ ready: [], next: undefined }),
      remove: async () => {},
      keepTold: async () => {},
    },
    due: { armed: async () => undefined, replace: async () => true },
    decide: async () => ({ decision: true, reason: { code: 'allowed', message: '' }, path: [], missed: [] }),
    nameOf: async () => 'North High',
    origin: 'https://rolebook.test',
    now: () => new Date(now),
  };
  const sendMail = batchHandler({
    events: recordingEvents(),
    async apply({ body, messageId }) {
      const message = MailMessage.parse(body);
      if (message.kind === 'event') await sendEvent(deps, message, messageId);
    },
  });
  return {
    mails,
    ledger,
    crashes: () => crashes,
    async stream(records: readonly DynamoDBRecord[]) {
      let left = [...records];
      while (left.length > 0) {
        const { batchItemFailures } = await announce({ Records: left.slice(0, batch) });
        const failed = batchItemFailures[0]?.itemIdentifier;
        const done =
          failed === undefined ? -1 : left.findIndex((one) => one.dynamodb?.SequenceNumber === failed);
        left = left.slice(done === -1 ? batch : done);
      }
    },
    async drain() {
      while (queue.length > 0) {
        const waiting = queue;
        queue = [];
        for (let from = 0; from < waiting.length; from += batch) {
          const some = waiting.slice(from, from + batch);
          const Records = some.map(({ messageId, body }) => sqsRecord(messageId, body));
          const answer = await sendMail({ Records }, context);
          const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
          queue.push(
            ...some.filter(({ messageId }) => failed.has(messageId) || random.chance(chances.again)),
          );
        }
        now += hiddenMs;
      }
    },
  };
}

test('under duplicates, crashes and throttling no upload is unannounced, and only crashes mail twice', async () => {
  const count = 2000;
  const random = seeded(7);
  const events = new Map(Array.from({ length: count }, (_, n) => [event(n).id, event(n)] as const));
  const here = world(random, events);
  let sequence = 0;
  const recordOf = (one: ServiceEvent) => {
    sequence += 1;
    // The types of events and of the SDK name the same wire format twice.
    const NewImage = marshall({ pk: 'p', sk: one.id, event: one }) as never;
    return { eventName: 'INSERT' as const, dynamodb: { SequenceNumber: String(sequence), NewImage } };
  };
  const all = [...events.values()];
  for (let from = 0; from < count; from += 100) {
    const told = all.slice(from, from + 100);
    const twice = told.filter(() => random.chance(chances.told));
    await here.stream([...told, ...twice].map(recordOf));
    await here.drain();
  }
  for (const one of all) {
    const states = (await here.ledger.deliveries(one)).map(({ account, state }) => `${account} ${state}`);
    expect(states.sort()).toEqual(readers.map((reader) => `${reader} sent`));
  }
  expect(here.crashes()).toBeGreaterThan(5);
  expect(here.mails.length - count * readers.length).toBe(here.crashes());
}, 30_000);
