import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { aReport } from '../../test/builders/report.ts';
import { collected } from './query.ts';
import { ReportLedger } from './report-ledger.ts';
import { tendReports } from './tend-reports.ts';

let engine: TestDynamo;

beforeAll(async () => {
  engine = await startDynamo();
});
afterAll(() => engine?.stop());

const none = { send: () => Promise.reject(new Error('Nothing was to be sent.')) };
const unused = { checks: none, builds: none };

test('a report is archived once its time is over, with one line, however often somebody looks', async () => {
  const reports = new ReportLedger(engine.dynamo, testTables.reports);
  const ids = Array.from({ length: 120 }, (_, at) => `01KAMN8E000000000000000${String(at).padStart(3, '0')}`);
  const [young = '', awaited = '', old = ''] = ids;
  for (const id of ids) {
    const until = id === young ? '2027-02-20T12:00:00.001Z' : '2027-02-20T12:00:00.000Z';
    const report = aReport({ id, until, state: id === awaited ? 'awaited' : 'accepted' });
    await reports.create('d-1', report, { line: { id, at: report.at, what: report.state } });
  }
  const look = () => tendReports({ reports, ...unused, now: () => '2027-02-20T12:00:00.000Z' }, 'd-1');
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

test('what stands still after its ledger was written is sent to be checked or made, and nothing else is', async () => {
  const reports = new ReportLedger(engine.dynamo, testTables.reports);
  const at = '2026-11-22T12:00:00.000Z';
  const put = async (id: string, more: object) => {
    const report = aReport({ id, at, until: '2027-02-20T12:00:00.000Z', ...more });
    await reports.create('d-2', report, { line: { id, at, what: report.state } });
  };
  await put('r-received', { state: 'received' });
  await put('r-requested', { state: 'requested' });
  await put('r-young', { state: 'received', at: '2026-11-22T12:00:01.000Z' });
  for (const state of ['awaited', 'building', 'accepted', 'ready']) await put(`r-${state}`, { state });
  const sent: string[] = [];
  const queue = (name: string) => ({
    send: async ({ report }: { report: string }) => void sent.push(`${name} ${report}`),
  });
  const deps = { reports, checks: queue('checks'), builds: queue('builds') };
  await tendReports({ ...deps, now: () => '2026-11-22T12:05:01.000Z' }, 'd-2');
  expect(sent.toSorted()).toEqual(['builds r-requested', 'checks r-received']);
});
