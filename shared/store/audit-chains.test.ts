import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { ChainCheck, chainCount, type KeptLine, reportOf } from '../audit/chain.ts';
import type { NewLine } from '../audit/line.ts';
import { AuditChains } from './audit-chains.ts';

let engine: TestDynamo;
beforeAll(async () => {
  engine = await startDynamo();
}, 30_000);
afterAll(() => engine?.stop());

const newLine = (requestId: string, more: Partial<NewLine> = {}): NewLine => ({
  ...{ at: '2026-11-22T10:00:00.000Z', requestId, by: 'a1', action: 'role-assigned', outcome: 'done' },
  what: { user: 'u1' },
  ...more,
});
const chains = () => new AuditChains(engine.dynamo, testTables.audit);

async function all(district: string): Promise<KeptLine[]> {
  const lines: KeptLine[] = [];
  let cursor: string | undefined;
  do {
    const page = await chains().list(district, { limit: 7, cursor }, () => true);
    lines.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return lines;
}

function reportOn(district: string, lines: readonly KeptLine[]) {
  const checks = Array.from({ length: chainCount }, (_, chain) => {
    const check = new ChainCheck({ district, chain, seals: [] });
    for (const kept of lines.filter(({ line }) => line.chain === chain)) check.next(kept);
    return check;
  });
  return reportOf(checks);
}

test('64 who write at once leave whole chains with every line, once', async () => {
  const writers = Array.from({ length: 16 }, chains);
  const ids = Array.from({ length: 64 }, (_, at) => `r${at}`);
  await Promise.all(ids.map((id, at) => writers[at % writers.length]?.append('crowd', [newLine(id)])));
  const lines = await all('crowd');
  expect(lines.map(({ line }) => line.requestId).sort()).toEqual(ids.sort());
  expect(reportOn('crowd', lines)).toMatchObject({ lines: 64, faults: [] });
  expect((await chains().heads('crowd')).reduce((sum, { sequence }) => sum + sequence, 0)).toBe(64);
}, 60_000);

test('values of a person come with the line, and stand apart from it', async () => {
  const personal = { about: 'u1', before: { email: 'ada@example.org' }, after: { email: 'eve@example.org' } };
  await chains().append('details', [newLine('r1', { personal }), newLine('r2')]);
  const lines = await all('details');
  expect(lines.map(({ detail }) => detail?.after)).toEqual([{ email: 'eve@example.org' }, undefined]);
  expect(JSON.stringify(lines.map(({ line }) => line))).not.toContain('example.org');
  expect(reportOn('details', lines).faults).toEqual([]);
});

test('more lines than one transaction may have stay in their order', async () => {
  const ids = Array.from({ length: 90 }, (_, at) => `r${at}`);
  await chains().append(
    'many',
    ids.map((id) => newLine(id, { personal: { about: 'u1', after: id } })),
  );
  expect((await all('many')).length).toBe(90);
  expect(reportOn('many', await all('many')).faults).toEqual([]);
});

test('lines of the operator stand apart from every district', async () => {
  await chains().append(undefined, [newLine('r1')]);
  expect((await all('@operator')).map(({ line }) => line.district)).toEqual(['@operator']);
});
