import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, test as anyTest, beforeAll, expect } from 'vitest';
import type { LocalMail } from '../../infra/local/engines/ses.ts';
import type { ReportView } from '../../shared/messages/reports.ts';
import type { Report } from '../../shared/reports/report.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { collected } from '../../shared/store/query.ts';
import type { ReportLine } from '../../shared/store/report-ledger.ts';
import { Api } from '../builders/api.ts';
import { Browser } from '../builders/browser.ts';
import { atAccount, type Exchange, type Person, password, startExchange } from '../builders/exchange.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { feed11, withRow } from '../builders/oneroster-feed.ts';
import { hasOpenSsh } from '../builders/sftp-client.ts';
import { until } from '../builders/until.ts';

/** The whole way of a report, of OpenSSH's client to the mailbox, through all functions that take part. */

const test = anyTest.skipIf(!hasOpenSsh);
const district = 'north';
const soon = 10_000;
const by = { password };

let exchange: Exchange;
/** Ada and Bea hold ftp at s1, Ben at s2, Wim at s1 without a web ID; Dan looks after the district. */
let people: Record<'ada' | 'bea' | 'ben' | 'wim' | 'dan', Person>;

beforeAll(async () => {
  exchange = await startExchange(district);
  const admin = {
    ...{ system: 'hmh', role: 'district_data_admin', scope: { type: 'district', ids: [district] } },
  };
  people = {
    ada: await exchange.person([atAccount('s1')]),
    bea: await exchange.person([atAccount('s1')]),
    ben: await exchange.person([atAccount('s2')]),
    wim: await exchange.person([atAccount('s1')], { webId: undefined }),
    dan: await exchange.person([admin]),
  };
  // A function's first call also starts it.
  await arrived(await put(people.ada, 'first.txt', graduates()), 60_000);
}, 180_000);

afterAll(async () => {
  await exchange?.stop();
});

/** @returns the report, as soon as there is one */
async function put(who: Person, name: string, content: string | Buffer): Promise<Report> {
  writeFileSync(exchange.sftp.path(name), content);
  const run = await exchange.sftp.run(who.username, by, [`put ${name} upload/${name}`]);
  expect([run.status, run.err.replace(/(Warning|Connected)[^\n]*\n/g, '')]).toEqual([0, '']);
  return reportNamed(name);
}

async function reportNamed(name: string): Promise<Report> {
  let found: Report[] = [];
  await until(
    `the report ${name}`,
    async () => {
      const { items } = await exchange.ledger.list(district, { limit: 100 });
      found = items.filter(({ fileName }) => fileName === name);
      return found.length > 0;
    },
    60_000,
  );
  const [report, ...others] = found;
  if (report === undefined || others.length > 0) throw new Error(`There are ${found.length} of ${name}.`);
  return report;
}

async function linesOf(report: string): Promise<ReportLine[]> {
  return collected(exchange.ledger.lines(district, report));
}

/** Ids of accounts for which a line of the report says so. */
async function saidOf(report: string, what: string): Promise<string[]> {
  return (await linesOf(report)).filter((line) => line.what === what).map(({ to = '' }) => to);
}

async function eventsOf({ id, at }: Pick<Report, 'id' | 'at'>): Promise<ServiceEvent[]> {
  const days = new Set([at.slice(0, 10), new Date().toISOString().slice(0, 10)]);
  const found: ServiceEvent[] = [];
  for (const day of days) found.push(...(await collected(exchange.ledger.events(district, day))));
  return found.filter(({ report }) => report === id);
}

async function mails(): Promise<LocalMail[]> {
  const answer = await fetch(`${exchange.local.url}/local/mailbox.json`);
  return (await answer.json()) as LocalMail[]; // as the engine writes it
}

/** Until both holders' mails about its upload were delivered. */
async function arrived({ id }: Report, withinMs = soon): Promise<void> {
  const delivered = async () => (await saidOf(id, 'mail-delivered')).length;
  await until('both holders were mailed', async () => (await delivered()) >= 2, withinMs);
}

/** The mails that were sent since `before`. */
const since = async (before: readonly LocalMail[]) => {
  const known = new Set(before.map(({ id }) => id));
  return (await mails()).filter(({ id }) => !known.has(id));
};

const addresses = (some: readonly LocalMail[]) => some.map(({ to }) => to).toSorted();
const holders = () => [people.ada.email, people.bea.email].toSorted();

/** A graduates file that nothing is wrong with, of last year. */
function graduates(): string {
  const year = new Date().getUTCFullYear() - 1;
  const one = `PD3\tNO SSN\tCasey\t\tByron\t\t\t\t20050228\t77\tRegular Diploma\t${year}0612\tN\tNorth\t012345${'\t'.repeat(12)}\tED`;
  return [`PH3\t1\tNorth\tP\t${year}1122\t${year}`, one, 'PT3\t3', ''].join('\r\n');
}

test('a file put by SFTP is one report, one event, and a mail to each holder of its account and to nobody else', async () => {
  const before = await mails();
  const report = await put(people.ada, 'Casey-grads.txt', graduates());
  const { id } = report;
  await arrived(report);
  const sent = await since(before);
  expect(addresses(sent)).toEqual(holders());
  for (const { subject, text, html } of sent) {
    expect(subject).toContain('a report has arrived');
    expect(`${subject}${text}${html}`).not.toMatch(/Casey|grads/);
  }
  expect(await eventsOf(report)).toMatchObject([
    { kind: 'report.uploaded', account: 's1', by: people.ada.id, facts: { outcome: 'accepted' } },
  ]);
  const told = (await linesOf(id)).filter(({ to }) => to === undefined);
  expect(told.map(({ what }) => what)).toEqual(['received', 'accepted']);
  expect((await saidOf(id, 'mail-queued')).toSorted()).toEqual([people.ada.id, people.bea.id].toSorted());
  expect(await exchange.ledger.find(district, id)).toMatchObject({
    ...{ kind: 'studenttracker-graduates', state: 'accepted', via: 'sftp', by: people.ada.id },
  });
  const got = await exchange.sftp.run(people.bea.username, by, ['get upload/Casey-grads.txt back.txt']);
  expect(got.status).toBe(0);
  const fetches = async () => (await linesOf(id)).filter(({ what }) => what === 'downloaded');
  await until('its fetching is told of', async () => (await fetches()).length > 0);
  expect(await fetches()).toMatchObject([{ by: people.bea.id, why: 'sftp' }]);
}, 60_000);

test('a report asked for over HTTP lies in receive, and each fetching of it is one event that waits for the digest', async () => {
  const { operator, base, sftp, ledger } = exchange;
  const made = await operator.ok<ReportView>('POST', `${base}/reports`, {
    kind: 'student-list',
    account: 's1',
    format: 'csv',
  });
  await until('it is ready', async () => (await ledger.find(district, made.id))?.state === 'ready');
  await arrived(made, 30_000);
  const report = await ledger.find(district, made.id);
  const before = await mails();
  const name = report?.fileName ?? '';
  const run = await sftp.run(people.ada.username, by, ['ls receive', `get receive/${name} fetched.csv`]);
  expect([run.status, run.out]).toEqual([0, expect.stringContaining(name)]);
  const sha256 = createHash('sha256')
    .update(readFileSync(sftp.path('fetched.csv')))
    .digest('hex');
  expect(sha256).toBe(report?.sha256);
  await waiting(made.id, 1);

  const client = { name: 'ada', scopes: [`rolebook.district:${district}`], user: people.ada.id };
  const keys = await operator.ok<{ clientId: string; clientSecret: string }>(
    'POST',
    `${base}/clients`,
    client,
  );
  const machine = await Api.signIn(exchange.local.url, keys);
  const got = await machine.follow(`${base}/reports/${made.id}/download`);
  expect(
    createHash('sha256')
      .update(Buffer.from(await got.arrayBuffer()))
      .digest('hex'),
  ).toBe(sha256);
  await waiting(made.id, 2);

  const link = await machine.ok<{ url: string }>('POST', `${base}/reports/${made.id}/links`, {
    account: people.bea.id,
    hours: 1,
  });
  const browser = new Browser(exchange.local.url);
  expect((await browser.signIn(people.bea.username, password, district)).status).toBe(201);
  expect((await browser.call('GET', new URL(link.url).pathname)).status).toBe(303);
  await waiting(made.id, 3);
  const fetched = (await eventsOf(made)).filter(({ kind }) => kind === 'report.downloaded');
  expect(fetched.map((event) => [event.by, event.facts.via]).toSorted()).toEqual(
    [
      [people.ada.id, 'sftp'],
      [people.ada.id, 'https'],
      [people.bea.id, 'https'],
    ].toSorted(),
  );
  expect(await since(before)).toEqual([]);
}, 90_000);

/** Until as many fetchings of a report are in its ledger, and in both holders' digests. */
async function waiting(report: string, times: number): Promise<void> {
  const both = async () => (await saidOf(report, 'mail-waiting')).length >= 2 * times;
  await until(`${times} wait for the digest`, both, soon);
  expect(await saidOf(report, 'downloaded')).toHaveLength(times);
  expect(await saidOf(report, 'mail-waiting')).toHaveLength(2 * times);
}

test('an upload that ends in .filepart is a report once it is renamed, and one alone', async () => {
  const { sftp } = exchange;
  writeFileSync(sftp.path('x.txt'), graduates());
  const lines = ['put x.txt upload/x.txt.filepart', 'rename upload/x.txt.filepart upload/x.txt'];
  expect((await sftp.run(people.ada.username, by, lines)).status).toBe(0);
  const report = await reportNamed('x.txt');
  await arrived(report);
  const { items } = await exchange.ledger.list(district, { limit: 100 });
  expect(items.filter(({ fileName }) => fileName.startsWith('x.txt'))).toHaveLength(1);
  expect(await eventsOf(report)).toHaveLength(1);
}, 60_000);

test.each([
  ['empty', 'Casey-empty.txt', '', 'The file is empty.'],
  ['of no known kind', 'Casey-notes.txt', 'Dear all,\n', 'The content is of no kind that is taken here.'],
  [
    'a malware test',
    'Casey-eicar.com',
    String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`,
    'The content is not what the file’s name says.',
  ],
])(
  'a file that is %s is refused, and each holder hears why and not what it is called',
  async (_, name, content, reason) => {
    const before = await mails();
    const report = await put(people.ada, name, content);
    await arrived(report);
    expect(await exchange.ledger.find(district, report.id)).toMatchObject({ state: 'refused' });
    const sent = await since(before);
    expect(addresses(sent)).toEqual(holders());
    for (const { subject, text, html } of sent) {
      expect(text).toContain(reason);
      expect(`${subject}${text}${html}`).not.toContain('Casey');
    }
  },
  60_000,
);

test('a roster feed is a sync where whoever brought it may import rosters, and refused otherwise', async () => {
  const { operator, base, ledger } = exchange;
  const feed = { format: 'oneroster-csv', source: 'sftp' };
  await operator.ok('PUT', `${base}/feeds/drop`, feed);
  const file = await feedZip(withRow(feed11(), 'users', 'u4,,,true,s1,student,di,,Di,New,,,,,,,09,'));
  const refused = await put(people.ada, 'by-ada.zip', file);
  await arrived(refused);
  const problems = [expect.objectContaining({ code: 'not-permitted' })];
  const found = await ledger.find(district, refused.id);
  expect(found).toMatchObject({ state: 'refused', kind: 'roster-feed', problems });
  expect(found).not.toHaveProperty('sync');

  await operator.ok('POST', `${base}/assignments`, { user: people.dan.id, ...atAccount('s1') });
  const report = await put(people.dan, 'by-dan.zip', file);
  await until('it is looked at', async () => (await ledger.find(district, report.id))?.state !== 'received');
  const taken = await ledger.find(district, report.id);
  expect(taken).toMatchObject({ state: 'accepted', kind: 'roster-feed', sync: expect.any(String) });
  const sync = await exchange.operator.rested(district, taken?.sync ?? '');
  expect(sync).toMatchObject({ state: 'applied', feed: 'drop' });
}, 120_000);

test('whoever lost the role hears nothing of the next upload', async () => {
  const { operator, base } = exchange;
  for (const role of people.bea.roles) await operator.ok('DELETE', `${base}/assignments/${role}`);
  const before = await mails();
  const { id } = await put(people.ada, 'later.txt', graduates());
  const delivered = async () => await saidOf(id, 'mail-delivered');
  await until('Ada was mailed', async () => (await delivered()).includes(people.ada.id), soon);
  expect(addresses(await since(before))).not.toContain(people.bea.email);
  expect(await saidOf(id, 'mail-queued')).not.toContain(people.bea.id);
}, 60_000);
