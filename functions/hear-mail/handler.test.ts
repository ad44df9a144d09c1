import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { MailLedger } from '../../shared/store/mail-ledger.ts';
import { NotificationSettings } from '../../shared/store/notification-settings.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { WaitingNotices } from '../../shared/store/waiting-notices.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { context, recordingEvents } from '../../test/builders/http-event.ts';
import { sqsEvent } from '../../test/builders/sqs-event.ts';
import { makeHandler } from './handler.ts';

const day = '2026-11-22';
const at = `${day}T10:00:00.000Z`;
const later = `${day}T11:00:00.000Z`;
const permanent = { bounceType: 'Permanent', bounceSubType: 'General', timestamp: at };
const ada: Account = {
  ...{ id: 'a-1', username: 'ada', email: 'ada@north.test', approved: true, locked: false },
  ...{ ledgers: [], schools: [], asked: [], createdAt: at },
};

let engine: TestDynamo;
let districts = 0;
beforeAll(async () => {
  engine = await startDynamo();
}, 60_000);
afterAll(() => engine?.stop());

const tag = (value: string) => [Buffer.from(value).toString('base64url')];

type Mailed = { mail?: 'ofEvent' | 'ofDigest' | 'ofAccount' | 'ofOthers'; address?: string };

/** A district of its own with one account, and two events that it was mailed about. */
async function world({ isErased = false } = {}) {
  districts += 1;
  const district = `d-${districts}`;
  const settings = new NotificationSettings(engine.dynamo, testTables.logins, () => {});
  const outbox = new ReportLedger(engine.dynamo, testTables.reports);
  const digests = new WaitingNotices(engine.dynamo, testTables.reports);
  const ledger = new MailLedger(outbox);
  const events = recordingEvents();
  const [one, two] = ['1', '2'].map(
    (n): ServiceEvent => ({
      ...{ id: `e-${n}`, district, kind: 'report.ready', at, report: `r-${n}`, account: 's1' },
      facts: { rows: 3 },
    }),
  ) as [ServiceEvent, ServiceEvent]; // there are two
  for (const event of [one, two]) {
    await outbox.tell(event);
    await ledger.note(event, 'sent', { to: ada.id, at: new Date(at) });
  }
  const handler = makeHandler({
    accounts: {
      find: async (_, id) => (isErased || id !== ada.id ? undefined : { district, account: ada }),
    },
    ...{ settings, outbox, digests, ledger, events },
  });
  const of = { district: tag(district), account: tag(ada.id) };
  const mails = {
    ofEvent: { ...of, event: tag('e-1'), day: tag(day) },
    ofDigest: { ...of, digest: tag('m-1') },
    ofAccount: of,
    ofOthers: {},
  };
  return {
    ...{ district, settings, digests, ledger, one, two },
    hear: (said: object, { mail = 'ofEvent', address = ada.email }: Mailed = {}) => {
      const about = { messageId: 'm', destination: [address], tags: mails[mail] };
      return handler(sqsEvent({ eventType: 'any', mail: about, ...said }), context);
    },
    states: async (event = one) =>
      (await ledger.deliveries(event)).map(({ state, why }) => [state, ...(why === undefined ? [] : [why])]),
    suppressed: (email = ada.email) => settings.suppression(district, ada.id, email),
  };
}

test('a permanent bounce stands in the ledger, and the address gets no more', async () => {
  const { hear, states, suppressed } = await world();
  await hear({ bounce: permanent });
  expect(await states()).toEqual([['bounced', 'permanent/general']]);
  expect(await suppressed()).toBe('bounced');
});

test('a full mailbox is a bounce, and the address still gets mails', async () => {
  const { hear, states, suppressed } = await world();
  await hear({ bounce: { bounceType: 'Transient', bounceSubType: 'MailboxFull', timestamp: at } });
  expect(await states()).toEqual([['bounced', 'transient/mailboxfull']]);
  expect(await suppressed()).toBeUndefined();
});

test('a complaint suppresses', async () => {
  const { hear, states, suppressed } = await world();
  await hear({ complaint: { timestamp: at } });
  expect([await states(), await suppressed()]).toEqual([[['complained']], 'complained']);
});

test('a mail about no event counts for the address alone', async () => {
  const { hear, states, suppressed } = await world();
  await hear({ complaint: { timestamp: at } }, { mail: 'ofAccount' });
  expect([await states(), await suppressed()]).toEqual([[['sent']], 'complained']);
});

test('a mail without tags of ours is passed over', async () => {
  const { hear, states } = await world();
  expect(await hear({ delivery: { timestamp: at } }, { mail: 'ofOthers' })).toEqual({
    batchItemFailures: [],
  });
  expect(await states()).toEqual([['sent']]);
});

test('what is said of a digest stands in the ledger of each event that it told of', async () => {
  const { district, hear, states, digests, one, two } = await world();
  await digests.keepTold(district, 'm-1', { events: [one, two], at: new Date(at) });
  await hear({ delivery: { timestamp: at } }, { mail: 'ofDigest' });
  expect([await states(one), await states(two)]).toEqual([[['delivered']], [['delivered']]]);
});

test('where a digest comes back and nobody else was told, its reports are unheard of', async () => {
  const { district, hear, states, digests, ledger, one, two } = await world();
  await ledger.note(two, 'sent', { to: 'a-2', at: new Date(at) });
  await digests.keepTold(district, 'm-1', { events: [one, two], at: new Date(at) });
  await hear({ bounce: permanent }, { mail: 'ofDigest' });
  await hear({ bounce: permanent }, { mail: 'ofDigest' });
  expect([await states(one), await states(two)]).toEqual([
    [['bounced', 'permanent/general']],
    [['bounced', 'permanent/general'], ['sent']],
  ]);
  const outbox = new ReportLedger(engine.dynamo, testTables.reports);
  const unheard = await Promise.all(
    [one, two].map(({ id }) => outbox.findEvent(district, day, `unheard.${id}`)),
  );
  expect(unheard).toEqual([expect.objectContaining({ report: 'r-1' }), undefined]);
});

test('a bounce from before a suppression was lifted puts it back no more, and a later one does', async () => {
  const { district, hear, settings, suppressed } = await world();
  await hear({ bounce: permanent });
  expect(await settings.liftSuppression(district, ada.id, new Date(`${day}T10:30:00Z`))).toBe(true);
  await hear({ bounce: permanent });
  await hear({ bounce: { ...permanent, timestamp: '2026-11-22T05:15:00-05:00' } });
  expect(await suppressed()).toBeUndefined();
  expect(await settings.suppressions(district, { limit: 10 })).toEqual({ items: [] });
  expect(await settings.liftSuppression(district, ada.id, new Date(later))).toBe(false);
  await hear({ bounce: { ...permanent, timestamp: later } });
  expect(await suppressed()).toBe('bounced');
});

test('a late bounce of the address of before leaves that of now as it is', async () => {
  const { hear, suppressed } = await world();
  const before = { address: 'ada@old.test' };
  await hear({ bounce: { ...permanent, timestamp: later } }, before);
  expect([await suppressed(), await suppressed(before.address)]).toEqual([undefined, undefined]);
  await hear({ complaint: { timestamp: at } });
  await hear({ bounce: { ...permanent, timestamp: later } }, before);
  expect(await suppressed()).toBe('complained');
});

test('an older word of an address does not take the place of a newer one', async () => {
  const { district, hear, settings } = await world();
  await hear({ complaint: { timestamp: later } });
  await hear({ bounce: permanent });
  expect((await settings.suppressions(district, { limit: 10 })).items).toEqual([
    { account: ada.id, why: 'complained', at: later },
  ]);
});

test('of an account that was erased nothing is written', async () => {
  const { district, hear, states, settings, digests, one, suppressed } = await world({ isErased: true });
  await digests.keepTold(district, 'm-1', { events: [one], at: new Date(at) });
  for (const mail of ['ofEvent', 'ofDigest'] as const) await hear({ bounce: permanent }, { mail });
  expect([await states(), await suppressed()]).toEqual([[['sent']], undefined]);
  expect(await settings.suppressions(district, { limit: 10 })).toEqual({ items: [] });
});
