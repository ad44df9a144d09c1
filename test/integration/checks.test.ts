import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, test as anyTest, beforeAll, describe, expect } from 'vitest';
import type { LocalMail } from '../../infra/local/engines/ses.ts';
import { synthesizeRolebook } from '../../infra/local/synthesize.ts';
import type { ReportView } from '../../shared/messages/reports.ts';
import { keptReportKey } from '../../shared/reports/exchange-keys.ts';
import type { Report } from '../../shared/reports/report.ts';
import { collected } from '../../shared/store/query.ts';
import { Api } from '../builders/api.ts';
import { type ClamdStandIn, startClamd } from '../builders/clamd.ts';
import { atAccount, type Exchange, type Person, password, startExchange } from '../builders/exchange.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { feed11, withRow } from '../builders/oneroster-feed.ts';
import { hasOpenSsh } from '../builders/sftp-client.ts';
import { until } from '../builders/until.ts';
import { renamed, zipOf } from '../builders/zip.ts';

/** What comes in, through everything that takes part, beside a malware scanner: its protocol over TCP, by a stand-in. */

const test = anyTest.skipIf(!hasOpenSsh);
const district = 'north';
const base = `/v1/districts/${district}`;
const by = { password };
const megabyte = 1024 ** 2;
const eicar = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`;

let clamd: ClamdStandIn;
let exchange: Exchange;
/** Ada and Bea hold ftp at s1, Ben at s2; Tom is technical there, too. */
let people: Record<'ada' | 'bea' | 'ben' | 'tom', Person>;
let machine: Api;

beforeAll(async () => {
  clamd = await startClamd({ maxBytes: 50 * megabyte });
  exchange = await startExchange(district, {
    synthesize: (cache) => synthesizeRolebook(cache, { context: { clamd: clamd.address } }),
    // What failed is tried again so soon.
    maxVisibilitySeconds: 5,
  });
  people = {
    ada: await exchange.person([atAccount('s1')]),
    bea: await exchange.person([atAccount('s1')]),
    ben: await exchange.person([atAccount('s2')]),
    tom: await exchange.person([atAccount('s2'), atAccount('s2', 'technical')]),
  };
  const client = { name: 'ada', scopes: [`rolebook.district:${district}`], user: people.ada.id };
  const keys = await exchange.operator.ok<{ clientId: string; clientSecret: string }>(
    'POST',
    `${base}/clients`,
    client,
  );
  machine = await Api.signIn(exchange.local.url, keys);
}, 180_000);

afterAll(async () => {
  await exchange?.stop();
  await clamd?.stop();
});

type Files = Record<string, string | Buffer>;

/** Puts files in one session. */
async function put(who: Person, files: Files, folder = 'upload') {
  for (const [name, content] of Object.entries(files)) writeFileSync(exchange.sftp.path(name), content);
  const lines = Object.keys(files).map((name) => `put "${name}" "${folder}/${name}"`);
  return exchange.sftp.run(who.username, by, lines);
}

async function putOverHttps(fileName: string, content: string): Promise<string> {
  const file = { account: 's1', folder: 'upload', fileName, size: Buffer.byteLength(content) };
  const made = await machine.ok<ReportView>('POST', `${base}/reports`, file);
  if (made.upload === undefined || !('url' in made.upload)) throw new Error('There is no address.');
  const { url, headers } = made.upload;
  expect((await fetch(url, { method: 'PUT', headers, body: content })).status).toBe(200);
  return made.id;
}

async function named(fileName: string): Promise<Report | undefined> {
  const { items } = await exchange.ledger.list(district, { limit: 100 });
  return items.find((report) => report.fileName === fileName);
}

/** The reports of these names, once all are looked at. */
async function looked(names: string[], withinMs = 60_000): Promise<Report[]> {
  let found: (Report | undefined)[] = [];
  const isDone = async () => {
    found = await Promise.all(names.map(named));
    return found.every((report) => report !== undefined && !['awaited', 'received'].includes(report.state));
  };
  await until(`${names.join(', ')} are looked at`, isDone, withinMs);
  return found.filter((report) => report !== undefined);
}

async function lookedAt(name: string): Promise<Report> {
  const [report] = await looked([name]);
  if (report === undefined) throw new Error(`There is no ${name}.`);
  return report;
}

const codesOf = ({ problems = [] }: Report) => problems.map(({ code }) => code);

async function ownLines({ id }: Report) {
  const lines = await collected(exchange.ledger.lines(district, id));
  return lines.filter(({ to }) => to === undefined).map(({ what, why }) => [what, why]);
}

async function mailsAbout({ id }: Report): Promise<LocalMail[]> {
  const all = await (await fetch(`${exchange.local.url}/local/mailbox.json`)).json();
  return (all as LocalMail[]).filter(({ text }) => text.includes(id)); // as the engine writes it
}

const year = new Date().getUTCFullYear() - 1;
const graduate = (born = '20050228') =>
  `PD3\tNO SSN\tCasey\t\tByron\t\t\t\t${born}\t77\tRegular Diploma\t${year}0612\tN\tNorth\t012345${'\t'.repeat(12)}\tED`;
const graduates = (row = graduate(), rows = '3') =>
  [`PH3\t1\tNorth\tP\t${year}1122\t${year}`, row, `PT3\t${rows}`, ''].join('\r\n');
const asked = (born = '20050228') => `D1\t\tCasey\tA\tByron\t\t${born}\t${year}0101\t\t001234\t00\t17`;
const request = (rows: string[], count = String(rows.length + 2)) =>
  [`H1\t001234\t00\tNorth\t${year}1122\tSE\tI`, ...rows, `T1\t${count}`, ''].join('\r\n');
const eleven = Array.from({ length: 11 }, () => asked());

describe('what the scanner finds', () => {
  test.each([
    ['SFTP', 'Casey-sftp.txt', async (name: string) => void (await put(people.ada, { [name]: eicar }))],
    ['HTTPS', 'Casey-https.txt', async (name: string) => void (await putOverHttps(name, eicar))],
  ])(
    'and came by %s is set aside: nobody fetches it, the holders hear so, and its copy is kept',
    async (_, name, bring) => {
      await bring(name);
      const report = await lookedAt(name);
      expect([report.state, codesOf(report)]).toEqual(['quarantined', ['malware']]);
      expect((await ownLines(report)).at(-1)).toEqual(['quarantined', 'malware, scanned: Eicar-Signature']);
      expect(await exchange.keysBelow(`in/${district}/s1/`)).not.toContain(
        `in/${district}/s1/upload/${name}`,
      );
      const kept = keptReportKey(district, report);
      expect(await exchange.keysBelow(`kept/${district}/`)).toContain(kept);
      const session = await exchange.sftp.run(people.bea.username, by, [
        '-ls upload',
        `get upload/${name} x`,
      ]);
      // OpenSSH repeats what it is told.
      const shown = session.out.split('\n').filter((line) => !line.startsWith('sftp>'));
      expect([session.status, shown.join('\n').includes(name)]).toEqual([1, false]);
      const { status, body } = await machine.call('GET', `${base}/reports/${report.id}/download`);
      expect([status, body]).toEqual([403, expect.objectContaining({ code: 'report-quarantined' })]);
      const { items } = await machine.ok<{ items: { what: string }[] }>(
        'GET',
        `${base}/reports/${report.id}/ledger`,
      );
      expect(items.map(({ what }) => what)).toContain('quarantined');
      await until('both holders were mailed', async () => (await mailsAbout(report)).length >= 2, 30_000);
      const sent = await mailsAbout(report);
      // What takes longer than it may is tried again, here soon: one mail may come twice.
      expect(new Set(sent.map(({ to }) => to))).toEqual(new Set([people.ada.email, people.bea.email]));
      for (const { subject, text, html } of sent) {
        expect(subject).toContain('set aside');
        expect(`${subject}${text}${html}`).not.toMatch(/Casey|X5O!|EICAR-STANDARD/);
      }
    },
    90_000,
  );

  test('while it does not answer, a report waits, cannot be fetched, and is tried again', async () => {
    clamd.mood = 'down';
    clamd.missed = 0;
    const id = await putOverHttps('waits.txt', graduates());
    await until('it was tried twice', () => clamd.missed >= 2, 60_000);
    expect(await exchange.ledger.find(district, id)).toMatchObject({ state: 'received' });
    expect((await machine.call('GET', `${base}/reports/${id}/download`)).status).toBe(409);
    clamd.mood = 'well';
    const report = await lookedAt('waits.txt');
    expect([report.state, await ownLines(report)]).toEqual([
      'accepted',
      [
        ['awaited', undefined],
        ['received', undefined],
        ['accepted', 'scanned: nothing found'],
      ],
    ]);
  }, 60_000);
});

describe('a StudentTracker file', () => {
  test('is checked line by line, kept as it came, and in test never used', async () => {
    const bad = request([...eleven.slice(2), asked('29.2.2008'), asked('20990101')]);
    await put(people.tom, { 'request.txt': request(eleven), 'bad.txt': bad });
    await put(people.tom, { 'try.txt': graduates(), 'try.csv': 'a,b\n' }, 'test');
    const good = await lookedAt('request.txt');
    const refused = await lookedAt('bad.txt');
    const [tried, odd] = await looked(['try.txt', 'try.csv']);
    expect(good).toMatchObject({ state: 'accepted', kind: 'studenttracker-request', by: people.tom.id });
    expect(await ownLines(good)).toEqual([
      ['received', undefined],
      ['accepted', 'scanned: nothing found'],
    ]);
    expect(refused).toMatchObject({ state: 'refused', kind: 'studenttracker-request' });
    expect(refused.problems?.map(({ line, code }) => [line, code])).toEqual([
      [11, 'bad-date'],
      [12, 'dates-reversed'],
    ]);
    expect(tried).toMatchObject({ state: 'checked', kind: 'studenttracker-graduates', folder: 'test' });
    expect(odd).toMatchObject({ state: 'checked', kind: 'unknown' });
    await until('the mails are there', async () => (await mailsAbout(refused)).length >= 2, 30_000);
    const run = await exchange.sftp.run(people.ben.username, by, ['get upload/bad.txt back.txt']);
    expect([run.status, readFileSync(exchange.sftp.path('back.txt'), 'utf8')]).toEqual([0, bad]);
  }, 90_000);
});

test('a roster feed is synced from upload alone', async () => {
  const file = await feedZip(feed11());
  await exchange.operator.ok('PUT', `${base}/feeds/drop`, { format: 'oneroster-csv', source: 'sftp' });
  expect((await put(people.tom, { 'feed.zip': file }, 'receive')).status).toBe(1);
  await put(people.tom, { 'feed.zip': file }, 'test');
  const report = await lookedAt('feed.zip');
  expect(report).toMatchObject({ state: 'checked', kind: 'roster-feed', folder: 'test' });
  expect(report).not.toHaveProperty('sync');
}, 60_000);

describe('hostile content', () => {
  test('ends in a clear problem each, and the service goes on', async () => {
    const bomb = await zipOf({ 'users.csv': Buffer.alloc(30 * megabyte, 'a') }, { compress: true });
    let nested = bomb;
    for (let depth = 0; depth < 5; depth += 1) {
      const copies = Array.from({ length: 16 }, (_, at) => [`lib ${at}.zip`, nested]);
      nested = await zipOf(Object.fromEntries(copies), { compress: true });
    }
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n1 0 obj\n'), await feedZip(feed11())]);
    const climbs = async (name: string) => {
      const tame = name.replaceAll(/[^a-z]/g, 'a');
      return renamed(await zipOf({ [tame]: 'x' }), tame, name);
    };
    const hostile: Record<string, [content: string | Buffer, code: string]> = {
      'flat.zip': [bomb, 'zip-bomb'],
      'nested.zip': [nested, 'nested-archive'],
      'polyglot.zip': [pdf, 'type-mismatch'],
      'polyglot.pdf': [pdf, 'unknown-kind'],
      'page.csv': ['<!doctype html><script>alert(1)</script>', 'unknown-kind'],
      'up.zip': [await climbs('../../../../etc.csv'), 'unsafe-entry-name'],
      'root.zip': [await climbs('/etc/cron.d/job.csv'), 'unsafe-entry-name'],
      'drive.zip': [await climbs('C:\\Windows\\job.csv'), 'unsafe-entry-name'],
      'backward.zip': [await climbs('..\\..\\..\\evil..csv'), 'unsafe-entry-name'],
      'users.csv': [Buffer.alloc(24 * megabyte, 'a'), 'row-too-long'],
      'line.txt': [`PH3\t${'a'.repeat(4 * megabyte)}`, 'row-too-long'],
      'wide.csv': [Buffer.from('\ufeffsourcedId,status\n', 'utf16le'), 'not-utf8'],
      'nul.csv': ['sourcedId,status\n\0,active\n', 'type-mismatch'],
      'feed.csv': [await feedZip(feed11()), 'type-mismatch'],
      'count.txt': [request(eleven, '9'.repeat(400)), 'count-wrong'],
      'minus.txt': [graduates(graduate(), '-1'), 'count-wrong'],
      'header.txt': [graduates().replace('PH3\t1', `PH3\t${'9'.repeat(100_000)}`), 'value-too-long'],
    };
    const files = Object.fromEntries(Object.entries(hostile).map(([name, [content]]) => [name, content]));
    const run = await put(people.ben, files);
    expect([run.status, run.err.replace(/(Warning|Connected)[^\n]*\n/g, '')]).toEqual([0, '']);
    const reports = await looked(Object.keys(hostile), 120_000);
    expect(reports.map(({ fileName, state, problems }) => [fileName, state, problems?.[0]?.code])).toEqual(
      Object.entries(hostile).map(([name, [, code]]) => [name, 'refused', code]),
    );
    for (const { problems = [] } of reports) expect(problems[0]?.hint).toBeTruthy();
    await put(people.ben, { 'after.txt': graduates() });
    expect((await lookedAt('after.txt')).state).toBe('accepted');
  }, 240_000);

  test('over HTTPS no name leads out of its folder', async () => {
    const file = { account: 's1', folder: 'upload', size: 1 };
    for (const fileName of ['../../x.csv', '..\\x.csv', '/etc/passwd', 'x\0.csv', '..', 'a/../../b.csv']) {
      const answer = await machine.call('POST', `${base}/reports`, { ...file, fileName });
      expect([fileName, answer.status]).toEqual([fileName, 400]);
    }
    for (const fileName of ['x..%2f..%2fy.csv', '%2e%2e', 'x%00.csv', '?versionId=1#.csv']) {
      const { upload } = await machine.ok<ReportView>('POST', `${base}/reports`, { ...file, fileName });
      if (upload === undefined || !('url' in upload)) throw new Error('There is no address.');
      await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: 'x' });
      expect(await exchange.keysBelow(`in/${district}/s1/upload/`)).toContain(
        `in/${district}/s1/upload/${fileName}`,
      );
    }
  }, 60_000);

  test('formulas that come in go out as text', async () => {
    const { operator, ledger } = exchange;
    const formula = "=cmd|'/C calc'!A1";
    const row = `u9,,,true,s1,student,di,,${formula},@SUM(1),,,,,,,09,`;
    const synced = await operator.sync(district, await feedZip(withRow(feed11(), 'users', row)));
    expect(synced.state).toBe('applied');
    const made = await operator.ok<ReportView>('POST', `${base}/reports`, {
      ...{ kind: 'student-list', account: 's1', format: 'csv' },
    });
    await until('it is ready', async () => (await ledger.find(district, made.id))?.state === 'ready', 60_000);
    const text = await (await machine.follow(`${base}/reports/${made.id}/download`)).text();
    expect(text).toContain(`'${formula}`);
    expect(text).not.toMatch(/(^|,|")[=@]/m);
  }, 120_000);
});
