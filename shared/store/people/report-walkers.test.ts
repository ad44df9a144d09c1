import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../../test/builders/dynamo.ts';
import { type MemoryS3, memoryS3 } from '../../../test/builders/memory-s3.ts';
import { exchangeKey, keptReportKey } from '../../reports/exchange-keys.ts';
import type { Report } from '../../reports/report.ts';
import { madeUlid } from '../../roster/made-ulid.ts';
import { ReportLedger, type ReportLine } from '../report-ledger.ts';
import { WaitingNotices } from '../waiting-notices.ts';
import type { KeptPerson } from './kept-person.ts';
import { exchangeWalker, reportsWalker } from './report-walkers.ts';
import type { Walker } from './walker.ts';

const bucket = 'exchange';
const at = '2026-11-20T10:00:00.000Z';
let engine: TestDynamo;
let s3: MemoryS3;
let ledger: ReportLedger;
let walkers: { exchange: Walker; reports: Walker };
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  ledger = new ReportLedger(engine.dynamo, testTables.reports);
}, 30_000);
afterAll(() => engine?.stop());
beforeEach(() => {
  count += 1;
  district = `d-${count}`;
  s3 = memoryS3({ versioned: [bucket] });
  const now = () => '2026-11-22T12:00:00.000Z';
  const deps = { dynamo: engine.dynamo, table: testTables.reports, s3: s3.client, bucket, now };
  walkers = { exchange: exchangeWalker(deps), reports: reportsWalker(deps) };
});

const eve = (): KeptPerson => ({
  ...{ district, users: ['u-eve'], feedIds: [], enrollments: [], accounts: ['a-eve'] },
  words: ['u-eve', 'a-eve', 'eve.adler', 'eve@example.org'],
  names: [['Eve', 'Adler']],
});

async function aReport(id: string, content: string, more: Partial<Report> = {}): Promise<Report> {
  const report: Report = {
    ...{ id, account: 's1', folder: 'upload', fileName: `${id}.csv`, kind: 'unknown', state: 'accepted' },
    ...{ by: 'a-other', via: 'https', at, until: '2027-02-20T10:00:00.000Z', revision: 1 },
    ...more,
  };
  const event = { id: `${id}-up`, district, kind: 'report.uploaded', at, report: id, by: report.by } as const;
  await ledger.create(district, report, {
    line: { id: lineId(1), at, what: 'received', by: report.by },
    event: { ...event, facts: {} },
  });
  s3.put(bucket, exchangeKey(district, report), content);
  s3.put(bucket, keptReportKey(district, { id }), content);
  return report;
}

const lineId = (count: number) => madeUlid(Date.parse(at) + count, []);

async function linesOf(id: string): Promise<ReportLine[]> {
  const lines: ReportLine[] = [];
  for await (const line of ledger.lines(district, id)) lines.push(line);
  return lines;
}

async function eraseAll(): Promise<number> {
  return (await walkers.exchange.erase(eve())) + (await walkers.reports.erase(eve()));
}

test.each([
  ['an id', 'id,score\nu-eve,7\n'],
  ['both names', 'First,Last,Born\nEve,Adler,2009-01-01\n'],
  ['nothing that can be read', '\u0000\u0001 a table of some program'],
])(
  'a file with %s of the person goes whole with its copy, and its report says so once',
  async (_, content) => {
    await aReport('r1', content);
    const other = await aReport('r2', 'id,score\nu-ada,9\n');
    expect((await walkers.exchange.look(eve())).left).toBe(2);
    await eraseAll();
    await eraseAll();
    expect(s3.keys(bucket)).toEqual(
      [exchangeKey(district, other), keptReportKey(district, { id: 'r2' })].sort(),
    );
    expect(await ledger.find(district, 'r1')).toMatchObject({ state: 'archived' });
    expect((await linesOf('r1')).map(({ what }) => what)).toEqual(['received', 'erased']);
    expect([await ledger.find(district, 'r2'), (await linesOf('r2')).length]).toEqual([other, 1]);
    expect(await walkers.exchange.look(eve())).toEqual({ looked: 2, left: 0, ids: 0 });
  },
);

test('a file that is called by the person loses its name', async () => {
  await aReport('r1', 'a,b\n1,2\n', { fileName: 'letters/eve_adler.csv' });
  await eraseAll();
  expect(s3.everything(bucket)).toBe('[]');
  expect(await ledger.find(district, 'r1')).toMatchObject({ state: 'archived', fileName: 'erased-r1.csv' });
  expect((await walkers.reports.look(eve())).left).toBe(0);
});

test('what was overwritten or taken away is not kept for the person’s sake', async () => {
  const key = `in/${district}/s1/upload/a.csv`;
  s3.put(bucket, key, 'u-eve');
  s3.put(bucket, key, 'u-ada');
  await eraseAll();
  expect(s3.everything(bucket)).not.toContain('u-eve');
  expect(s3.text(bucket, key)).toBe('u-ada');
});

test('what the person brought by SFTP says by whom, and goes', async () => {
  s3.put(bucket, `in/${district}/s1/upload/a.csv`, 'x', { 'user-agent-id': 'eve.adler@s-1' });
  s3.put(bucket, `in/${district}/s1/upload/b.csv`, 'x', { 'user-agent-id': 'ada@s-1' });
  await eraseAll();
  expect(s3.keys(bucket)).toEqual([`in/${district}/s1/upload/b.csv`]);
});

test('of what the person brought, asked for and fetched, ids stay and are counted', async () => {
  const report = await aReport('r1', 'a,b\n1,2\n', { by: 'a-eve' });
  await ledger.note(district, 'r1', { line: { id: lineId(2), at, what: 'mailed', to: 'a-eve' } });
  await eraseAll();
  expect(await ledger.find(district, 'r1')).toEqual(report);
  // The report, its two lines, and its event.
  expect(await walkers.reports.look(eve())).toMatchObject({ left: 0, ids: 4 });
  expect(s3.keys(bucket).length).toBe(2);
});

test('what was asked for, problems, reasons and events stop naming the person', async () => {
  const problem = { code: 'bad-value', message: 'A date is wrong.' };
  await aReport('r1', 'x', {
    asked: { student: 'u-eve' },
    problems: [problem, { ...problem, message: 'eve@example.org is no date.' }],
  });
  await ledger.note(district, 'r1', {
    line: { id: lineId(2), at, what: 'bounced', why: 'no eve@example.org' },
  });
  const facts = { fileName: 'Eve Adler.csv' };
  await ledger.tell({ id: 'e1', district, kind: 'report.downloaded', at, facts });
  expect((await walkers.reports.look(eve())).left).toBe(3);
  await eraseAll();
  expect(await ledger.find(district, 'r1')).toMatchObject({ asked: {}, problems: [problem] });
  expect((await linesOf('r1')).find(({ what }) => what === 'bounced')).toEqual({
    ...{ id: lineId(2), at },
    what: 'bounced',
  });
  expect((await walkers.reports.look(eve())).left).toBe(0);
});

test('an export has the files and reports that name the person', async () => {
  const report = await aReport('r1', 'u-eve', { by: 'a-eve' });
  await aReport('r2', 'u-ada');
  const found = [];
  for (const walker of [walkers.exchange, walkers.reports])
    for await (const { where } of walker.find(eve())) found.push(where);
  expect(found).toEqual([exchangeKey(district, report), keptReportKey(district, { id: 'r1' }), 'report r1']);
});

test('what waits for a digest of the person goes, and is counted', async () => {
  const notices = new WaitingNotices(engine.dynamo, testTables.reports);
  const event = { id: 'e-1', district, kind: 'report.downloaded', at, facts: {} } as const;
  await notices.put('a-eve', event, Date.parse(at));
  await notices.put('a-other', event, Date.parse(at));
  expect((await walkers.reports.look(eve())).left).toBe(1);
  expect(await walkers.reports.erase(eve())).toBe(1);
  expect((await walkers.reports.look(eve())).left).toBe(0);
  const others = await notices.ready(district, 'a-other', Date.parse(at));
  expect(others.ready).toHaveLength(1);
});
