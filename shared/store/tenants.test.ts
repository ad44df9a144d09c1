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
    expect(await tenants.authenticateClient(client.clientId, clientSecret, now)).toEqual(client);
    expect(await tenants.authenticateClient(client.clientId, `${clientSecret}x`, now)).toBeUndefined();
    expect(await tenants.authenticateClient('d-1.nobody', clientSecret, now)).toBeUndefined();
    expect(await tenants.authenticateClient('d-1.nobody', '', now)).toBeUndefined();
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
    expect(await tenants.authenticateClient(client.clientId, clientSecret, now)).toBeUndefined();
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
    expect(await tenants.authenticateClient('operator', wanted.secret, now)).toEqual(first.client);
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

describe('a client’s secret', () => {
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  const isGood = async (clientId: string, secret: string | undefined, at = now) =>
    (await tenants.authenticateClient(clientId, secret ?? '', at)) !== undefined;

  test('is good beside the one that takes its place until its time is over', async () => {
    const { client, clientSecret: old } = await tenants.createClient({
      ...{ district: 'd-1', name: 'n', scopes: [], now, id: 'rotated' },
    });
    const { clientId } = client;
    const fresh = await tenants.rotateSecret(clientId, { until: later(60).toISOString(), now });
    expect([await isGood(clientId, old, later(59)), await isGood(clientId, fresh)]).toEqual([true, true]);
    expect([await isGood(clientId, old, later(60)), await isGood(clientId, fresh, later(60))]).toEqual([
      false,
      true,
    ]);
    const third = await tenants.rotateSecret(clientId, { until: later(60).toISOString(), now });
    // One before at most.
    expect([await isGood(clientId, old), await isGood(clientId, fresh)]).toEqual([false, true]);
    expect(await tenants.endFormerSecret(clientId)).toBe(true);
    expect([await isGood(clientId, fresh), await isGood(clientId, third)]).toEqual([false, true]);
    expect(await isGood(clientId, '')).toBe(false);
    const { secretSince, ...rest } = (await tenants.findClient(clientId)) ?? {};
    expect(secretSince).toBe(now.toISOString());
    expect(JSON.stringify(rest)).not.toMatch(/secret|former/i);
  });

  test('changes once where several ask at the same time', async () => {
    const { client } = await tenants.createClient({
      district: 'd-1',
      name: 'n',
      scopes: [],
      now,
      id: 'raced',
    });
    const asked = Array.from({ length: 5 }, () =>
      tenants.rotateSecret(client.clientId, { until: now.toISOString(), now }),
    );
    const given = (await Promise.allSettled(asked)).flatMap((one) =>
      one.status === 'fulfilled' ? [one.value] : [],
    );
    expect(given.length).toBeGreaterThan(0);
    const good = await Promise.all(given.map((secret) => isGood(client.clientId, secret)));
    expect(good.filter(Boolean)).toHaveLength(1);
  });

  test('of nobody cannot change', async () => {
    expect(await tenants.rotateSecret('d-1.nobody', { until: now.toISOString(), now })).toBeUndefined();
    expect(await tenants.endFormerSecret('d-1.nobody')).toBe(false);
  });
});

describe('signing keys', () => {
  const keys = () => new SigningKeys(engine.dynamo, testTables.tenants);
  const day = 24 * 3600 * 1000;
  const inMs = (ms: number) => new Date(now.getTime() + ms);

  test('whoever asks first makes the pair, and all get the same', async () => {
    const both = await Promise.all([keys().signing(now), keys().signing(now)]);
    expect(both[0]).toEqual(both[1]);
    const verifying = await keys().verifying(now);
    expect(Object.keys(verifying)).toEqual([both[0]?.kid]);
    expect(JSON.stringify(verifying)).not.toContain('"d":');
  });

  test('a former key verifies until the last of its tokens has ended', async () => {
    const { kid: former } = await keys().signing(now);
    const { kid } = await keys().rotate(now, 'keep');
    expect((await keys().signing(now)).kid).toBe(kid);
    expect(Object.keys(await keys().verifying(inMs(3600_000))).sort()).toEqual([former, kid].sort());
    expect(Object.keys(await keys().verifying(inMs(3660_001)))).toEqual([kid]);
  });

  test('several rotations at the same time make one key', async () => {
    const before = Object.keys(await keys().verifying(now));
    const made = await Promise.all(Array.from({ length: 6 }, () => keys().rotate(now, 'keep')));
    expect(new Set(made.map(({ kid }) => kid)).size).toBe(1);
    expect(Object.keys(await keys().verifying(now))).toHaveLength(before.length + 1);
  });

  test('a key that somebody has seen ends with all before it', async () => {
    const { kid } = await keys().rotate(now, 'end');
    expect(Object.keys(await keys().verifying(now))).toEqual([kid]);
  });

  test('a key makes room for another after ninety days', async () => {
    const { kid } = await keys().signing(now);
    expect((await keys().signing(inMs(89 * day))).kid).toBe(kid);
    const next = await Promise.all([keys().signing(inMs(90 * day)), keys().signing(inMs(90 * day))]);
    expect(next[0]?.kid).toBe(next[1]?.kid);
    expect(next[0]?.kid).not.toBe(kid);
    expect(Object.keys(await keys().verifying(inMs(90 * day))).sort()).toEqual([kid, next[0]?.kid].sort());
  });
});
