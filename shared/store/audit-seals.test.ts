import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { memoryS3 } from '../../test/builders/memory-s3.ts';
import { ChainCheck, chainCount, reportOf } from '../audit/chain.ts';
import { isSigned } from '../audit/seal.ts';
import { AuditChains } from './audit-chains.ts';
import { AuditSeals } from './audit-seals.ts';
import { auditHeadKey, auditLineKey } from './keys.ts';

let engine: TestDynamo;
beforeAll(async () => {
  engine = await startDynamo();
}, 30_000);
afterAll(() => engine?.stop());

const chains = () => new AuditChains(engine.dynamo, testTables.audit);
const bucket = 'seals';

async function write(district: string, ...requests: string[]): Promise<void> {
  const writer = chains();
  const deed = { at: '2026-11-22T10:00:00.000Z', by: 'a1', action: 'signed-in', outcome: 'done' } as const;
  for (const requestId of requests) await writer.append(district, [{ ...deed, requestId, what: {} }]);
}

async function verify(district: string, seals: AuditSeals) {
  const { items, keys } = await seals.list(district, { limit: 100 });
  const good = items.filter((one) => keys.some((key) => isSigned(one, key))).map(({ seal }) => seal);
  const { items: lines } = await chains().list(district, { limit: 1000 }, () => true);
  const checks = Array.from({ length: chainCount }, (_, chain) => {
    const check = new ChainCheck({ district, chain, seals: good });
    for (const kept of lines.filter(({ line }) => line.chain === chain)) check.next(kept);
    return check;
  });
  return { seals: good.length, faults: reportOf(checks).faults.map(({ kind }) => kind) };
}

test('a chain that is cut, with its head, is whole to whoever has no seal, and cut to whoever has the day’s', async () => {
  const s3 = memoryS3();
  const stores = { dynamo: engine.dynamo, s3: s3.client, tenants: testTables.tenants, bucket };
  const seals = new AuditSeals(stores, chains());
  await write('north', 'r1', 'r2', 'r3');
  await seals.seal('north', new Date('2026-11-22T03:00:00Z'));
  await write('north', 'r4');
  expect(await verify('north', seals)).toEqual({ seals: 1, faults: [] });

  // All of one writer is in one chain: its end goes, and its head says so.
  const { items } = await chains().list('north', { limit: 1000 }, () => true);
  const { line: last } = items.findLast(({ line }) => line.requestId === 'r3') ?? {};
  const before = items.find(({ line }) => line.requestId === 'r2');
  if (last === undefined || before === undefined) throw new Error('They were written.');
  const cut = items.filter(({ line }) => line.chain === last.chain && line.sequence >= last.sequence);
  for (const { line } of cut) {
    const Key = auditLineKey('north', line.chain, line.sequence);
    await engine.dynamo.send(new DeleteCommand({ TableName: testTables.audit, Key }));
  }
  const Key = auditHeadKey('north', last.chain);
  await engine.dynamo.send(new DeleteCommand({ TableName: testTables.audit, Key }));
  expect((await verify('north', seals)).faults).toEqual(['cut-off']);
  const without = new AuditSeals({ ...stores, bucket: 'no-seals' }, chains());
  expect(await verify('north', without)).toEqual({ seals: 0, faults: [] });
});

test('a seal of every night stays, under one key, and of one district only', async () => {
  const s3 = memoryS3();
  const stores = { dynamo: engine.dynamo, s3: s3.client, tenants: testTables.tenants, bucket };
  const nights = ['2026-11-22', '2026-11-23', '2026-11-24'].map((day) => new Date(`${day}T03:00:00Z`));
  // Each by an instance of its own.
  for (const night of nights) await new AuditSeals(stores, chains()).seal('east', night);
  await new AuditSeals(stores, chains()).seal('east-2', nights[0] ?? new Date(0));
  const { items, keys } = await new AuditSeals(stores, chains()).list('east', { limit: 2 });
  expect(items.map(({ seal }) => seal.at)).toEqual(nights.slice(0, 2).map((night) => night.toISOString()));
  expect(items.every((one) => keys.some((key) => isSigned(one, key)))).toBe(true);
  expect(s3.keys(bucket).length).toBe(4);
});
