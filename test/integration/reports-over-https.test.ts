import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { objectCreatedEvent } from '../../infra/local/sources/bucket-source.ts';
import type { Local } from '../../infra/local/stack.ts';
import type { ReportView } from '../../shared/messages/reports.ts';
import { exchangeKey } from '../../shared/reports/exchange-keys.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { Api } from '../builders/api.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed11 } from '../builders/oneroster-feed.ts';
import { until } from '../builders/until.ts';

const base = '/v1/districts/north';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

let local: Local;
let operator: Api;
let dynamo: DynamoDBClient;
let ledger: ReportLedger;
/** Machines that act as people: `ada` and `bea` hold ftp of school s1, `cleo` of s2. */
const people: Record<string, { api: Api; account: string; assignment: string }> = {};

beforeAll(async () => {
  local = await startLocal();
  dynamo = new DynamoDBClient({ endpoint: local.endpoints.dynamodb, region: 'us-east-1', credentials });
  ledger = new ReportLedger(DynamoDBDocumentClient.from(dynamo), 'rolebook-reports');
  operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict('north');
  await operator.sync('north', await feedZip(feed11()));
  for (const [name, account] of [
    ['ada', 's1'],
    ['bea', 's1'],
    ['cleo', 's2'],
  ] as const) {
    people[name] = await holder(name, account);
  }
}, 120_000);

afterAll(async () => {
  dynamo?.destroy();
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

async function holder(name: string, school: string) {
  const who = { username: name, email: `${name}@north.test`, approved: true, webId: name };
  const { id: account } = await operator.ok<{ id: string }>('POST', `${base}/accounts`, who);
  const scope = { type: 'account', ids: [school] };
  const given = { user: account, system: 'nsc', role: 'ftp', scope };
  const { id: assignment } = await operator.ok<{ id: string }>('POST', `${base}/assignments`, given);
  const client = { name, scopes: ['rolebook.district:north'], user: account };
  const made = await operator.ok<{ clientId: string; clientSecret: string }>(
    'POST',
    `${base}/clients`,
    client,
  );
  return { api: await Api.signIn(local.url, made), account, assignment };
}

function as(name: string): Api {
  const found = people[name];
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found.api;
}

/** Until it has been looked at; where nobody looks, this does. */
async function looked(id: string): Promise<void> {
  await until('the report has been looked at', async () => {
    const report = await ledger.find('north', id);
    if (report === undefined || report.state === 'awaited') return false;
    if (report.state !== 'received') return true;
    const line = { id: 'looked', at: new Date().toISOString(), what: 'accepted' };
    return ledger.change('north', report, { ...report, state: 'accepted' }, { line });
  });
}

test('a file goes up by a presigned address, is one report however often S3 tells of it, and comes down as it was', async () => {
  const content = Buffer.from('ST1;Grads;ü\r\n'.repeat(1000));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const file = {
    account: 's1',
    folder: 'upload',
    fileName: 'Abgänger 2026.csv',
    size: content.length,
    sha256,
  };
  const made = await as('ada').ok<ReportView>('POST', `${base}/reports`, file);
  if (made.upload === undefined || !('url' in made.upload)) throw new Error('There is no address.');
  const { url, headers } = made.upload;
  expect((await fetch(url, { method: 'PUT', headers, body: new Uint8Array(content) })).status).toBe(200);
  await looked(made.id);

  const key = exchangeKey('north', { account: 's1', folder: 'upload', fileName: file.fileName });
  const s3 = new S3Client({
    endpoint: local.endpoints.s3,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
  });
  const head = await s3.send(new HeadObjectCommand({ Bucket: 'rolebook-exchange', Key: key }));
  s3.destroy();
  const again = {
    bucket: 'rolebook-exchange',
    key,
    size: content.length,
    etag: head.ETag?.replaceAll('"', '') ?? '',
  };
  await local.functions.get('rolebook-local-receive-report')?.invoke(objectCreatedEvent(again));

  const { items } = await as('bea').ok<{ items: ReportView[] }>('GET', `${base}/reports`);
  expect(items).toMatchObject([
    {
      id: made.id,
      account: 's1',
      fileName: file.fileName,
      size: content.length,
      via: 'https',
      by: people.ada?.account,
    },
  ]);
  const path = `${base}/reports/${made.id}`;
  const lines = async () =>
    (await as('ada').ok<{ items: { what: string }[] }>('GET', `${path}/ledger`)).items.map(
      ({ what }) => what,
    );
  expect((await lines()).filter((what) => what === 'received')).toHaveLength(1);

  const answer = await as('bea').follow(`${path}/download`);
  expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''Abg%C3%A4nger%202026.csv");
  const got = Buffer.from(await answer.arrayBuffer());
  expect(createHash('sha256').update(got).digest('hex')).toBe(sha256);
  expect((await lines()).filter((what) => what === 'downloaded')).toHaveLength(1);

  expect(await as('cleo').ok('GET', `${base}/reports`)).toEqual({ items: [] });
  for (const more of ['', '/ledger', '/download'])
    expect((await as('cleo').call('GET', `${path}${more}`)).status).toBe(404);

  await operator.ok('DELETE', `${base}/assignments/${people.bea?.assignment}`);
  for (const more of ['', '/ledger', '/download'])
    expect((await as('bea').call('GET', `${path}${more}`)).status).toBe(403);
}, 60_000);

test('a large file goes up in parts, and is a report once they are joined', async () => {
  const folder = { account: 's1', folder: 'upload', fileName: 'late.csv' } as const;
  const made = await as('ada').ok<ReportView>('POST', `${base}/reports`, { ...folder, size: 9 * 1024 ** 2 });
  if (made.upload === undefined || !('parts' in made.upload)) throw new Error('There are no parts.');
  const path = `${base}/reports/${made.id}`;
  expect((await as('ada').call('POST', `${path}/completion`)).status).toBe(409);
  const content = new Uint8Array(9 * 1024 ** 2);
  for (const { url, from, to } of made.upload.parts)
    expect((await fetch(url, { method: 'PUT', body: content.subarray(from, to) })).status).toBe(200);
  await as('ada').ok('POST', `${path}/completion`);
  await until(
    'the parts have become a report',
    async () => (await ledger.find('north', made.id))?.state !== 'awaited',
  );
  expect(await ledger.find('north', made.id)).toMatchObject({ size: content.length, via: 'https' });
}, 60_000);
