import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { MailLedger } from '../../shared/store/mail-ledger.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { recordingEvents } from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

const day = '2026-11-22';
let engine: TestDynamo;
let reports: ReportLedger;
let districts = 0;

beforeAll(async () => {
  engine = await startDynamo();
  reports = new ReportLedger(engine.dynamo, testTables.reports);
}, 60_000);
afterAll(() => engine?.stop());

/** A district of its own. `may`: users who may hear; `tied`: accounts of people of the roster. */
function world({ may = ['a-1'], tied = {} as Record<string, string[]> } = {}) {
  districts += 1;
  const district = `d-${districts}`;
  const asked: string[] = [];
  const mails: string[] = [];
  const hooks: string[] = [];
  const down = new Set<string>();
  const found = (id: string) => ({ district, account: anAccount(id) });
  const ledger = new MailLedger(reports);
  const handler = makeHandler({
    async whoMay(_, { action, resource }) {
      asked.push(`${action} ${resource.type} ${resource.id}`);
      return may;
    },
    accounts: {
      find: async (_, id) => (id.startsWith('a-') ? found(id) : undefined),
      ofUser: async (_, user) => (tied[user] ?? []).map(found),
    },
    ledger,
    mails: {
      async send(message) {
        if (message.kind !== 'event') throw new Error('This is no mail of an event.');
        if (down.has(message.event)) throw new Error('The queue is down.');
        mails.push(`${message.event} ${message.account} ${message.day}`);
      },
    },
    hooks: { announce: async ({ id }) => void hooks.push(id) },
    events: recordingEvents(),
    now: () => new Date(`${day}T18:00:00Z`),
  });
  const event = (id: string, kind: ServiceEvent['kind'] = 'report.ready'): ServiceEvent => {
    return { id, district, kind, account: 's1', report: `r-${id}`, at: `${day}T17:00:00.000Z`, facts: {} };
  };
  const states = async (one: ServiceEvent) =>
    (await ledger.deliveries(one)).map(({ account, state }) => `${account} ${state}`).sort();
  return {
    ...{ district, asked, mails, hooks, event, states, down },
    tell: (...events: ServiceEvent[]) => handler({ Records: events.map((one) => recordOf({ event: one })) }),
    stream: (...records: DynamoDBRecord[]) => handler({ Records: records }),
  };
}

function anAccount(id: string): Account {
  const nothing = { approved: true, locked: false, ledgers: [], schools: [], asked: [] };
  return { id, username: id, email: `${id}@north.test`, createdAt: day, ...nothing };
}

function recordOf(item: object, eventName: DynamoDBRecord['eventName'] = 'INSERT'): DynamoDBRecord {
  const { event } = item as { event?: ServiceEvent }; // as the outbox has it
  // The types of events and of the SDK name the same wire format twice.
  const NewImage = marshall({ pk: 'p', sk: 's', ...item }) as never;
  return { eventName, dynamodb: { SequenceNumber: event?.id ?? 'other', NewImage } };
}

test('each account of those who may hear gets one message, and other software is called', async () => {
  const { tell, event, mails, hooks, asked, states } = world({
    may: ['a-1', 'u-2'],
    tied: { 'u-2': ['a-2', 'a-3', 'a-1'] },
  });
  expect(await tell(event('e-1'))).toEqual({ batchItemFailures: [] });
  expect(mails.sort()).toEqual([`e-1 a-1 ${day}`, `e-1 a-2 ${day}`, `e-1 a-3 ${day}`]);
  expect([hooks, asked]).toEqual([['e-1'], ['nsc:notification.receive account s1']]);
  expect(await states(event('e-1'))).toEqual(['a-1 queued', 'a-2 queued', 'a-3 queued']);
});

test('told again, it sends the same messages and changes nothing else', async () => {
  const { tell, event, mails, states } = world();
  await tell(event('e-1'), event('e-1'));
  expect(mails).toEqual([`e-1 a-1 ${day}`, `e-1 a-1 ${day}`]);
  expect(await states(event('e-1'))).toEqual(['a-1 queued']);
});

test('where nobody hears of a report, that is an event of its own', async () => {
  const { tell, event, mails, hooks, district } = world({ may: ['u-without-account'] });
  await tell(event('e-1'));
  expect([mails, hooks]).toEqual([[], ['e-1']]);
  expect(await reports.findEvent(district, day, 'unheard.e-1')).toMatchObject({ kind: 'report.unheard' });
});

test('a stream goes on from the first event that failed', async () => {
  const { tell, event, mails, down } = world();
  down.add('e-2');
  const answer = await tell(event('e-1'), event('e-2'), event('e-3'));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'e-2' }] });
  expect(mails).toEqual([`e-1 a-1 ${day}`]);
});

test('changes for other software alone are mailed to nobody', async () => {
  const { tell, event, mails, hooks, asked } = world();
  await tell(event('e-1', 'roster.changed'));
  expect([mails, asked, hooks]).toEqual([[], [], ['e-1']]);
});

test('items that are no events, and events that change or end, are passed over', async () => {
  const { stream, event, mails, hooks } = world();
  const records = [recordOf({ notice: event('e-1') }), recordOf({ event: event('e-2') }, 'MODIFY')];
  expect(await stream(...records, { eventName: 'REMOVE' })).toEqual({ batchItemFailures: [] });
  expect([mails, hooks]).toEqual([[], []]);
});
