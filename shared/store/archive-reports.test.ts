import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { aReport } from '../../test/builders/report.ts';
import { archiveReports } from './archive-reports.ts';
import { collected } from './query.ts';
import { ReportLedger } from './report-ledger.ts';

let engine: TestDynamo;

beforeAll(async () => {
  engine = await startDynamo();
});
afterAll(() => engine?.stop());

test('a report is archived once its time is over, with one line, however often somebody looks', async () => {
  const reports = new ReportLedger(engine.dynamo, testTables.reports);
  const ids = Array.from({ length: 120 }, (_, at) => `01KAMN8E000000000000000${String(at).padStart(3, '0')}`);
  const [young = '', awaited = '', old = ''] = ids;
  for (const id of ids) {
    const until = id === young ? '2027-02-20T12:00:00.001Z' : '2027-02-20T12:00:00.000Z';
    const report = aReport({ id, until, state: id === awaited ? 'awaited' : 'accepted' });
    await reports.create('d-1', report, { line: { id, at: report.at, what: report.state } });
  }
  const look = () => archiveReports({ reports, now: () => '2027-02-20T12:00:00.000Z' }, 'd-1');
  await look();
  await look();
  const states = (await reports.list('d-1', { limit: 200 })).items.map(({ state }) => state);
  expect(states.filter((state) => state === 'archived')).toHaveLength(119);
  expect((await reports.find('d-1', young))?.state).toBe('accepted');
  expect(await collected(reports.lines('d-1', old))).toMatchObject([
    { what: 'accepted' },
    { what: 'archived' },
  ]);
  expect((await collected(reports.lines('d-1', awaited))).at(-1)).toMatchObject({ why: 'never-came' });
});
