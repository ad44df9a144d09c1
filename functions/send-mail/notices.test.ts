import type { SendEmailCommand, SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { Account } from '../../shared/accounts/account.ts';
import { noPreferences, type Preferences } from '../../shared/reports/notices.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { makeMailer, readTag } from '../../shared/runtime/mailer.ts';
import { DynamoDueTimes } from '../../shared/store/due-times.ts';
import { MailLedger } from '../../shared/store/mail-ledger.ts';
import { NotificationSettings } from '../../shared/store/notification-settings.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { SentMails } from '../../shared/store/sent-mails.ts';
import { WaitingNotices } from '../../shared/store/waiting-notices.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { recordingEvents } from '../../test/builders/http-event.ts';
import type { NoticeDeps } from './notice-deps.ts';
import { sendDigest } from './send-digest.ts';
import { sendEvent } from './send-event.ts';

const day = '2026-11-22';
const ada: Account = {
  id: 'a-1',
  username: 'ada',
  email: 'ada@north.test',
  approved: true,
  locked: false,
  ledgers: [],
  schools: [],
  asked: [],
  createdAt: `${day}T00:00:00Z`,
};

let engine: TestDynamo;
beforeAll(async () => {
  engine = await startDynamo();
}, 60_000);
afterAll(() => engine.stop());

const named = (name: string) => Object.assign(new Error(name), { name });

/** A district of its own, with one reader. `answers`: what the mail system says, in turn; then that it is well. */
function world(district: string, { preferences = noPreferences, answers = [] as ('ok' | Error)[] } = {}) {
  const mails: SendEmailCommandInput[] = [];
  const reports = new ReportLedger(engine.dynamo, testTables.reports);
  const settings = new NotificationSettings(engine.dynamo, testTables.logins, () => {});
  const sent = new SentMails(engine.dynamo, testTables.logins);
  const state = { now: Date.parse(`${day}T18:00:00Z`), may: true, crash: () => false };
  const ses = {
    async send({ input }: SendEmailCommand) {
      const answer = answers.shift() ?? 'ok';
      if (answer !== 'ok') throw answer;
      mails.push(input);
      return { MessageId: `ses-${mails.length}`, $metadata: {} };
    },
  };
  const deps: NoticeDeps = {
    accounts: { find: async (_, id) => (id === ada.id ? { district, account: ada } : undefined) },
    tenants: {
      findDistrict: async (id) => ({ id, name: 'North', timeZone: 'UTC', schoolYear: 2027, createdAt: day }),
    },
    sent: {
      has: (at, id) => sent.has(at, id),
      takeTurn: (at, turn) => sent.takeTurn(at, turn),
      record: async (at, mail) => {
        if (state.crash()) throw new Error('crashed');
        return sent.record(at, mail);
      },
    },
    mailer: makeMailer(ses, { from: 'rolebook@north.test', settings: 'rolebook-test' }),
    events: recordingEvents(),
    outbox: reports,
    ledger: new MailLedger(reports),
    settings: {
      preferences: async () => ({ preferences, revision: 1 }),
      suppression: (at, account, email) => settings.suppression(at, account, email),
      link: (at, mail, of) => settings.link(at, mail, of),
    },
    waiting: new WaitingNotices(engine.dynamo, testTables.reports),
    due: new DynamoDueTimes(engine.dynamo, testTables.syncs),
    decide: async () => ({
      decision: state.may,
      reason: { code: state.may ? 'allowed' : 'no-role', message: '' },
      path: [],
      missed: [],
    }),
    nameOf: async () => 'North High',
    origin: 'https://rolebook.test',
    now: () => new Date(state.now),
  };
  const event = (n: number, kind: ServiceEvent['kind'] = 'report.ready'): ServiceEvent => {
    const of = { id: `${kind}.${n}`, district, kind, account: 's1', report: `r-${n}` };
    return { ...of, at: `${day}T17:00:00.000Z`, facts: {} };
  };
  const message = ({ id }: ServiceEvent) => ({
    ...{ kind: 'event' as const, district, account: ada.id },
    event: id,
    day,
  });
  return {
    deps,
    mails,
    state,
    settings,
    event,
    tell: (one: ServiceEvent) => reports.tell(one),
    deliver: (one: ServiceEvent, messageId = 'm-1') => sendEvent(deps, message(one), messageId),
    digest: () =>
      sendDigest(
        deps,
        { kind: 'digest', district, account: ada.id, at: new Date(state.now).toISOString() },
        'm-d',
      ),
    states: async (one: ServiceEvent) =>
      (await new MailLedger(reports).deliveries(one)).map(({ state: reached }) => reached),
  };
}

test('an optional mail can be turned off by one click, by the link of that mail', async () => {
  const { deps, deliver, tell, event, mails, settings, states } = world('one-click');
  await tell(event(1));
  await deliver(event(1));
  const headers = Object.fromEntries(
    (mails[0]?.Content?.Simple?.Headers ?? []).map(({ Name, Value }) => [Name, Value]),
  );
  expect(headers).toMatchObject({
    'Auto-Submitted': 'auto-generated',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  });
  const [, token = ''] =
    /^<https:\/\/rolebook\.test\/unsubscribe\/([^>]+)>$/.exec(headers['List-Unsubscribe'] ?? '') ?? [];
  const link = await settings.find(token, deps.now());
  expect(link).toMatchObject({ account: 'a-1', kinds: ['report.ready'] });
  if (link !== undefined) await settings.turnOff(link);
  expect((await settings.preferences('one-click', 'a-1')).preferences.events).toEqual({
    'report.ready': 'off',
  });
  expect(await states(event(1))).toEqual(['sent']);
});

test('what is needed has no such header', async () => {
  const { deliver, tell, event, mails } = world('needed');
  await tell(event(1, 'report.failed'));
  await deliver(event(1, 'report.failed'));
  expect(mails[0]?.Content?.Simple?.Headers?.map(({ Name }) => Name)).toEqual(['Auto-Submitted']);
});

test('whoever may not hear of it any more gets nothing, and nobody has heard', async () => {
  const { deliver, tell, event, mails, state, states, deps } = world('ended');
  await tell(event(1));
  state.may = false;
  await deliver(event(1));
  expect([mails, await states(event(1))]).toEqual([[], ['ended']]);
  expect(await deps.outbox.findEvent('ended', day, 'unheard.report.ready.1')).toMatchObject({
    kind: 'report.unheard',
    report: 'r-1',
  });
});

test('a suppressed address gets none', async () => {
  const { deliver, tell, event, mails, settings, states } = world('suppressed');
  await tell(event(1));
  await settings.suppress('suppressed', ada.email, { account: ada.id, why: 'bounced', at: day });
  await deliver(event(1));
  expect([mails, await states(event(1))]).toEqual([[], ['refused']]);
});

test('what waits comes in one mail, once, and only what is due', async () => {
  const preferences: Preferences = { ...noPreferences, events: { 'report.ready': 'digest' } };
  const { deliver, tell, event, mails, state, digest, states } = world('digest', { preferences });
  for (const n of [1, 2, 3]) {
    await tell(event(n));
    await deliver(event(n));
    await deliver(event(n));
  }
  await digest();
  expect([mails.length, await states(event(1))]).toEqual([0, ['waiting']]);
  state.now = Date.parse('2026-11-23T07:00:00Z');
  await digest();
  await digest();
  expect(mails.map(({ Content }) => Content?.Simple?.Subject?.Data)).toEqual(['North: 3 things happened']);
  expect(await states(event(3))).toEqual(['sent']);
});

test('what waited for a digest, and may not be heard of any more, has ended, and nobody has heard', async () => {
  const preferences: Preferences = { ...noPreferences, events: { 'report.ready': 'digest' } };
  const { deliver, tell, event, mails, state, digest, states, deps } = world('late', { preferences });
  await tell(event(1));
  await deliver(event(1));
  state.now = Date.parse('2026-11-23T07:00:00Z');
  state.may = false;
  await digest();
  expect([mails, await states(event(1))]).toEqual([[], ['ended']]);
  expect(await deps.outbox.findEvent('late', '2026-11-23', 'unheard.report.ready.1')).toMatchObject({
    kind: 'report.unheard',
    report: 'r-1',
  });
});

test('what waited for an account that is no more has ended', async () => {
  const { deps, event, digest, states } = world('gone');
  await deps.waiting.put(ada.id, event(1), Date.parse(`${day}T17:30:00Z`));
  deps.accounts = { find: async () => undefined };
  await digest();
  expect(await states(event(1))).toEqual(['ended']);
});

test('what a digest told of is kept by the tag of its mail, without who did what', async () => {
  const preferences: Preferences = { ...noPreferences, events: { 'report.ready': 'digest' } };
  const { deliver, tell, event, mails, state, digest } = world('told', { preferences });
  for (const n of [1, 2]) {
    await tell({ ...event(n), by: 'a-9', facts: { rows: 3 } });
    await deliver(event(n));
  }
  state.now = Date.parse('2026-11-23T07:00:00Z');
  await digest();
  const mail = mails[0]?.EmailTags?.find(({ Name }) => Name === 'digest')?.Value ?? '';
  const told = await new WaitingNotices(engine.dynamo, testTables.reports).told('told', readTag(mail));
  expect(told).toEqual([event(1), event(2)]);
});

test('what is more than one digest tells of comes in the next one, at once', async () => {
  const { deps, event, mails, state, digest } = world('many');
  const due = Date.parse('2026-11-23T07:00:00Z');
  const many = Array.from({ length: 501 }, (_, n) => event(n));
  await Promise.all(many.map((one) => deps.waiting.put(ada.id, one, due)));
  state.now = due;
  await digest();
  expect(await deps.due.armed({ district: 'many', kind: 'digest', account: ada.id })).toMatchObject({
    at: due,
  });
  await digest();
  expect(mails.map(({ Content }) => Content?.Simple?.Subject?.Data)).toEqual([
    'North: 500 things happened',
    'North: one thing happened',
  ]);
});

test('no event is lost or mailed twice under duplicates and throttling; a crash after the send repeats that one', async () => {
  const count = 400;
  const throttled = Array.from({ length: count * 2 }, (_, n) =>
    n % 7 === 0 ? named('TooManyRequestsException') : ('ok' as const),
  );
  const { deliver, tell, event, mails, state } = world('storm', { answers: throttled });
  let [records, crashes] = [0, 0];
  state.crash = () => {
    records += 1;
    if (records % 150 !== 0) return false;
    crashes += 1;
    return true;
  };
  for (let from = 0; from < count; from += 20) {
    const events = Array.from({ length: 20 }, (_, n) => event(from + n));
    await Promise.all(events.map(tell));
    // Each is announced twice: two messages at the same time, and what fails comes again once it is hidden no longer.
    let left = events.flatMap((one) => ['first', 'second'].map((copy) => ({ one, id: `${one.id} ${copy}` })));
    while (left.length > 0) {
      const tried = await Promise.allSettled(left.map(({ one, id }) => deliver(one, id)));
      left = left.filter((_, index) => tried[index]?.status === 'rejected');
      state.now += 360_000;
    }
  }
  const about = mails.map(({ EmailTags }) => EmailTags?.find(({ Name }) => Name === 'event')?.Value);
  expect(new Set(about).size).toBe(count);
  expect(crashes).toBeGreaterThan(0);
  expect(about.length - count).toBe(crashes);
}, 120_000);

test('the shipped catalogues know what audiences are asked by', () => {
  const permissions = [...shippedCatalogues.values()].flatMap(({ system, rows }) =>
    rows.map(({ permission }) => `${system}:${permission}`),
  );
  expect(permissions).toEqual(
    expect.arrayContaining(['nsc:notification.receive', 'hmh:roster.automated_import']),
  );
});
