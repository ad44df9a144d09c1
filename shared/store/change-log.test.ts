import { GetCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import type { LogEntry, Told } from '../roster/told.ts';
import { AccessChanges } from './access-changes.ts';
import { Assignments } from './assignments.ts';
import { ConditionFailed, transact } from './calls.ts';
import { ChangeLog } from './change-log.ts';
import type { Deed } from './deeds.ts';
import { KeptFacts } from './kept-facts.ts';
import { accessKey } from './keys.ts';
import { DynamoSyncLedger } from './sync-ledger.ts';
import { Tenants } from './tenants.ts';

let engine: TestDynamo;
let log: ChangeLog;
let district: string;
let count = 0;
const at = '2026-11-21T12:00:00.000Z';

beforeAll(async () => {
  engine = await startDynamo();
  log = new ChangeLog(engine.dynamo, testTables.syncs, () => at);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  const how = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: at };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...how });
});

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

const tags = (id: string): Told => ({ type: 'tags', change: 'updated', id });
const touch = (user: string, more: object = {}): Writes => [
  {
    Update: {
      TableName: testTables.access,
      Key: accessKey(district, 'person', user),
      UpdateExpression: 'SET touched = :yes',
      ExpressionAttributeValues: { ':yes': true },
      ...more,
    },
  },
];
const isTouched = async (user: string) =>
  (
    await engine.dynamo.send(
      new GetCommand({ TableName: testTables.access, Key: accessKey(district, 'person', user) }),
    )
  ).Item?.touched === true;
const entries = async (after = 0): Promise<LogEntry[]> => (await log.read(district, after, 1000)).entries;
const ids = (all: LogEntry[]) => all.flatMap(({ told }) => told.map(({ id }) => id));
const isDense = (all: LogEntry[]) => all.every(({ sequence }, index) => sequence === index + 1);

describe('the log of a district', () => {
  test('has a place for each of many who write at once, whoever reads meanwhile', async () => {
    const users = Array.from({ length: 24 }, (_, index) => `u-${index}`);
    let isWriting = true;
    const reading = (async () => {
      const seen: LogEntry[] = [];
      while (isWriting) seen.push(...(await entries(seen.length)));
      return [...seen, ...(await entries(seen.length))];
    })();
    await Promise.all(users.map((user) => log.transact(district, touch(user), [tags(user)])));
    isWriting = false;
    const seen = await reading;
    expect(isDense(seen)).toBe(true);
    expect(ids(seen).sort()).toEqual(users.sort());
    expect(await entries()).toEqual(seen);
  });

  test('has nothing of a change that did not come about, which stops nobody behind it', async () => {
    const never = { ConditionExpression: 'attribute_exists(never)' };
    await expect(log.transact(district, touch('u-1', never), [tags('u-1')])).rejects.toMatchObject({
      writes: [0],
    });
    await log.transact(district, touch('u-2'), [tags('u-2')]);
    const all = await entries();
    expect([ids(all), isDense(all), await isTouched('u-1')]).toEqual([['u-2'], true, false]);
  });

  test('is read past a writer that died with a number, and closed to it should it wake', async () => {
    const late = await log.entry(district, { told: [tags('u-1')] });
    await log.transact(district, touch('u-2'), [tags('u-2')]);
    expect(ids(await entries())).toEqual(['u-2']);
    await expect(transact(engine.dynamo, [...touch('u-1'), late])).rejects.toBeInstanceOf(ConditionFailed);
    expect([await isTouched('u-1'), ids(await entries())]).toEqual([false, ['u-2']]);
  });

  test('leaves the newest number to its writer, however often it is read before', async () => {
    await log.transact(district, touch('u-1'), [tags('u-1')]);
    const slow = await log.entry(district, { told: [tags('u-2')] });
    expect(ids(await entries(1))).toEqual([]);
    await transact(engine.dynamo, [...touch('u-2'), slow]);
    expect(ids(await entries(1))).toEqual(['u-2']);
  });

  test('gives no place to follow from that a slow writer could fall behind', async () => {
    expect(await log.tip(district)).toBe(0);
    const slow = await log.entry(district, { told: [tags('u-1')] });
    await log.transact(district, touch('u-2'), [tags('u-2')]);
    expect(await log.tip(district)).toBe(2);
    await expect(transact(engine.dynamo, [...touch('u-1'), slow])).rejects.toBeInstanceOf(ConditionFailed);
    await log.transact(district, touch('u-1'), [tags('u-1')]);
    expect(ids(await entries(2))).toEqual(['u-1']);
    expect(await log.last(district)).toBe(3);
  });

  test('is read a page at a time', async () => {
    for (const user of ['a', 'b', 'c']) await log.transact(district, touch(user), [tags(user)]);
    const first = await log.read(district, 0, 2);
    expect([ids(first.entries), first.more]).toEqual([['a', 'b'], true]);
    expect(ids((await log.read(district, 2, 2)).entries)).toEqual(['c']);
  });

  test('is its own', async () => {
    await log.transact(district, touch('u-1'), [tags('u-1')]);
    expect((await log.read('d-none', 0, 10)).entries).toEqual([]);
  });
});

describe('it is told', () => {
  const doing = { by: 'ada', at };
  const deed = (id: string, more: Partial<Deed> = {}): Deed => ({
    kind: 'assignment',
    userId: 'u-1',
    assignment: {
      id,
      system: 'nsc',
      role: 'st_billing',
      scope: { type: 'account', ids: ['s-1'] },
      source: 'manual',
    },
    ...doing,
    ...more,
  });
  const told = async () =>
    (await entries()).flatMap((entry) => entry.told.map(({ type, change, id }) => [type, change, id]));

  test('what people give, ask for, confirm, pass on and take away, once however often they try', async () => {
    const assignments = new Assignments(engine.dynamo, testTables);
    const seat = deed('a-1', { seats: 1 });
    await assignments.record(district, seat);
    await assignments.record(district, seat);
    const passed = deed('a-2', { userId: 'u-2', seats: 1 });
    await assignments.transfer(district, seat, passed);
    await expect(assignments.transfer(district, seat, passed)).rejects.toBeInstanceOf(Error);
    const asked = deed('r-1', { kind: 'request' });
    await assignments.record(district, asked);
    const confirmed = await assignments.confirm(district, asked, doing);
    await assignments.remove(district, confirmed, doing);
    expect(await told()).toEqual([
      ['assignment', 'created', 'a-1'],
      ['assignment', 'removed', 'a-1'],
      ['assignment', 'created', 'a-2'],
      ['request', 'created', 'r-1'],
      ['request', 'removed', 'r-1'],
      ['assignment', 'created', 'r-1'],
      ['assignment', 'removed', 'r-1'],
    ]);
  });

  test('what people change of settings, tags and records', async () => {
    const changes = new AccessChanges(engine.dynamo, testTables);
    const facts = new KeptFacts(engine.dynamo, testTables);
    await changes.changeHead(district, { settings: { a: true } }, 0);
    await expect(changes.changeHead(district, { settings: {} }, 0)).rejects.toBeInstanceOf(Error);
    await changes.putTags(district, 'u-1', ['chess']);
    const donor = { kind: 'record', type: 'donor', id: 'x' } as const;
    await facts.put(district, donor, {});
    await facts.put(district, donor, {});
    await facts.remove(district, donor);
    expect(await told()).toEqual([
      ['setting', 'updated', 'settings'],
      ['tags', 'updated', 'u-1'],
      ['record', 'created', 'x'],
      ['record', 'updated', 'x'],
      ['record', 'removed', 'x'],
    ]);
  });

  test('a commit, in the step that makes it one', async () => {
    const ledger = new DynamoSyncLedger(engine.dynamo, testTables, () => at);
    const commit = (generation: number) =>
      ledger.write({
        syncs: [],
        head: { district, committed: generation },
        commit: { district, at, syncId: 'y', generation, manifest: `m-${generation}` },
      });
    expect([await commit(2), await commit(1)]).toEqual([true, false]);
    await log.transact(district, touch('u-1'), [tags('u-1')]);
    expect((await entries()).map(({ manifest, told }) => [manifest, told.length])).toEqual([
      ['m-2', 0],
      [undefined, 0],
      [undefined, 1],
    ]);
  });
});
