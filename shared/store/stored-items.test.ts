import { DeleteCommand, GetCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { AccessChanges } from './access-changes.ts';
import { AccessStore } from './access-store.ts';
import { Assignments } from './assignments.ts';
import type { Deed } from './deeds.ts';
import { KeptFacts } from './kept-facts.ts';
import { accessKey, holderPartition, holderShards, rosterKey } from './keys.ts';
import { OwnFacts } from './own-facts.ts';
import { DynamoRecordWriter } from './record-writer.ts';
import { DynamoStoredItems } from './stored-items.ts';
import { DynamoSyncLedger } from './sync-ledger.ts';
import { Tenants } from './tenants.ts';

const district = 'd-1';
let engine: TestDynamo;
let world: CalmWorld;
let access: AccessStore;

/** Each test has an engine of its own: it looks through whole tables. */
beforeEach(async () => {
  engine = await startDynamo();
  const { dynamo } = engine;
  const records = new DynamoRecordWriter(dynamo, testTables);
  const ledger = new DynamoSyncLedger(dynamo, testTables, () => world.now());
  world = new CalmWorld(3, { ledger, records, stored: new DynamoStoredItems(dynamo, testTables) });
  access = new AccessStore(dynamo, testTables.access);
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-09-01T00:00:00Z' };
  await new Tenants(dynamo, testTables).createDistrict({ id: district, ...at });
  await world.sync([school], [ada, eve]);
  return engine.stop;
});

const ada = person('u1', ['teacher']);
const marked = 'Zxqvwy';
/** Long enough that its id is shortened in keys. */
const eveId = `u2-${'é#'.repeat(300)}`;
const eve = person(eveId, ['teacher', 'administrator'], { familyName: marked });

async function itemsOf(table: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await engine.dynamo.send(
    new ScanCommand({ TableName: table, ConsistentRead: true }),
  );
  return Items;
}

async function holderRow(userId: string): Promise<{ pk: string; sk: string }> {
  const partitions = Array.from({ length: holderShards }, (_, shard) =>
    holderPartition(district, 'hmh', 'teacher', shard),
  );
  const row = (await itemsOf(testTables.assignments)).find(
    ({ pk, now }) => partitions.includes(String(pk)) && (now as { userId: string }).userId === userId,
  );
  return { pk: String(row?.pk), sk: String(row?.sk) };
}

describe('a repair', () => {
  test('of a district as its syncs left it finds nothing, ids too long for a key included', async () => {
    const sync = await world.care('repair');
    expect([sync.state, sync.plan?.changes]).toEqual(['applied', 0]);
  });

  test('finds exactly what was written past the syncs and mends it; a second look finds nothing', async () => {
    const { dynamo } = engine;
    const set = (TableName: string, Key: Record<string, unknown>, now: unknown) =>
      dynamo.send(
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: 'SET #now = :now',
          ExpressionAttributeNames: { '#now': 'now' },
          ExpressionAttributeValues: { ':now': now },
        }),
      );
    await set(testTables.roster, rosterKey(district, 'users', 'u1'), { status: 'active', record: eve });
    await dynamo.send(
      new DeleteCommand({ TableName: testTables.roster, Key: rosterKey(district, 'orgs', 's1') }),
    );
    const ghost = { ...rosterKey(district, 'classes', 'ghost'), g: 1, now: { status: 'active', record: {} } };
    await dynamo.send(new PutCommand({ TableName: testTables.roster, Item: ghost }));
    const fact = {
      ...accessKey(district, 'class', 'ghost'),
      g: 1,
      now: { status: 'active', schoolId: 's1' },
    };
    await dynamo.send(new PutCommand({ TableName: testTables.access, Item: fact }));
    await set(testTables.access, accessKey(district, 'org', 's1'), { status: 'active', type: 'district' });
    await dynamo.send(new DeleteCommand({ TableName: testTables.assignments, Key: await holderRow(eveId) }));
    await set(testTables.assignments, await holderRow('u1'), { kind: 'request', userId: 'u1' });

    const held = await world.care('repair');
    expect([held.state, held.hold?.reason]).toEqual(['held', 'drift']);
    expect((await world.changesOf(held)).map(({ table, entity, id }) => [table, entity, id])).toEqual([
      ['roster', 'orgs', 's1'],
      ['roster', 'classes', 'ghost'],
      ['roster', 'users', 'u1'],
      ['access', 'org', 's1'],
      ['access', 'class', 'ghost'],
      ...[expect.stringContaining('"u1"'), expect.stringContaining(JSON.stringify(eveId).slice(1, -1))].map(
        (id) => ['assignments', 'holder', id],
      ),
    ]);
    expect((await world.approve(held)).state).toBe('applied');
    expect((await world.care('repair')).plan?.changes).toBe(0);
    const { Item } = await dynamo.send(
      new GetCommand({ TableName: testTables.roster, Key: rosterKey(district, 'users', 'u1') }),
    );
    expect(Item?.now).toMatchObject({ record: { sourcedId: 'u1' } });
  });
});

describe('a purge', () => {
  /** Whom a feed no longer has for thirty days. */
  async function eveIsGone(): Promise<void> {
    await world.sync([school], [ada]);
    world.passDays(30);
  }

  const deed = (id: string, role: string, more: Partial<Deed> = {}): Deed => ({
    kind: 'assignment',
    userId: eveId,
    assignment: { id, system: 'nsc', role, scope: { type: 'account', ids: ['s1'] }, source: 'manual' },
    by: 'client:x',
    at: '2026-11-20T07:00:00.000Z',
    ...more,
  });

  test('leaves no item that says anything of whom it took', async () => {
    await eveIsGone();
    expect(JSON.stringify(await itemsOf(testTables.roster))).toContain(marked);
    expect((await world.approve(await world.care('purge'))).state).toBe('applied');
    for (const table of [testTables.roster, testTables.access, testTables.assignments]) {
      const items = await itemsOf(table);
      expect(JSON.stringify(items)).not.toContain(marked);
      // Rows of roles that were lost before say no more than their key.
      const left =
        table === testTables.assignments ? [] : items.filter((item) => JSON.stringify(item).includes('u2-'));
      for (const { pk: _, sk: __, g: ___, pg: ____, ...more } of left) expect(more).toEqual({});
    }
    expect((await access.person(district, 'u1'))?.person).toBeDefined();
  });

  test('ends what people gave, so that whoever gets the id next starts with what the roster gives', async () => {
    const { dynamo } = engine;
    const assignments = new Assignments(dynamo, testTables);
    const records = new KeptFacts(dynamo, testTables);
    const student = { kind: 'record', type: 'student', id: eveId } as const;
    await assignments.record(district, deed('a-1', 'st_billing', { seats: 1 }));
    await assignments.record(district, deed('a-2', 'st_staff'));
    await new AccessChanges(engine.dynamo, testTables).putTags(district, eveId, ['chess']);
    await new OwnFacts(dynamo, testTables).put(
      district,
      { type: 'user', id: eveId },
      { properties: { vip: true } },
    );
    await records.put(district, student, { status: { 2027: 'Enrolled' } });
    await eveIsGone();
    await world.approve(await world.care('purge'));
    expect((await access.person(district, eveId))?.person).toBeUndefined();
    expect(await assignments.find(district, 'a-1')).toBeUndefined();
    expect(await records.find(district, student)).toBeUndefined();

    await world.sync([school], [ada, person(eveId, ['student'])]);
    const next = (await access.person(district, eveId))?.person;
    expect(next).toMatchObject({ roster: { status: 'active', assignments: [] }, manual: [] });
    expect([next?.tags, next?.properties]).toEqual([undefined, undefined]);
    await assignments.record(district, { ...deed('a-3', 'st_billing', { seats: 1 }), userId: 'u1' });
  });

  test('that comes again takes nothing from the next owner of an id', async () => {
    const records = new DynamoRecordWriter(engine.dynamo, testTables);
    const erase = {
      table: 'access',
      entity: 'person',
      id: eveId,
      kind: 'cover',
      forget: world.now(),
    } as const;
    await records.write(district, [erase], { generation: 8, base: 1 });
    await new Assignments(engine.dynamo, testTables).record(district, deed('a-4', 'st_staff'));
    await new AccessChanges(engine.dynamo, testTables).putTags(district, eveId, ['chess']);
    await records.write(district, [erase], { generation: 8, base: 1 });
    const { person: after } = (await access.person(district, eveId)) ?? {};
    expect([after?.manual.map(({ id }) => id), after?.tags]).toEqual([['a-4'], ['chess']]);
  });

  test('leaves whoever still has a user account, and says so', async () => {
    await engine.dynamo.send(
      new UpdateCommand({
        TableName: testTables.access,
        Key: accessKey(district, 'person', eveId),
        UpdateExpression: 'SET logins = :logins',
        ExpressionAttributeValues: {
          ':logins': { l1: { approved: true, locked: false, ledgers: [], schools: [] } },
        },
      }),
    );
    await eveIsGone();
    const sync = await world.care('purge');
    expect([sync.state, sync.plan?.changes]).toEqual(['applied', 0]);
    expect((await world.problemsOf(sync)).map(({ code }) => code)).toEqual(['purge-account']);
  });
});
