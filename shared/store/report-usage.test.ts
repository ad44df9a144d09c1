import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { aReport } from '../../test/builders/report.ts';
import { StoreUnavailable } from '../errors.ts';
import { type Amount, sum, takenBy } from '../reports/quota.ts';
import type { Report, ReportState } from '../reports/report.ts';
import { collected } from './query.ts';
import { recountUsage } from './recount-usage.ts';
import { ReportLedger } from './report-ledger.ts';
import { ReportUsage } from './report-usage.ts';

let engine: TestDynamo;
let ledger: ReportLedger;
let usage: ReportUsage;
let districts = 0;

beforeAll(async () => {
  engine = await startDynamo();
  ledger = new ReportLedger(engine.dynamo, testTables.reports);
  usage = new ReportUsage(engine.dynamo, testTables.reports);
});
afterAll(() => engine?.stop());

function aDistrict(): string {
  districts += 1;
  return `d-${districts}`;
}

const most: Amount = { bytes: 100, files: 4 };
const accounts = ['s1', 's2'];
const none: Amount = { bytes: 0, files: 0 };

const Step = fc.record({
  account: fc.constantFrom(...accounts),
  what: fc.constantFrom('announce', 'bring', 'arrive', 'check', 'archive'),
  which: fc.nat(5),
  size: fc.nat(60),
  folder: fc.constantFrom('upload', 'test', 'receive'),
  told: fc.constantFrom('once', 'twice', 'lost before', 'lost after'),
});
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

/** An engine whose transactions fail, before they are written or before their writer hears of it. */
function losing(when: 'lost before' | 'lost after'): DynamoDBDocumentClient {
  const send = async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
    const isWrite = command.constructor.name === 'TransactWriteCommand';
    if (isWrite && when === 'lost before') throw new Error('Lost on its way.');
    const answer = await engine.dynamo.send(command);
    if (isWrite) throw new Error('Lost on its way back.');
    return answer;
  };
  return { send } as unknown as DynamoDBDocumentClient; // all that a ledger calls
}

async function take(district: string, step: Step): Promise<void> {
  if (step.told === 'once' || step.told === 'twice') await once(ledger, district, step);
  else {
    const lost = once(new ReportLedger(losing(step.told), testTables.reports), district, step);
    await lost.catch((error: unknown) => expect(error).toBeInstanceOf(StoreUnavailable));
  }
  if (step.told !== 'once') await once(ledger, district, step);
}

async function once(reports: ReportLedger, district: string, step: Step): Promise<void> {
  const { account, what, which, size, folder } = step;
  const id = `r-${account}-${which}`;
  const report = aReport({ id, account, size, folder: folder as Report['folder'] });
  if (what === 'announce') {
    await reports.createWithin(district, { ...report, state: 'awaited' }, { ...lineOf('awaited'), most });
    return;
  }
  if (what === 'bring') {
    const along = { ...lineOf('received'), most };
    if ((await reports.createWithin(district, { ...report, state: 'received' }, along)) === 'over-quota')
      await reports.create(district, { ...report, state: 'refused' }, lineOf('refused'));
    return;
  }
  const before = await reports.find(district, id);
  const after = before === undefined ? undefined : become(before, what, size);
  if (before === undefined || after === undefined) return;
  await reports.change(district, before, after, lineOf(after.state));
}

/** Nothing where that does not happen to such a report. */
function become(before: Report, what: Step['what'], size: number): Report | undefined {
  if (what === 'archive') return before.state === 'archived' ? undefined : { ...before, state: 'archived' };
  if (what === 'check') return before.state === 'received' ? { ...before, state: 'accepted' } : undefined;
  if (before.state !== 'awaited') return undefined;
  return { ...before, size, state: size === before.size ? 'received' : 'refused' };
}

const lineOf = (state: ReportState) => ({
  line: { id: crypto.randomUUID(), at: '2026-11-22T12:00:00.000Z', what: state },
});

async function taken(district: string, account: string, which: (report: Report) => boolean): Promise<Amount> {
  const { items } = await ledger.list(district, { account, limit: 100 });
  return items.filter(which).map(takenBy).reduce(sum, none);
}

test('usage is what the reports take, and what is not refused is within the quota, whatever is told twice, lost or at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(Step, { maxLength: 5 }), { maxLength: 6 }), async (rounds) => {
      const district = aDistrict();
      for (const atOnce of rounds) await Promise.all(atOnce.map((step) => take(district, step)));
      for (const account of accounts) {
        expect(await usage.used(district, account)).toEqual(await taken(district, account, () => true));
        const { bytes, files } = await taken(district, account, ({ state }) => state !== 'refused');
        expect([bytes <= most.bytes, files <= most.files]).toEqual([true, true]);
      }
      expect(await recountUsage({ reports: ledger, usage }, district)).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('of many announcements at once, as many are taken as there is room for', async () => {
  const district = aDistrict();
  const made = await Promise.all(
    Array.from({ length: 40 }, (_, at) => {
      const report = aReport({ id: `r-${at}`, state: 'awaited', size: 30 });
      return ledger.createWithin(district, report, { ...lineOf('awaited'), most });
    }),
  );
  expect(made.filter((one) => one === 'created')).toHaveLength(3);
  expect(await usage.used(district, 's1')).toEqual({ bytes: 90, files: 3 });
});

test('what is larger than all that an account may have is not taken, were it the first', async () => {
  const district = aDistrict();
  const report = aReport({ size: 101 });
  const along = { ...lineOf('received'), most };
  expect(await ledger.createWithin(district, report, along)).toBe('over-quota');
  expect(await ledger.find(district, report.id)).toBeUndefined();
});

test('a count mends what has drifted, also of accounts of which nothing is left or was written down', async () => {
  const district = aDistrict();
  await ledger.create(district, aReport({ size: 7 }), lineOf('accepted'));
  for (const account of ['s1', 'gone']) {
    const [read = { account, used: none, revision: 0 }] = (await collected(usage.all(district))).filter(
      (one) => one.account === account,
    );
    expect(await usage.correct(district, read, { bytes: -5, files: 12 })).toBe(true);
  }
  expect((await recountUsage({ reports: ledger, usage }, district)).toSorted()).toEqual(['gone', 's1']);
  expect(await usage.used(district, 's1')).toEqual({ bytes: 7, files: 1 });
  expect(await usage.used(district, 'gone')).toEqual(none);
});

test('what comes while somebody counts is neither lost nor counted twice', async () => {
  const district = aDistrict();
  await ledger.create(district, aReport({ id: 'r-1', size: 7 }), lineOf('accepted'));
  const [read] = await collected(usage.all(district));
  if (read === undefined) throw new Error('Nothing is written down.');
  await usage.correct(district, read, { bytes: 1, files: 1 });
  const reports: Pick<ReportLedger, 'list'> = {
    list: async (...asked) => {
      const page = await ledger.list(...asked);
      await ledger.create(district, aReport({ id: 'r-2', size: 5 }), lineOf('accepted'));
      return page;
    },
  };
  expect(await recountUsage({ reports, usage }, district)).toEqual([]);
  expect(await recountUsage({ reports: ledger, usage }, district)).toEqual(['s1']);
  expect(await usage.used(district, 's1')).toEqual({ bytes: 12, files: 2 });
});
