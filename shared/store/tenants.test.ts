import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { headCopies, headKey } from './keys.ts';
import { SigningKeys } from './signing-keys.ts';
import { Tenants } from './tenants.ts';

let engine: TestDynamo;
let tenants: Tenants;
const now = new Date('2026-11-21T12:00:00Z');

beforeAll(async () => {
  engine = await startDynamo();
  tenants = new Tenants(engine.dynamo, testTables);
});
afterAll(() => engine.stop());

const district = (id: string) => ({
  id,
  name: 'Somewhere',
  timeZone: 'America/New_York',
  schoolYear: 2027,
  createdAt: now.toISOString(),
});

describe('districts', () => {
  test('a new district comes with all copies of its head', async () => {
    await tenants.createDistrict(district('d-1'));
    expect(await tenants.findDistrict('d-1')).toEqual(district('d-1'));
    const heads = await Promise.all(
      Array.from({ length: headCopies }, (_, copy) =>
        engine.dynamo.send(new GetCommand({ TableName: testTables.access, Key: headKey('d-1', copy) })),
      ),
    );
    for (const { Item } of heads) {
      expect(Item).toMatchObject({ committed: 0, revision: 0, timeZone: 'America/New_York', settings: {} });
    }
  });

  test('an id is taken once, also by two at the same time', async () => {
    const outcomes = await Promise.allSettled([
      tenants.createDistrict(district('d-race')),
      tenants.createDistrict(district('d-race')),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(tenants.createDistrict(district('d-race'))).rejects.toMatchObject({
      code: 'district-exists',
    });
  });

  test('pages of a list join to all districts, each once', async () => {
    for (const id of ['p-1', 'p-2', 'p-3']) await tenants.createDistrict(district(id));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await tenants.listDistricts({ limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(seen.toSorted());
    expect(seen).toEqual(expect.arrayContaining(['p-1', 'p-2', 'p-3']));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('a cursor of somebody’s own making is refused', async () => {
    await expect(tenants.listDistricts({ limit: 2, cursor: 'bm9wZQ' })).rejects.toMatchObject({
      code: 'cursor-invalid',
    });
  });
});

describe('clients', () => {
  const make = (id: string, scopes = ['access.evaluate']) =>
    tenants.createClient({ district: 'd-1', name: 'lookups', scopes, now, id });

  test('a client is known by its own secret and no other', async () => {
    const { client, clientSecret } = await make('a');
    expect(clientSecret).toHaveLength(43);
    expect(await tenants.authenticateClient(client.clientId, clientSecret)).toEqual(client);
    expect(await tenants.authenticateClient(client.clientId, `${clientSecret}x`)).toBeUndefined();
    expect(await tenants.authenticateClient('d-1.nobody', clientSecret)).toBeUndefined();
    expect(await tenants.authenticateClient('d-1.nobody', '')).toBeUndefined();
  });

  test('lists and look-ups show no trace of a secret', async () => {
    const { client } = await make('b');
    expect(JSON.stringify(await tenants.listClients('d-1', { limit: 100 }))).not.toContain('ecret');
    expect(JSON.stringify(await tenants.findClient(client.clientId))).not.toContain('ecret');
  });

  test('a revoked client is no more', async () => {
    const { client, clientSecret } = await make('c');
    expect(await tenants.revokeClient(client.clientId)).toBe(true);
    expect(await tenants.revokeClient(client.clientId)).toBe(false);
    expect(await tenants.authenticateClient(client.clientId, clientSecret)).toBeUndefined();
  });

  test('the operator’s client can be made again with the secret it has', async () => {
    const wanted = {
      name: 'first',
      scopes: ['rolebook.operator'],
      now,
      id: 'operator',
      secret: 's'.repeat(43),
    };
    const first = await tenants.createClient(wanted);
    expect(await tenants.createClient(wanted)).toEqual(first);
    expect(await tenants.authenticateClient('operator', wanted.secret)).toEqual(first.client);
  });

  test('a district called like the operator’s partition keeps its clients apart', async () => {
    const { client } = await tenants.createClient({
      district: 'operator-clients',
      name: 'x',
      scopes: [],
      now,
      id: 'operator',
    });
    expect(client.clientId).toBe('operator-clients.operator');
    expect((await tenants.findClient('operator'))?.name).toBe('first');
  });
});

describe('signing keys', () => {
  test('whoever asks first makes the pair, and all get the same', async () => {
    const both = await Promise.all([
      new SigningKeys(engine.dynamo, testTables.tenants).signing(),
      new SigningKeys(engine.dynamo, testTables.tenants).signing(),
    ]);
    expect(both[0]).toEqual(both[1]);
    const verifying = await new SigningKeys(engine.dynamo, testTables.tenants).verifying();
    expect(Object.keys(verifying)).toEqual([both[0]?.kid]);
    expect(JSON.stringify(verifying)).not.toContain('"d":');
  });
});
