import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../../test/builders/dynamo.ts';
import { killer } from '../../../test/builders/killed.ts';
import { memoryS3 } from '../../../test/builders/memory-s3.ts';
import { hashPassword } from '../../accounts/password-hash.ts';
import { verifyCertificate } from '../../audit/certificate.ts';
import { canonical } from '../../audit/line.ts';
import type { ErasureMessage } from '../../messages/privacy.ts';
import { Accounts } from '../accounts.ts';
import { AuditChains } from '../audit-chains.ts';
import { CertificateKeys } from '../certificates.ts';
import { Erasures } from '../erasures.ts';
import { KeptFacts } from '../kept-facts.ts';
import { splitKey } from '../keys.ts';
import { Logins } from '../logins.ts';
import { ReportLedger } from '../report-ledger.ts';
import { DynamoSyncLedger } from '../sync-ledger.ts';
import { Tenants } from '../tenants.ts';
import { erasePerson, retryErasures } from './erase-person.ts';
import type { KeptPerson } from './kept-person.ts';
import { walkersOfPeople } from './stores-of-people.ts';

const at = '2026-11-22T03:00:00.000Z';
const now = () => at;
const buckets = { feeds: 'feeds', state: 'state', pages: 'pages', exchange: 'exchange' };
const mark = 'zilvermeeuw';
const erasureId = '01KAMSQ3R0000000000000000E';
let engine: TestDynamo;
let password: Awaited<ReturnType<typeof hashPassword>>;
beforeAll(async () => {
  password = await hashPassword('a-long-enough-password');
  engine = await startDynamo();
}, 30_000);
afterAll(() => engine?.stop());

async function world(district: string) {
  const { dynamo } = engine;
  const s3 = memoryS3({ versioned: ['feeds', 'exchange'] });
  const kill = killer(dynamo, s3.client);
  const ledger = new DynamoSyncLedger(dynamo, { syncs: testTables.syncs }, now);
  const erasures = new Erasures(dynamo, testTables.syncs);
  const keys = new CertificateKeys(dynamo, testTables.tenants);
  const sent: ErasureMessage[] = [];
  const walkers = walkersOfPeople({ dynamo, tables: testTables, s3: s3.client, buckets, now });
  const deps = {
    ...{ ledger, erasures, keys, walkers, now },
    queues: { plan: async () => {}, chunks: async () => {}, finish: async () => {} },
    queue: { send: async (message: ErasureMessage) => void sent.push(message) },
  };
  await fill(district, s3);
  const person: KeptPerson = {
    ...{ district, users: ['u-eve'], feedIds: [], enrollments: ['e-eve'], accounts: ['a-eve'] },
    words: ['u-eve', 'a-eve', mark, `${mark}@example.org`],
    names: [['Eve', 'Adler']],
  };
  await erasures.create(district, {
    ...{ erasureId, state: 'queued', by: 'client:x', at, keepOut: false, digest: 'd', person },
    ...{ syncs: 0, retries: 0, erased: {} },
  });
  /** In place of the planner: what it does when it is killed is shown by the simulation. */
  async function syncRoster(state: 'applied' | 'failed'): Promise<void> {
    const lane = await ledger.lane(district);
    for (const id of lane.value.queue) {
      const sync = await ledger.sync(district, id);
      if (sync === undefined) continue;
      const syncs = [{ ...sync, value: { ...sync.value, state, finishedAt: at } }];
      await ledger.write({ lane: { ...lane, value: { ...lane.value, queue: [] } }, syncs });
    }
  }
  const deliver = () => erasePerson(deps, { district, erasureId });
  return { s3, kill, deps, erasures, keys, sent, syncRoster, deliver };
}

/** Eve and Ada, everywhere. */
async function fill(district: string, s3: ReturnType<typeof memoryS3>): Promise<void> {
  const { dynamo } = engine;
  const tenants = new Tenants(dynamo, testTables);
  await tenants.createDistrict({ id: district, name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: at });
  const accounts = new Accounts(dynamo, testTables);
  const facts = new KeptFacts(dynamo, testTables);
  const reports = new ReportLedger(dynamo, testTables.reports);
  const logins = new Logins(dynamo, testTables.logins);
  const none = { approved: true, locked: false, ledgers: [], schools: [], asked: [] };
  for (const [name, word] of [
    ['eve', mark],
    ['ada', `lovelace-${district}`],
  ] as const) {
    const names = { username: word, email: `${word}@example.org`, createdAt: at };
    await accounts.create(district, { id: `a-${name}`, ...names, ...none }, []);
    await logins.setPassword(district, `a-${name}`, password);
    const id = `u-${name}`;
    await facts.put(district, { kind: 'record', type: 'student', id }, { emails: [names.email] });
    const personal = { about: id, after: { email: names.email } };
    const deed = { at, requestId: name, by: 'a-x', action: 'account-changed', outcome: 'done' } as const;
    await new AuditChains(dynamo, testTables.audit).append(district, [{ ...deed, what: {}, personal }]);
    const of = { account: 's1', folder: 'upload', kind: 'unknown', state: 'accepted', via: 'https' } as const;
    const report = {
      ...of,
      id: `r-${name}`,
      fileName: `${word}.csv`,
      by: `a-${name}`,
      at,
      until: at,
      revision: 1,
    };
    await reports.create(district, report, { line: { id: '1', at, what: 'received', by: `a-${name}` } });
    s3.put('exchange', `in/${district}/s1/upload/${word}.csv`, word);
    s3.put('exchange', `kept/${district}/r-${name}`, word);
    s3.put('feeds', `uploads/${district}/U-${name}/users.csv`, `sourcedId,email\nu-${name},${word}\n`);
    s3.put('pages', `${district}/p-${name}`, word);
  }
  const lines = ['eve', 'ada'].map((name) => `active\tu-${name}\t{"sourcedId":"u-${name}"}\n`);
  s3.put('state', `state/${district}/users/x.ndjson`, lines.join(''));
  s3.put('state', `problems/${district}/s1/part-0`, `{"value":"${mark}"}\n{"value":"other"}\n`);
  const related = ['u-eve', 'u-ada'].map((id) => ({ id, relationship: 'Parent' }));
  await facts.put(district, { kind: 'record', type: 'household', id: 'h-1' }, { students: related });
}

/** All items of the district, by table and key. */
async function items(district: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const TableName of Object.values(testTables)) {
    const { Items = [] } = await engine.dynamo.send(new ScanCommand({ TableName }));
    for (const { pk, sk, ...rest } of Items) {
      if (splitKey(`${pk}#${sk}`).includes(district)) found.set(`${TableName} ${pk} ${sk}`, canonical(rest));
    }
  }
  return found;
}

const isOfAda = ([key, text]: [string, string]) =>
  /ada|lovelace/.test(key + text) && !/eve|zilver/.test(key + text);

async function ended(
  { erasures, deps, s3, keys, deliver }: Awaited<ReturnType<typeof world>>,
  district: string,
) {
  const erasure = await erasures.find(district, erasureId);
  const certificate = verifyCertificate(erasure?.signed ?? '', await keys.published());
  // Once more: a delivery that comes late changes nothing, and signs nothing.
  await deliver();
  expect((await deps.erasures.find(district, erasureId))?.signed).toBe(erasure?.signed);
  const looked = Object.entries(certificate.stores).map(([store, { erased: _, ...rest }]) => [store, rest]);
  const left = Object.values(buckets).map((name) => s3.everything(name).replaceAll(district, 'D'));
  return { state: erasure?.state, person: erasure?.person, looked, left };
}

/** So many of the calls of an erasure are its last; before and after a call by turns. */
const kills = 12;

test('killed at any call and delivered again, an erasure ends as one that nobody killed, and others keep what they have', async () => {
  const calm = await world('calm');
  await calm.deliver();
  await calm.syncRoster('applied');
  calm.kill.killAt(Number.POSITIVE_INFINITY);
  await calm.deliver();
  const { calls } = calm.kill;
  const wanted = await ended(calm, 'calm');
  expect(wanted).toMatchObject({ state: 'done', person: undefined });
  expect(JSON.stringify(wanted.left)).not.toContain(mark);

  for (let k = 0; k < kills; k += 1) {
    const district = `killed-${k}`;
    const one = await world(district);
    const before = [...(await items(district))].filter(isOfAda);
    const n = 1 + Math.floor((k * calls) / kills) + (k % 2) / 2;
    for (let delivery = 0; (await one.erasures.find(district, erasureId))?.state !== 'done'; delivery += 1) {
      expect(delivery).toBeLessThan(9);
      // The first deliveries die, each of them a little later.
      if (delivery < 3) one.kill.killAt(n + delivery * 7);
      await one.deliver().catch(() => undefined);
      one.kill.revive();
      await one.syncRoster('applied');
    }
    expect([n, await ended(one, district)]).toEqual([n, wanted]);
    const after = await items(district);
    for (const [key, text] of before) expect([n, key, after.get(key)]).toEqual([n, key, text]);
    expect([n, [...after].filter(([key, text]) => (key + text).includes(mark))]).toEqual([n, []]);
  }
}, 240_000);

test('an erasure that cannot be ended says which store is left, is tried for seven nights, and then told of', async () => {
  const one = await world('stuck');
  const { uploads } = one.deps.walkers;
  one.deps.walkers.uploads = { ...uploads, erase: async () => 0 };
  await one.deliver();
  await one.syncRoster('applied');
  await one.deliver();
  expect(await one.erasures.find('stuck', erasureId)).toMatchObject({
    state: 'incomplete',
    left: ['uploads'],
  });
  const told: string[] = [];
  const night = () =>
    retryErasures({ ...one.deps, givenUp: ({ erasure, left }) => told.push(`${erasure} ${left}`) }, 'stuck');
  for (let nights = 1; nights <= 7; nights += 1) {
    one.sent.length = 0;
    await night();
    expect([one.sent.length, told]).toEqual([1, []]);
    await one.deliver();
  }
  one.sent.length = 0;
  await night();
  expect([one.sent, told]).toEqual([[], [`${erasureId} uploads`]]);
  // Somebody has mended it.
  one.deps.walkers.uploads = uploads;
  await one.deliver();
  const done = await one.erasures.find('stuck', erasureId);
  expect([done?.state, done?.left, done?.person]).toEqual(['done', undefined, undefined]);
}, 60_000);

test('syncs that fail leave the roster, and the next night asks for others', async () => {
  const one = await world('failing');
  for (let tries = 0; tries < 20; tries += 1) {
    await one.deliver();
    await one.syncRoster('failed');
  }
  expect(await one.erasures.find('failing', erasureId)).toMatchObject({
    state: 'incomplete',
    left: ['roster'],
  });
  await retryErasures({ ...one.deps, givenUp: () => undefined }, 'failing');
  await one.deliver();
  await one.syncRoster('applied');
  await one.deliver();
  expect(await one.erasures.find('failing', erasureId)).toMatchObject({ state: 'done' });
}, 60_000);
