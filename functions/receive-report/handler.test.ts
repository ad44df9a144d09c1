import type { S3Event, S3EventRecord } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeKey, keptReportKey } from '../../shared/reports/exchange-keys.ts';
import type { Amount } from '../../shared/reports/quota.ts';
import type { Report } from '../../shared/reports/report.ts';
import type { ExchangeObject } from '../../shared/store/exchange-objects.ts';
import { collected } from '../../shared/store/query.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { ReportQuotas } from '../../shared/store/report-quotas.ts';
import { ReportUsage } from '../../shared/store/report-usage.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { recordingEvents } from '../../test/builders/http-event.ts';
import { aReport, testQuota } from '../../test/builders/report.ts';
import { makeHandler } from './handler.ts';

let engine: TestDynamo;
let ledger: ReportLedger;
let districts = 0;

beforeAll(async () => {
  engine = await startDynamo();
  ledger = new ReportLedger(engine.dynamo, testTables.reports);
});
afterAll(() => engine?.stop());

const bySftp = (user: string) => ({ 'user-agent': 'AWSTransfer', 'user-agent-id': `${user}@s-0123` });
const modified = new Date('2026-11-22T12:00:00Z');

type Reports = Pick<ReportLedger, 'find' | 'create' | 'createWithin' | 'change'>;

/** A district of its own, where `ada` has an account. */
function world({ reports = ledger, most = testQuota.usual }: { reports?: Reports; most?: Amount } = {}) {
  districts += 1;
  const district = `d-${districts}`;
  const stored = new Map<string, ExchangeObject>();
  const kept: string[] = [];
  /** Tags of what was copied, by the copy's key. */
  const copies = new Map<string, string>();
  const sent: string[] = [];
  /** Names of what was taken from where SFTP shows it. */
  const taken: string[] = [];
  let isDown = false;
  const handler = makeHandler({
    objects: {
      look: async (key) => stored.get(key),
      keep: async ({ key, etag }, as) => {
        if (stored.get(key)?.etag !== etag) return false;
        kept.push(as);
        copies.set(as, etag);
        return true;
      },
    },
    reports,
    quotas: new ReportQuotas(engine.dynamo, testTables.reports, { usual: most, most }),
    accountNamed: async (_, username) => (username === 'ada' ? 'account-1' : undefined),
    checks: {
      send: async ({ report }) => {
        if (isDown) throw new Error('The queue is down.');
        sent.push(report);
      },
    },
    takeAway: async (_, { fileName }) => {
      taken.push(fileName);
      stored.delete(keyOf(fileName));
    },
    events: recordingEvents(),
  });
  const keyOf = (fileName: string) => exchangeKey(district, { account: 's1', folder: 'upload', fileName });
  return {
    district,
    kept,
    copies,
    sent,
    taken,
    put: (fileName: string, more: Partial<ExchangeObject> = {}) =>
      stored.set(keyOf(fileName), { size: 3, etag: '"e1"', modified, metadata: bySftp('ada'), ...more }),
    tell: (fileName: string, eTag = 'e1', principalId = 'AWS:AROA1:somebody') =>
      handler(told(keyOf(fileName), eTag, principalId)),
    breakQueue: (broken: boolean) => {
      isDown = broken;
    },
    all: async () => (await ledger.list(district, { limit: 100 })).items,
    used: (account: string) => new ReportUsage(engine.dynamo, testTables.reports).used(district, account),
    lines: async (report: string) => collected(ledger.lines(district, report)),
  };
}

function told(key: string, eTag: string, principalId: string): S3Event {
  // As S3 writes keys; of a whole event the handler looks at the object and at who put it there.
  const s3 = { object: { key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'), eTag } };
  return { Records: [{ s3, userIdentity: { principalId } } as S3EventRecord] };
}

test('an upload over SFTP is one report of whoever signed in, kept, told of in its ledger and sent to be checked', async () => {
  const { put, tell, all, kept, sent, lines, district } = world();
  put('Schuljahr 26+27 über.csv');
  await tell('Schuljahr 26+27 über.csv');
  const [report] = await all();
  expect(report).toMatchObject({
    ...{ account: 's1', folder: 'upload', fileName: 'Schuljahr 26+27 über.csv', kind: 'unknown' },
    ...{ state: 'received', size: 3, by: 'account-1', via: 'sftp', at: modified.toISOString() },
    until: '2027-02-20T12:00:00.000Z',
  });
  const id = report?.id ?? '';
  expect([kept, sent]).toEqual([[keptReportKey(district, { id })], [id]]);
  expect(await lines(id)).toMatchObject([{ what: 'received', by: 'account-1' }]);
});

test('told twice, or by two at once, it is one report with one line', async () => {
  const { put, tell, all, lines } = world();
  put('a.csv');
  await Promise.all([tell('a.csv'), tell('a.csv')]);
  await tell('a.csv');
  const reports = await all();
  expect(reports).toHaveLength(1);
  expect(await lines(reports[0]?.id ?? '')).toHaveLength(1);
});

test('a report whose message was lost is sent when its event comes again', async () => {
  const { put, tell, sent, breakQueue, all } = world();
  put('a.csv');
  breakQueue(true);
  await expect(tell('a.csv')).rejects.toThrow();
  breakQueue(false);
  await tell('a.csv');
  expect(sent).toEqual((await all()).map(({ id }) => id));
});

test('what was looked at already is neither kept again nor sent again', async () => {
  const { put, tell, sent, kept, all, district } = world();
  put('a.csv');
  await tell('a.csv');
  const [report] = await all();
  if (report === undefined) throw new Error('There is no report.');
  const line = { id: '1', at: modified.toISOString(), what: 'quarantined' };
  await ledger.change(district, report, { ...report, state: 'quarantined' }, { line });
  await tell('a.csv');
  expect([sent.length, kept.length, (await all())[0]?.state]).toEqual([1, 1, 'quarantined']);
});

test('of two contents under one name, each is a report by its own event', async () => {
  const { put, tell, all } = world();
  put('a.csv');
  await tell('a.csv');
  put('a.csv', { etag: '"e2"' });
  await tell('a.csv');
  expect(await all()).toHaveLength(1);
  await tell('a.csv', 'e2');
  expect(await all()).toHaveLength(2);
});

test('what was overwritten between the look and the copy waits for its own event', async () => {
  const { put, tell, all } = world();
  put('a.csv');
  const reports = {
    create: ledger.create.bind(ledger),
    createWithin: ledger.createWithin.bind(ledger),
    change: ledger.change.bind(ledger),
    find: async () => {
      other.put('a.csv', { etag: '"e2"' });
      return undefined;
    },
  };
  const other = world({ reports });
  other.put('a.csv');
  await other.tell('a.csv');
  expect(await other.all()).toEqual([]);
  await tell('a.csv');
  expect(await all()).toHaveLength(1);
});

test.each(['a.csv.filepart', 'a.csv.part', '.a.csv', 'folder/', 'folder/~a.tmp'])(
  '%s is no report, until it is called otherwise',
  async (name) => {
    const { put, tell, all } = world();
    put(name);
    await tell(name);
    expect(await all()).toEqual([]);
    put('a.csv');
    await tell('a.csv');
    expect(await all()).toHaveLength(1);
  },
);

test('an empty file is a report, which says that it is empty', async () => {
  const { put, tell, all, lines } = world();
  put('a.csv', { size: 0 });
  await tell('a.csv');
  const [report] = await all();
  expect(report).toMatchObject({ size: 0, state: 'received' });
  expect(await lines(report?.id ?? '')).toMatchObject([{ what: 'received', why: 'empty' }]);
});

test.each([
  ['ada', 'account-1'],
  ['ada@DISTRICT', 'account-1'],
  ['grace@example.org', 'unknown'],
  ['', 'unknown'],
])('%j over SFTP is %s', async (user, by) => {
  const { put, tell, all, district } = world();
  put('a.csv', { metadata: bySftp(user.replace('DISTRICT', district)) });
  await tell('a.csv');
  expect(await all()).toMatchObject([{ by, via: 'sftp' }]);
});

test('what nobody says to have brought is kept as of nobody', async () => {
  const { put, tell, all } = world();
  put('a.csv', { metadata: {} });
  await tell('a.csv');
  expect(await all()).toMatchObject([{ by: 'unknown', via: 'service' }]);
});

async function awaiting(of: ReturnType<typeof world>, more: Partial<Report> = {}): Promise<Report> {
  const report = aReport({ state: 'awaited', fileName: 'a.csv', ...more });
  await ledger.create(of.district, report, { line: { id: report.id, at: report.at, what: 'awaited' } });
  return report;
}

test('an upload over HTTPS is the report that was awaited, however often it is told', async () => {
  const here = world();
  const { id } = await awaiting(here, { multipartId: 'm' });
  here.put('a.csv', { metadata: { report: id } });
  await here.tell('a.csv');
  await here.tell('a.csv');
  const reports = await here.all();
  expect(reports).toMatchObject([{ id, state: 'received', by: 'ada', via: 'https', revision: 2 }]);
  expect(reports[0]).not.toHaveProperty('multipartId');
  expect((await here.lines(id)).map(({ what }) => what)).toEqual(['awaited', 'received']);
  expect(here.sent).toEqual([id, id]);
});

test('another upload by the same address is another report of the same person', async () => {
  const here = world();
  const { id } = await awaiting(here);
  here.put('a.csv', { metadata: { report: id } });
  await here.tell('a.csv');
  here.put('a.csv', { metadata: { report: id }, etag: '"e2"' });
  await here.tell('a.csv', 'e2');
  expect(await here.all()).toMatchObject([{ by: 'ada' }, { by: 'ada' }]);
});

test('of two that are put by one address at once, each is kept as itself and looked at', async () => {
  const [arrivedSecond, doneFirst] = [signal(), signal()];
  let changes = 0;
  const here = world({
    reports: {
      find: (...of) => ledger.find(...of),
      create: (...of) => ledger.create(...of),
      createWithin: (...of) => ledger.createWithin(...of),
      async change(...of) {
        changes += 1;
        if (changes === 1) {
          here.put('a.csv', { metadata: { report: id }, etag: '"e2"' });
          second = here.tell('a.csv', 'e2');
          await arrivedSecond.given;
        } else if (changes === 2) {
          arrivedSecond.give();
          await doneFirst.given;
        }
        const isDone = await ledger.change(...of);
        doneFirst.give();
        return isDone;
      },
    },
  });
  const { id } = await awaiting(here);
  let second: Promise<void> | undefined;
  here.put('a.csv', { metadata: { report: id } });
  await here.tell('a.csv');
  await second;
  const all = await here.all();
  const copyOf = (report: Report) => here.copies.get(keptReportKey(here.district, report));
  expect(all.map((report) => [report.id === id, report.state, copyOf(report)]).toSorted()).toEqual([
    [false, 'received', '"e2"'],
    [true, 'received', '"e1"'],
  ]);
  expect(here.sent.toSorted()).toEqual(all.map((report) => report.id).toSorted());
});

function signal() {
  const { promise: given, resolve } = Promise.withResolvers<void>();
  return { given, give: () => resolve() };
}

test('a renamed upload has the metadata of the one before, and is a report of its own', async () => {
  const here = world();
  const { id } = await awaiting(here);
  here.put('b.csv', { metadata: { report: id } });
  await here.tell('b.csv');
  const all = await here.all();
  expect(all.map(({ fileName, state }) => [fileName, state])).toContainEqual(['b.csv', 'received']);
  expect(all.find((report) => report.id === id)?.state).toBe('awaited');
});

test('what comes in another size than announced is refused at once, and told as an upload', async () => {
  const here = world();
  const { id } = await awaiting(here, { size: 4 });
  here.put('a.csv', { metadata: { report: id } });
  await here.tell('a.csv');
  expect(await here.all()).toMatchObject([{ state: 'refused', problems: [{ code: 'size-differs' }] }]);
  expect([here.sent, here.kept.length, here.taken]).toEqual([[], 1, ['a.csv']]);
});

test.each([
  ['an SFTP upload', bySftp('ada')],
  ['an upload over HTTPS', { report: 'r-1' }],
])('%s that somebody else moves over SFTP is brought by whoever moved it', async (_, metadata) => {
  const here = world();
  await awaiting(here, { id: 'r-1', state: 'received' });
  here.put('b.csv', { metadata });
  await here.tell('b.csv', 'e1', 'AWS:AROA1:grace.0123456789abcdef@s-0123');
  const moved = (await here.all()).find(({ fileName }) => fileName === 'b.csv');
  expect(moved).toMatchObject({ by: 'unknown', via: 'sftp' });
});

test('what is larger than can be copied is refused at once, and told', async () => {
  const here = world();
  here.put('a.csv', { size: 5 * 1024 ** 3 + 1 });
  await here.tell('a.csv');
  const [report] = await here.all();
  expect(report).toMatchObject({ state: 'refused', problems: [{ code: 'too-large' }] });
  expect([here.kept, here.sent, here.taken]).toEqual([[], [], []]);
  const events = await collected(ledger.events(here.district, modified.toISOString().slice(0, 10)));
  expect(events).toMatchObject([{ kind: 'report.uploaded', facts: { outcome: 'refused' } }]);
});

test('what a crash left lying there is taken away when it is told again', async () => {
  const here = world({ most: { bytes: 2, files: 9 } });
  here.put('a.csv');
  await here.tell('a.csv');
  here.put('a.csv');
  await here.tell('a.csv');
  expect([(await here.all()).length, here.taken]).toEqual([1, ['a.csv', 'a.csv']]);
});

test('what comes without room is kept, refused and told, taken from where it is fetched, and counts', async () => {
  const here = world({ most: { bytes: 5, files: 9 } });
  for (const name of ['a.csv', 'b.csv']) {
    here.put(name, { etag: `"${name}"` });
    await here.tell(name, name);
    await here.tell(name, name);
  }
  const states = (await here.all()).map(({ fileName, state, problems }) => [
    fileName,
    state,
    problems?.[0]?.code,
  ]);
  expect(states.toSorted()).toEqual([
    ['a.csv', 'received', undefined],
    ['b.csv', 'refused', 'quota-exceeded'],
  ]);
  expect([here.kept.length, here.sent.length, here.taken]).toEqual([2, 2, ['b.csv']]);
  expect(await here.used('s1')).toEqual({ bytes: 6, files: 2 });
  const events = await collected(ledger.events(here.district, modified.toISOString().slice(0, 10)));
  expect(events).toMatchObject([
    {
      kind: 'report.uploaded',
      facts: { outcome: 'refused', kind: 'unknown', folder: 'upload', problems: 1, code: 'quota-exceeded' },
    },
  ]);
});

test('of many sessions at once, no more is taken than there is room for', async () => {
  const here = world({ most: { bytes: 1000, files: 3 } });
  const names = Array.from({ length: 12 }, (_, at) => `${at}.csv`);
  for (const name of names) here.put(name, { etag: `"${name}"` });
  await Promise.all(names.map((name) => here.tell(name, name)));
  const states = (await here.all()).map(({ state }) => state);
  expect(states.filter((state) => state === 'received')).toHaveLength(3);
  expect(states.filter((state) => state === 'refused')).toHaveLength(9);
});

test('what was announced has its room, however full it is by now', async () => {
  const here = world({ most: { bytes: 3, files: 1 } });
  const { id } = await awaiting(here);
  here.put('a.csv', { metadata: { report: id } });
  await here.tell('a.csv');
  expect(await here.all()).toMatchObject([{ id, state: 'received' }]);
});
