import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aPerson } from '../../test/builders/access-facts.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { RoundTrips } from '../../test/builders/round-trips.ts';
import { commit, storeDistrict } from '../../test/builders/stored-district.ts';
import type { AccessQuestion } from '../access/facts.ts';
import { AccessStore } from './access-store.ts';
import { accessKey } from './keys.ts';
import { Tenants } from './tenants.ts';

const [district, busy] = ['d-1', 'd-2'];

let engine: TestDynamo;
let trips: RoundTrips;
let access: AccessStore;

beforeAll(async () => {
  engine = await startDynamo();
  trips = new RoundTrips(engine.dynamo);
  const people = Array.from({ length: 200 }, (_, i) => aPerson(`u-${i}`, { orgIds: ['s-1'] }));
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  for (const id of [district, busy]) {
    await new Tenants(engine.dynamo, testTables).createDistrict({ id, ...at });
    await storeDistrict(engine.dynamo, id, { people });
  }
});
afterAll(() => engine.stop());
beforeEach(() => {
  access = new AccessStore(engine.dynamo, testTables.access);
});

const question = (subject: number, resource: number): AccessQuestion => ({
  subject: { type: 'user', id: `u-${subject}` },
  action: { name: 'hmh:roster.view' },
  resource: { type: 'student', id: `u-${resource}` },
});
const hundred = Array.from({ length: 100 }, (_, i) => question(i, 100 + i));

describe('the facts of a hundred questions', () => {
  test('that share nothing take three batches and two round trips, on an instance that has seen nothing', async () => {
    const { answer, trips: made, calls } = await trips.of(() => access.manyCheckFacts(district, hundred));
    expect([made, calls]).toEqual([2, 3]);
    expect(answer?.checks).toHaveLength(100);
    for (const [at, check] of (answer?.checks ?? []).entries()) {
      expect([check.subject?.id, check.resource?.id]).toEqual([`u-${at}`, `u-${100 + at}`]);
    }
  });

  test('by one subject take no more, the first time and every other', async () => {
    const mine = Array.from({ length: 100 }, (_, i) => question(0, 1 + i));
    for (const _ of [1, 2]) {
      const { trips: made, calls } = await trips.of(() => access.manyCheckFacts(district, mine));
      expect([made, calls]).toEqual([2, 3]);
    }
  });

  test('that ask the same read it once', async () => {
    const same = Array.from({ length: 100 }, () => question(0, 1));
    await access.manyCheckFacts(district, same);
    const { trips: made, calls } = await trips.of(() => access.manyCheckFacts(district, same));
    expect([made, calls]).toEqual([1, 1]);
  });

  test('are those that each question has alone', async () => {
    const many = await access.manyCheckFacts(district, hundred);
    for (const at of [0, 42, 99]) {
      const asked = hundred[at] ?? question(0, 0);
      expect(many?.checks[at]).toEqual(await access.checkFacts(district, asked));
    }
  });
});

test('many facts are of one committed roster while a sync writes', async () => {
  const orgs = async () => {
    const many = await access.manyCheckFacts(busy, hundred);
    return new Set(
      many?.checks.map(
        ({ resource }) => resource && 'person' in resource && resource.person.roster?.orgIds[0],
      ),
    );
  };
  const now = { ...aPerson('x').roster, orgIds: ['s-2'] };
  const prev = { ...aPerson('x').roster, orgIds: ['s-1'] };
  const write = (id: string) =>
    engine.dynamo.send(
      new PutCommand({
        TableName: testTables.access,
        Item: { ...accessKey(busy, 'person', id), g: 2, now, pg: 1, prev },
      }),
    );
  for (let i = 100; i < 150; i += 1) await write(`u-${i}`);
  expect(await orgs()).toEqual(new Set(['s-1']));
  for (let i = 150; i < 200; i += 1) await write(`u-${i}`);
  await commit(engine.dynamo, busy, 2);
  expect(await orgs()).toEqual(new Set(['s-2']));
});

test('an item that is two commits ahead is not answered from', async () => {
  const item = { ...accessKey(busy, 'person', 'u-150'), g: 4, now: {}, pg: 3, prev: {} };
  await engine.dynamo.send(new PutCommand({ TableName: testTables.access, Item: item }));
  await expect(access.manyCheckFacts(busy, hundred)).rejects.toMatchObject({ code: 'store-unavailable' });
});

test('many facts no older than a token of the future are refused, and those of no district are none', async () => {
  const atLeast = { committed: 9, revision: 0 };
  await expect(access.manyCheckFacts(district, hundred, { atLeast })).rejects.toMatchObject({
    code: 'token-unknown',
  });
  expect(await access.manyCheckFacts('nowhere', hundred)).toBeUndefined();
});
