import type { ScheduledEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../shared/reports/report.ts';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { unfinishedKey, unfinishedPartition, unfinishedShards } from '../../shared/store/keys.ts';
import { collected } from '../../shared/store/query.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { UnfinishedReports } from '../../shared/store/unfinished-reports.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { context, recordingEvents } from '../../test/builders/http-event.ts';
import { killer } from '../../test/builders/killed.ts';
import { aReport } from '../../test/builders/report.ts';
import { makeHandler } from './handler.ts';

const begun = '2026-11-22T12:00:00.000Z';
const days = [22, 23, 24, 25].map((day) => `2026-11-${day}`);
let engine: TestDynamo;
let districts = 0;

beforeAll(async () => {
  engine = await startDynamo();
});
afterAll(() => engine?.stop());

/** A district of its own, whose clock stands at noon until somebody looks. */
function world() {
  districts += 1;
  const district = `d-${districts}`;
  const reports = new ReportLedger(engine.dynamo, testTables.reports);
  const unfinished = new UnfinishedReports(engine.dynamo, testTables.reports);
  const sent: string[] = [];
  const removed: string[] = [];
  const shards = new Set<string>();
  const state = { now: new Date(begun), isQueueDown: false };
  const send = (to: string) => ({
    send: async ({ report }: { report: string }) => {
      if (state.isQueueDown) throw new Error('no queue');
      sent.push(`${to} ${report}`);
    },
  });
  const events = recordingEvents();
  const handler = makeHandler({
    shards: unfinishedShards,
    async *dueIn(shard, now) {
      // The others are empty.
      if (!shards.has(unfinishedPartition(shard))) return;
      for await (const one of unfinished.due(shard, now)) if (one.district === district) yield one;
    },
    unfinished,
    reports,
    shelf: { remove: async (key) => void removed.push(key) },
    checks: send('checks'),
    builds: send('builds'),
    now: () => state.now,
    events,
  });
  const find = async (id: string): Promise<Report> => {
    const report = await reports.find(district, id);
    if (report === undefined) throw new Error('There is no such report.');
    return report;
  };
  return {
    ...{ district, reports, sent, removed, state, events, find },
    async begin(more: Partial<Report>): Promise<Report> {
      const report = aReport({ at: begun, kind: 'roster', ...more });
      const line = { id: report.id, at: begun, what: report.state };
      shards.add(unfinishedKey({ at: 0, district, report: report.id }).pk);
      await reports.create(district, report, { line });
      return report;
    },
    async become(id: string, more: Partial<Report>): Promise<void> {
      const before = await find(id);
      const at = state.now.toISOString();
      const line = { id: `${at}-${before.revision}`, at, what: more.state ?? before.state };
      await reports.change(district, before, { ...before, ...more }, { line });
    },
    async lookAt(minutes: number): Promise<void> {
      state.now = new Date(Date.parse(begun) + minutes * 60_000);
      await handler(
        {} as ScheduledEvent, // nothing of it is read
        { ...context, getRemainingTimeInMillis: () => 60_000 },
      );
    },
    async told(): Promise<ServiceEvent[]> {
      return (await Promise.all(days.map((day) => collected(reports.events(district, day))))).flat();
    },
    async watched(): Promise<number> {
      const all = Array.from({ length: unfinishedShards }, (_, shard) =>
        collected(unfinished.due(shard, Date.parse('2030-01-01T00:00:00Z'))),
      );
      return (await Promise.all(all)).flat().filter((one) => one.district === district).length;
    },
  };
}

test('what a crash left between ledger and message is sent after five minutes, once', async () => {
  const { begin, lookAt, sent } = world();
  await begin({ id: 'r-1', state: 'received' });
  await begin({ id: 'r-2', state: 'requested', asked: { kind: 'roster' } });
  await lookAt(4.9);
  expect(sent).toEqual([]);
  for (const minutes of [5, 6, 7]) await lookAt(minutes);
  expect(sent.toSorted()).toEqual(['builds r-2', 'checks r-1']);
});

test('what was announced is looked after from its coming on', async () => {
  const { begin, become, lookAt, sent, state, watched } = world();
  await begin({ id: 'r-1', state: 'awaited' });
  expect(await watched()).toBe(0);
  state.now = new Date('2026-11-22T13:00:00.000Z');
  await become('r-1', { state: 'received' });
  await lookAt(64);
  expect(sent).toEqual([]);
  await lookAt(65);
  expect(sent).toEqual(['checks r-1']);
});

test('what is finished at its look is never looked at again', async () => {
  const { begin, become, lookAt, sent, watched } = world();
  await begin({ id: 'r-1', state: 'received' });
  await become('r-1', { state: 'accepted' });
  expect(await watched()).toBe(1);
  await lookAt(5);
  expect([sent, await watched()]).toEqual([[], 0]);
});

test('what is being made is left alone while it moves, and sent again once it stood still for longer than a call lives', async () => {
  const { begin, become, lookAt, sent } = world();
  await begin({ id: 'r-1', state: 'requested' });
  await become('r-1', { state: 'building' });
  await lookAt(5);
  await become('r-1', { progress: { done: 1, total: 2, unit: 'people' } });
  await lookAt(21);
  await lookAt(36);
  expect(sent).toEqual([]);
  await lookAt(37);
  expect(sent).toEqual(['builds r-1']);
});

/** Minutes after which it is sent. */
const tries = [5, 21, 53, 117];
/** A school's file is waited for over a weekend, at least every six hours. */
const triesOfFile = [...tries, 245, ...Array.from({ length: 9 }, (_, at) => 501 + at * 360)];

test.each([
  { state: 'received', tries: triesOfFile, end: 3741, to: 'checks', kind: 'report.uploaded', more: {} },
  {
    state: 'requested',
    tries,
    end: 245,
    to: 'builds',
    kind: 'report.failed',
    more: { asked: { kind: 'roster' } },
  },
] as const)('what stays $state is sent again for so long, then told of, once', async (one) => {
  const { state, tries, end, to, kind, more } = one;
  const { begin, lookAt, sent, find, told, watched } = world();
  await begin({ id: 'r-1', state, ...more });
  for (const minutes of [4, ...tries.flatMap((at) => [at, at + 1, at + 15]), end - 1]) await lookAt(minutes);
  expect([sent, (await find('r-1')).state]).toEqual([tries.map(() => `${to} r-1`), state]);
  for (const minutes of [end, end + 1, end + 500]) await lookAt(minutes);
  expect(sent).toHaveLength(tries.length);
  expect(await find('r-1')).toMatchObject({ state: 'failed', problems: [{ code: 'fault' }] });
  expect(await told()).toMatchObject([{ kind, report: 'r-1' }]);
  expect(await watched()).toBe(0);
});

test('what a try to make it has left goes with it, and a call that comes late finds it ended', async () => {
  const { begin, become, lookAt, district, removed, reports, find, told } = world();
  const asked = { kind: 'roster' };
  await begin({ id: 'r-1', state: 'requested', folder: 'receive', fileName: 'roster.csv', asked });
  await become('r-1', { state: 'building' });
  const late = await find('r-1');
  for (const minutes of [5, 21, 37, 69, 133, 261]) await lookAt(minutes);
  expect((await find('r-1')).state).toBe('failed');
  expect(removed).toEqual([`out/${district}/s1/receive/roster.csv`, `kept/${district}/r-1`]);
  const line = { id: 'late', at: begun, what: 'ready' };
  expect(await reports.change(district, late, { ...late, state: 'ready' }, { line })).toBe(false);
  expect(await told()).toHaveLength(1);
});

test('while the queue is down nothing is counted, and nobody else waits for it', async () => {
  const { begin, lookAt, sent, state, events, watched } = world();
  for (const id of ['r-1', 'r-2', 'r-3']) await begin({ id, state: 'received' });
  state.isQueueDown = true;
  for (const minutes of [5, 6]) await lookAt(minutes);
  expect([events.told.due.length, sent, await watched()]).toEqual([6, [], 3]);
  state.isQueueDown = false;
  await lookAt(7);
  expect(sent.toSorted()).toEqual(['checks r-1', 'checks r-2', 'checks r-3']);
});

test('a look that is killed anywhere is done by the next: one end, one event, nothing left over', async () => {
  const kill = killer(engine.dynamo);
  for (let at = 0.5, isKilled = true; isKilled; at += 0.5) {
    const { begin, become, lookAt, events, removed, find, told, watched } = world();
    await begin({ id: 'r-1', state: 'requested', folder: 'receive', asked: { kind: 'roster' } });
    await become('r-1', { state: 'building' });
    // Until it is given up: of each two looks, the first is killed at its n-th call.
    isKilled = false;
    for (const minutes of [5, 23, 41, 75, 141, 271]) {
      kill.killAt(at);
      const failures = events.told.due.length;
      await lookAt(minutes).catch(() => {
        isKilled = true;
      });
      isKilled ||= events.told.due.length > failures;
      kill.revive();
      await lookAt(minutes + 1);
    }
    expect(await find('r-1')).toMatchObject({ state: 'failed' });
    expect([await watched(), (await told()).length]).toEqual([0, 1]);
    expect(new Set(removed).size).toBe(2);
    expect(events.told.reports.filter((what) => what.startsWith('given up')).length).toBeLessThanOrEqual(1);
  }
});
