import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { MailLedger } from '../../shared/store/mail-ledger.ts';
import { NotificationSettings } from '../../shared/store/notification-settings.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { aReport } from '../../test/builders/report.ts';
import { makeHandler } from './handler.ts';

type Name = Parameters<typeof httpEvent>[0];
type More = NonNullable<Parameters<typeof httpEvent>[1]>;

const day = '2026-11-22';
let engine: TestDynamo;
let districts = 0;
beforeAll(async () => {
  engine = await startDynamo();
}, 60_000);
afterAll(() => engine?.stop());

const ada: Account = {
  ...{ id: 'a-1', username: 'ada', email: 'ada@north.test', approved: true, locked: false },
  ...{ ledgers: [], schools: [], asked: [], createdAt: `${day}T00:00:00Z` },
};

/** A district of its own, with one account. */
function world() {
  districts += 1;
  const district = `d-${districts}`;
  const clock = { now: Date.parse(`${day}T18:00:00Z`) };
  const mails: MailMessage[] = [];
  const events = recordingEvents();
  const settings = new NotificationSettings(engine.dynamo, testTables.logins, () => {});
  const reports = new ReportLedger(engine.dynamo, testTables.reports);
  const ledger = new MailLedger(reports);
  const handler = makeHandler({
    accounts: { find: async (_, id) => (id === ada.id ? { district, account: ada } : undefined) },
    timeZone: async () => 'America/Chicago',
    ...{ settings, reports, ledger, events },
    mails: { send: async (message) => void mails.push(message) },
    decide: async () => ({ decision: true, reason: { code: 'allowed', message: 'x' } }),
    idempotency: new Idempotency(engine.dynamo, testTables.tenants),
    now: () => new Date(clock.now),
  });
  async function ask(name: Name, more: More = {}) {
    const { params: of = {} } = more;
    // The link of a mail says itself of which district it is.
    const params = 'token' in of ? of : { district, ...of };
    return handler(httpEvent(name, { as: districtClient(district), ...more, params }), context);
  }
  return { district, clock, mails, events, settings, reports, ledger, ask };
}

const params = { account: 'a-1' };

test('preferences begin with the defaults, and say what cannot be turned off', async () => {
  const { ask } = world();
  const body = bodyOf(await ask('getNotificationPreferences', { params }));
  expect(body).toMatchObject({ timeZone: 'America/Chicago', digestAt: '07:00' });
  expect(body.events).toContainEqual({ event: 'report.downloaded', way: 'digest', optional: true });
  expect(body.events).toContainEqual({ event: 'sync.failed', way: 'immediate', optional: false });
});

test('what is put is shown and audited, and an old view of it changes nothing', async () => {
  const { ask, events } = world();
  const body = { events: { 'report.ready': 'off' }, digestAt: '16:30' };
  const headers = { 'if-match': '"0"' };
  const put = await ask('putNotificationPreferences', { params, body, headers });
  expect(put.statusCode).toBe(200);
  expect(bodyOf(put).events).toContainEqual({ event: 'report.ready', way: 'off', optional: true });
  expect((await ask('putNotificationPreferences', { params, body, headers })).statusCode).toBe(412);
  expect(events.told.audits).toMatchObject([{ action: 'notifications-changed', what: params }]);
});

test('what somebody has to hear of cannot be turned off', async () => {
  const { ask } = world();
  const body = { events: { 'report.failed': 'off' } };
  const refused = await ask('putNotificationPreferences', { params, body });
  expect([refused.statusCode, bodyOf(refused).errors]).toMatchObject([
    422,
    [{ pointer: '/events/report.failed' }],
  ]);
});

test('an account that is not there has no preferences', async () => {
  const asked = await world().ask('getNotificationPreferences', { params: { account: 'a-other' } });
  expect(asked.statusCode).toBe(404);
});

test('suppressed addresses are listed by page, shown to their account, and take mail again', async () => {
  const { ask, settings, district } = world();
  for (const account of ['a-1', 'a-2', 'a-3'])
    await settings.suppress(district, ada.email, { account, why: 'bounced', at: day });
  const first = bodyOf(await ask('listMailSuppressions', { query: 'limit=2' }));
  expect(first.items).toMatchObject([{ account: 'a-1' }, { account: 'a-2', why: 'bounced' }]);
  const rest = bodyOf(await ask('listMailSuppressions', { query: `limit=2&cursor=${first.cursor}` }));
  expect(rest).toMatchObject({ items: [{ account: 'a-3' }] });
  expect(bodyOf(await ask('getNotificationPreferences', { params })).suppressed).toBe('bounced');
  expect((await ask('removeMailSuppression', { params })).statusCode).toBe(204);
  expect((await ask('removeMailSuppression', { params })).statusCode).toBe(404);
  expect(bodyOf(await ask('getNotificationPreferences', { params }))).not.toHaveProperty('suppressed');
});

test('looking at a link turns nothing off, and using it turns off what its mail was about', async () => {
  const { ask, settings, district, clock } = world();
  const of = { account: ada.id, kinds: ['report.ready' as const], at: new Date(clock.now) };
  const token = await settings.link(district, 'a-mail', of);
  const way = async () => (await settings.preferences(district, ada.id)).preferences.events['report.ready'];
  const page = await ask('getUnsubscribePage', { params: { token } });
  expect([page.statusCode, await way()]).toEqual([200, undefined]);
  expect(page.headers?.['referrer-policy']).toBe('no-referrer');
  const used = await ask('unsubscribe', { params: { token } });
  expect([used.statusCode, await way()]).toEqual([200, 'off']);
});

test('a link that is forged or has ended turns nothing off', async () => {
  const { ask, settings, district, clock } = world();
  const of = { account: ada.id, kinds: ['report.ready' as const], at: new Date(clock.now) };
  const token = await settings.link(district, 'a-mail', of);
  const forged = `${token.slice(0, -43)}${'A'.repeat(43)}`;
  expect((await ask('unsubscribe', { params: { token: forged } })).statusCode).toBe(404);
  clock.now += 401 * 24 * 3_600_000;
  expect((await ask('unsubscribe', { params: { token } })).statusCode).toBe(404);
  const page = await ask('getUnsubscribePage', { params: { token } });
  expect([page.statusCode, page.headers?.['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  expect(page.body).toContain('Este enlace ha caducado');
  expect((await settings.preferences(district, ada.id)).revision).toBe(0);
});

test('how far mails about a report have come is shown, and they are sent once more', async () => {
  const { ask, reports, ledger, district, mails, clock } = world();
  const report = aReport({ id: 'r-1' });
  const at = `${day}T17:00:00.000Z`;
  const event: ServiceEvent = {
    ...{ id: 'e-1', district, kind: 'report.ready', at, account: 's1', report: 'r-1', facts: {} },
  };
  await reports.create(district, report, { line: { id: '0', at, what: 'ready' }, event });
  for (const to of ['a-1', 'a-2']) await ledger.note(event, 'queued', { to, at: new Date(at) });
  await ledger.note(event, 'sent', { to: 'a-1', at: new Date(clock.now) });
  const listed = bodyOf(await ask('listReportMails', { params: { report: 'r-1' } }));
  expect(listed.items).toMatchObject([
    { event: 'e-1', account: 'a-1', state: 'sent' },
    { event: 'e-1', account: 'a-2', state: 'queued' },
  ]);
  const again = { params: { report: 'r-1' }, body: { event: 'e-1', account: 'a-2' } };
  const sent = await ask('resendReportMails', again);
  expect([sent.statusCode, bodyOf(sent)]).toEqual([202, { accounts: ['a-2'] }]);
  expect(mails).toMatchObject([{ kind: 'event', account: 'a-2', event: 'e-1', day }]);
  const unknown = { params: { report: 'r-1' }, body: { event: 'e-other' } };
  expect((await ask('resendReportMails', unknown)).statusCode).toBe(404);
});
