import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { type Change, holderId } from '../roster/plan.ts';
import { accessKey, holderKey, rosterKey } from './keys.ts';
import { DynamoRecordWriter } from './record-writer.ts';
import { Versioned, visible } from './versioned.ts';

let engine: TestDynamo;
let writer: DynamoRecordWriter;
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  writer = new DynamoRecordWriter(engine.dynamo, testTables);
});
afterAll(() => engine.stop());
beforeEach(() => {
  count += 1;
  district = `d-${count}`;
});

const user = (id: string, more: Partial<Change>): Change =>
  ({ table: 'roster', entity: 'users', id, kind: 'create', ...more }) as Change;

async function item(id: string): Promise<Record<string, unknown> | undefined> {
  const Key = rosterKey(district, 'users', id);
  const { Item } = await engine.dynamo.send(new GetCommand({ TableName: testTables.roster, Key }));
  return Item;
}
const seenAt = async (id: string, committed: number) =>
  visible(Versioned.parse((await item(id)) ?? {}), committed);

describe('a change', () => {
  test('is not seen before its commit, and what stood before is', async () => {
    await writer.write(district, [user('u1', { now: 'first' })], { generation: 1, base: 0 });
    await writer.write(district, [user('u1', { kind: 'update', now: 'second', prev: 'first' })], {
      generation: 2,
      base: 1,
    });
    expect(await seenAt('u1', 0)).not.toBe('second');
    expect(await seenAt('u1', 1)).toBe('first');
    expect(await seenAt('u1', 2)).toBe('second');
  });

  test('written again changes nothing', async () => {
    const change = [user('u1', { now: 'first' })];
    await writer.write(district, change, { generation: 1, base: 0 });
    const once = await item('u1');
    await writer.write(district, change, { generation: 1, base: 0 });
    expect(await item('u1')).toEqual(once);
  });

  test('of an older sync that comes late is refused, whatever its kind', async () => {
    await writer.write(district, [user('u1', { now: 'newer' })], { generation: 5, base: 4 });
    const late: Change[] = [
      user('u1', { now: 'late' }),
      user('u1', { kind: 'update', now: 'late', prev: 'x' }),
      user('u1', { kind: 'suspend', now: 'late', prev: 'x' }),
      user('u1', { kind: 'cover' }),
    ];
    for (const change of late) await writer.write(district, [change], { generation: 3, base: 2 });
    expect(await item('u1')).toMatchObject({ g: 5, now: 'newer' });
  });

  test('of a key that a sync given up has created becomes a tombstone', async () => {
    await writer.write(district, [user('u1', { now: 'ghost' })], { generation: 1, base: 0 });
    await writer.write(district, [user('u1', { kind: 'cover' })], { generation: 2, base: 0 });
    expect(await seenAt('u1', 2)).toBeUndefined();
    expect(await seenAt('u1', 0)).toBeUndefined();
    await writer.write(district, [user('u1', { now: 'ghost' })], { generation: 1, base: 0 });
    expect(await seenAt('u1', 2)).toBeUndefined();
  });

  test('of a person leaves alone what people have written there', async () => {
    const Key = accessKey(district, 'person', 'u1');
    await engine.dynamo.send(
      new UpdateCommand({
        TableName: testTables.access,
        Key,
        UpdateExpression: 'SET manual = :m',
        ExpressionAttributeValues: { ':m': { a1: 'by hand' } },
      }),
    );
    const change = (more: Partial<Change>) =>
      ({ table: 'access', entity: 'person', id: 'u1', kind: 'create', ...more }) as Change;
    await writer.write(district, [change({ now: 'first' })], { generation: 1, base: 0 });
    await writer.write(district, [change({ kind: 'update', now: 'second', prev: 'first' })], {
      generation: 2,
      base: 1,
    });
    const { Item } = await engine.dynamo.send(new GetCommand({ TableName: testTables.access, Key }));
    expect(Item).toMatchObject({ manual: { a1: 'by hand' }, now: 'second', prev: 'first', g: 2, pg: 1 });
  });

  test('that takes a role away leaves a tombstone at the holder', async () => {
    const parts = { system: 'hmh', role: 'teacher', scopeId: 's#1', userId: 'u1', assignmentId: 'a1' };
    const holder = (more: Partial<Change>) =>
      ({ table: 'assignments', entity: 'holder', id: holderId(parts), kind: 'create', ...more }) as Change;
    await writer.write(district, [holder({ now: 'held' })], { generation: 1, base: 0 });
    await writer.write(district, [holder({ kind: 'update', prev: 'held' })], { generation: 2, base: 1 });
    const Key = holderKey({ district, ...parts });
    const { Item } = await engine.dynamo.send(new GetCommand({ TableName: testTables.assignments, Key }));
    expect(visible(Versioned.parse(Item), 1)).toBe('held');
    expect(visible(Versioned.parse(Item), 2)).toBeUndefined();
  });
});

test('a chunk of many changes, some of them there already, is written whole', async () => {
  const changes = Array.from({ length: 260 }, (_, i) => user(`u${i}`, { now: i }));
  await writer.write(district, changes.slice(100, 140), { generation: 1, base: 0 });
  await writer.write(district, changes, { generation: 1, base: 0 });
  for (const i of [0, 24, 25, 100, 139, 259]) expect(await seenAt(`u${i}`, 1)).toBe(i);
});
