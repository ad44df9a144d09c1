import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { killer } from '../../test/builders/killed.ts';
import { ChainCheck, chainCount, type KeptLine, reportOf } from '../audit/chain.ts';
import { AuditChains } from './audit-chains.ts';
import { expireDetails } from './expired-details.ts';

let engine: TestDynamo;
beforeAll(async () => {
  engine = await startDynamo();
}, 30_000);
afterAll(() => engine?.stop());

const chains = () => new AuditChains(engine.dynamo, testTables.audit);
const now = () => '2026-11-22T03:00:00.000Z';
const expire = (district: string, before: string) =>
  expireDetails({ dynamo: engine.dynamo, tables: testTables, chains: chains(), now }, district, before);

/** Written by several, so that they stand in several chains. */
async function write(district: string, ...days: string[]): Promise<void> {
  for (const day of days) {
    const deed = { at: `${day}T10:00:00.000Z`, requestId: day, by: 'a1', outcome: 'done' } as const;
    const personal = { about: 'u1', after: { email: `${day}@example.org` } };
    await chains().append(district, [{ ...deed, action: 'account-changed', what: {}, personal }]);
  }
}

async function all(district: string): Promise<KeptLine[]> {
  return (await chains().list(district, { limit: 1000 }, () => true)).items;
}

function reportOn(district: string, lines: readonly KeptLine[]) {
  const checks = Array.from({ length: chainCount }, (_, chain) => {
    const check = new ChainCheck({ district, chain, seals: [] });
    for (const kept of lines.filter(({ line }) => line.chain === chain)) check.next(kept);
    return check;
  });
  return reportOf(checks);
}

test('details from before the day go, later ones stay, and the chains are whole with every line', async () => {
  await write('d-1', '2018-01-01', '2018-02-02', '2019-12-31', '2020-01-01', '2026-11-21');
  await expire('d-1', '2020-01-01T00:00:00.000Z');
  const lines = await all('d-1');
  expect(lines.flatMap(({ line, detail }) => (detail ? [line.requestId] : [])).sort()).toEqual([
    '2020-01-01',
    '2026-11-21',
  ]);
  expect(reportOn('d-1', lines)).toMatchObject({ lines: 6, erased: 3, faults: [] });
  await expire('d-1', '2020-01-02T00:00:00.000Z');
  expect(reportOn('d-1', await all('d-1'))).toMatchObject({ lines: 7, erased: 4, faults: [] });
});

test('where nothing is old enough, no line says so', async () => {
  await write('d-2', '2026-01-01');
  await expire('d-2', '2020-01-01T00:00:00.000Z');
  expect((await all('d-2')).length).toBe(1);
});

test('killed at any call, the chains are whole, and the next night does the rest', async () => {
  await write('d-3', '2018-01-01', '2018-01-02', '2018-01-03');
  const killing = killer(engine.dynamo);
  for (let n = 1; ; n += 0.5) {
    killing.killAt(n);
    const isDone = await expire('d-3', '2020-01-01T00:00:00.000Z').then(
      () => true,
      () => false,
    );
    killing.revive();
    expect(reportOn('d-3', await all('d-3')).faults).toEqual([]);
    if (isDone) break;
  }
  expect(reportOn('d-3', await all('d-3')).erased).toBe(3);
});

test('a line that says so of details that are too young hides no loss', async () => {
  await write('d-4', '2026-11-20');
  const deed = { at: now(), requestId: 'r', by: 'a1', outcome: 'done', action: 'details-expired' } as const;
  await chains().append('d-4', [{ ...deed, what: { before: '2026-11-21T00:00:00.000Z' } }]);
  const lines = (await all('d-4')).map(({ detail: _, ...bare }) => bare);
  expect(reportOn('d-4', lines).faults.map(({ kind }) => kind)).toEqual(['detail-missing']);
});
