import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { bucketNames } from '../../infra/names.ts';
import type { FeedView } from '../../shared/messages/districts.ts';
import type { SyncView } from '../../shared/messages/syncs.ts';
import { Api } from '../builders/api.ts';
import { startLocal } from '../builders/local.ts';
import { startTinyApi, type TinyApi } from '../builders/tiny-api/server.ts';
import { withTinyApi } from '../builders/tiny-api/stack.ts';

const token = 'tkn-b1946ac92492d2347c6235b4d2611184';
const path = '/v1/districts/north';
let local: Local;
let operator: Api;
let vendor: TinyApi;

beforeAll(async () => {
  const people = Array.from({ length: 5 }, (_, at) => ({ id: `p${at}`, given: 'Given', family: 'Family' }));
  vendor = await startTinyApi(token, people);
  local = await startLocal(withTinyApi);
  operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict('north');
}, 120_000);

afterAll(async () => {
  await local?.stop();
  await vendor?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

const settings = () => ({ format: 'oneroster-rest', source: { url: vendor.url, credentials: { token } } });

async function pull(more: object = {}): Promise<SyncView> {
  const started = await operator.call('POST', `${path}/syncs`, { feed: 'api', ...more });
  expect(started.status).toBe(202);
  return operator.rested('north', (started.body as SyncView).syncId);
}

const feed = () => operator.ok<FeedView>('GET', `${path}/feeds/api`);

test('a feed of an API is pulled page by page, and its sync is applied', { timeout: 90_000 }, async () => {
  await operator.ok('PUT', `${path}/feeds/api`, settings());
  vendor.refusals.push({ status: 503, headers: { 'retry-after': '0' } });
  const sync = await pull();
  expect(sync).toMatchObject({
    ...{ state: 'applied', counts: { users: { created: 5 }, orgs: { created: 1 } } },
    pull: { mode: 'full', objects: 5, tries: 1 },
  });
  expect(vendor.seen).toEqual([0, 0, 1, 2].map((page) => `/api/people?page=${page}`));
  expect(await feed()).toMatchObject({ lastPull: { state: 'pulled', syncId: sync.syncId } });
  const upload = await operator.ok<{ files: { fileName: string }[] }>(
    'GET',
    `${path}/uploads/${sync.upload}`,
  );
  expect(upload.files.map(({ fileName }) => fileName)).toEqual(['people.jsonl', 'pull.jsonl']);
});

test('the next pull brings what has changed, and one without anything new ends by itself', {
  timeout: 90_000,
}, async () => {
  vendor.people[1] = { id: 'p1', given: 'New', family: 'Family' };
  vendor.changed = new Set(['p1', 'p2', 'p3']);
  const changed = await pull();
  expect(changed).toMatchObject({
    ...{ state: 'applied', counts: { users: { received: 3, updated: 1 } } },
    pull: { mode: 'delta', objects: 3 },
  });
  vendor.changed = new Set();
  expect(await pull()).toMatchObject({ state: 'applied', pull: { mode: 'delta', unchanged: true } });
  expect(vendor.seen.at(-1)).toContain('since=');
  expect((await pull({ mode: 'full', only: { users: ['p1'] } })).pull).toMatchObject({
    mode: 'full',
    objects: 5,
  });
});

test('a refused token is shown without the token, and the roster stands', { timeout: 90_000 }, async () => {
  vendor.token = 'another';
  const sync = await pull();
  expect(sync).toMatchObject({ state: 'rejected', rejection: { code: 'vendor-refused' } });
  expect((await feed()).lastPull).toMatchObject({ state: 'rejected', message: 'The vendor refused ….' });
  expect((await operator.ok<{ givenName: string }>('GET', `${path}/users/p1`)).givenName).toBe('New');
});

test('what a feed signs in with is in its secret, and nowhere else', { timeout: 90_000 }, async () => {
  const settingsSeen = JSON.stringify([await feed(), await operator.ok('GET', `${path}/feeds`)]);
  expect(settingsSeen).toContain('"set":true');
  const places: [string, string][] = [
    ['settings', settingsSeen],
    ['syncs', JSON.stringify(await operator.ok('GET', `${path}/syncs`))],
    ...(await tablesOf(local)),
    ...(await objectsOf(local)),
    ...filesBelow(join(local.dataDir, 'logs')),
  ];
  expect(places.length).toBeGreaterThan(20);
  expect(places.filter(([, text]) => text.includes(token)).map(([place]) => place)).toEqual([]);
  const secrets = join(local.dataDir, 'secrets', 'secrets.json');
  expect([statSync(secrets).mode & 0o777, readFileSync(secrets, 'utf8').includes(token)]).toEqual([
    0o600,
    true,
  ]);
  const holding = filesBelow(local.dataDir).filter(([, text]) => text.includes(token));
  expect(holding.map(([place]) => place)).toEqual([secrets]);
});

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

async function tablesOf({ endpoints }: Local): Promise<[string, string][]> {
  const dynamo = new DynamoDBClient({ region: 'us-east-1', credentials, endpoint: endpoints.dynamodb });
  const { TableNames = [] } = await dynamo.send(new ListTablesCommand());
  const scanned = await Promise.all(
    TableNames.map(async (TableName): Promise<[string, string]> => {
      const { Items, LastEvaluatedKey } = await dynamo.send(new ScanCommand({ TableName }));
      expect([TableName, LastEvaluatedKey]).toEqual([TableName, undefined]);
      return [TableName, JSON.stringify(Items)];
    }),
  );
  dynamo.destroy();
  return scanned;
}

async function objectsOf({ endpoints, declaration }: Local): Promise<[string, string][]> {
  const s3 = new S3Client({ region: 'us-east-1', credentials, endpoint: endpoints.s3, forcePathStyle: true });
  const buckets = declaration.ofType('AWS::S3::Bucket').map(({ logicalId }) => logicalId);
  expect(buckets).toHaveLength(bucketNames.length);
  const found: [string, string][] = [];
  for (const Bucket of bucketNames.map((name) => `rolebook-${name}`)) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      found.push([`${Bucket}/${Key}`, (await Body?.transformToString()) ?? '']);
    }
  }
  s3.destroy();
  return found;
}

function filesBelow(directory: string): [string, string][] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file): [string, string] => [file, readFileSync(file, 'latin1')]);
}
