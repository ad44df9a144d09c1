import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalMail } from '../../infra/local/engines/ses.ts';
import type { Local } from '../../infra/local/stack.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import { Api } from '../builders/api.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed11 } from '../builders/oneroster-feed.ts';
import { acceptReport, ledgerOf, linesOf } from '../builders/outbox.ts';
import { until } from '../builders/until.ts';

const base = '/v1/districts/north';
const bounces = 'bounce+fay@simulator.amazonses.com';

let local: Local;
let operator: Api;
let ledger: ReportLedger;
let ids: Record<'ada' | 'bea' | 'cid' | 'fay' | 'root', string>;

beforeAll(async () => {
  local = await startLocal();
  operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict('north');
  expect((await operator.sync('north', await feedZip(feed11()))).state).toBe('applied');
  ledger = ledgerOf(local);
  ids = {
    // Ada and Bea hold it at s1, Cid at s2, Fay's address takes nothing, Root looks after the district.
    ada: await person('ada', 'ada@north.test', ftpAt('s1'), { webId: 'ada1' }),
    bea: await person('bea', 'bea@north.test', ftpAt('s1')),
    cid: await person('cid', 'cid@north.test', ftpAt('s2'), { webId: 'cid1' }),
    fay: await person('fay', bounces, ftpAt('d1'), { webId: 'fay1' }),
    root: await person('root', 'root@north.test', {
      system: 'hmh',
      role: 'district_data_admin',
      scope: { type: 'district', ids: ['north'] },
    }),
  };
}, 180_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

const ftpAt = (org: string) => ({ system: 'nsc', role: 'ftp', scope: { type: 'account', ids: [org] } });

async function person(username: string, email: string, role: object, more: object = {}): Promise<string> {
  const { id } = await operator.ok<{ id: string }>('POST', `${base}/accounts`, {
    username,
    email,
    approved: true,
    ...more,
  });
  const given = await operator.ok<{ id: string; state?: string }>('POST', `${base}/assignments`, {
    user: id,
    ...role,
  });
  await operator.call('POST', `${base}/requests/${given.id}/confirmation`);
  return id;
}

const uploaded = (id: string, account: string) => acceptReport(ledger, 'north', { id, account, by: ids.cid });

async function mails(): Promise<LocalMail[]> {
  return (await (await fetch(`${local.url}/local/mailbox.json`)).json()) as LocalMail[];
}

const mailed = (id: string, line: string) =>
  until(line, async () => (await linesOf(ledger, 'north', id)).includes(line));

test('an uploaded report is mailed to the effective ftp holders of its account and to nobody else', async () => {
  await uploaded('r-1', 's1');
  await mailed('r-1', `mail-delivered ${ids.ada}`);
  const about = (await mails()).filter(({ subject }) => subject.includes('a report has arrived'));
  expect(about.map(({ to }) => to)).toEqual(['ada@north.test']);
  const [mail] = about;
  expect(mail?.headers).toMatchObject({
    'Auto-Submitted': 'auto-generated',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  });
  expect(mail?.text).toMatch(/a StudentTracker graduates file, brought by cid/);
  expect(`${mail?.html}${mail?.text}`).not.toContain('Casey');
}, 60_000);

test('a role that was taken away brings no mail, and the administrator hears that nobody did', async () => {
  const { items } = await operator.ok<{ items: { id: string }[] }>(
    'GET',
    `${base}/assignments?user=${ids.cid}`,
  );
  await operator.ok('DELETE', `${base}/assignments/${items[0]?.id}`);
  await uploaded('r-2', 's2');
  await mailed('r-2', `mail-delivered ${ids.root}`);
  expect(await linesOf(ledger, 'north', 'r-2')).toContain('unheard');
  expect((await mails()).filter(({ to }) => to === 'cid@north.test')).toEqual([]);
}, 60_000);

test('a bounce stands in the ledger, is told to the administrator, and the address gets no more', async () => {
  await uploaded('r-3', 'd1');
  await mailed('r-3', `mail-bounced ${ids.fay}`);
  await mailed('r-3', `mail-delivered ${ids.root}`);
  await uploaded('r-4', 'd1');
  await mailed('r-4', `mail-refused ${ids.fay}`);
  expect((await mails()).filter(({ to }) => to === bounces)).toHaveLength(1);
}, 60_000);

test('whoever turns mails off by the link of one gets them no more, and a look at it turns nothing off', async () => {
  const [mail] = (await mails()).filter(({ to }) => to === 'ada@north.test');
  const link = /^<(.+)>$/.exec(mail?.headers['List-Unsubscribe'] ?? '')?.[1] ?? '';
  const path = `${base}/accounts/${ids.ada}/notification-preferences`;
  const way = async () => {
    const { events } = await operator.ok<{ events: { event: string; way: string }[] }>('GET', path);
    return events.find(({ event }) => event === 'report.uploaded')?.way;
  };
  expect([(await fetch(link)).status, await way()]).toEqual([200, 'immediate']);
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  expect([(await fetch(link, { method: 'POST', body })).status, await way()]).toEqual([200, 'off']);
  await uploaded('r-5', 's1');
  await mailed('r-5', `mail-off ${ids.ada}`);
}, 60_000);

test('an address that takes mail again gets what it missed, when somebody sends it again', async () => {
  const again = `${base}/reports/r-4/mails`;
  const { items } = await operator.ok<{ items: { account: string }[] }>('GET', `${base}/mail-suppressions`);
  expect(items).toMatchObject([{ account: ids.fay, why: 'bounced' }]);
  await operator.ok('DELETE', `${base}/mail-suppressions/${ids.fay}`);
  await operator.ok('POST', again, { event: 'uploaded.r-4', account: ids.fay });
  await mailed('r-4', `mail-bounced ${ids.fay}`);
}, 60_000);
