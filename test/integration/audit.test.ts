import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { chainCount } from '../../shared/audit/chain.ts';
import { auditDetailsPartition, auditPartition } from '../../shared/store/keys.ts';
import { Api } from '../builders/api.ts';
import { startLocal } from '../builders/local.ts';
import { runCommand } from '../builders/run-command.ts';

type Entry = {
  line: { chain: number; sequence: number; action: string; by: string; route: string; from: string };
  detail?: unknown;
};

const TableName = 'rolebook-audit';
let local: Local;
let operator: Api;
let north: Api;
let dynamo: DynamoDBDocumentClient;

beforeAll(async () => {
  local = await startLocal();
  operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict('north');
  const client = await operator.ok<{ clientId: string; clientSecret: string }>(
    'POST',
    '/v1/districts/north/clients',
    { name: 'SIS', scopes: ['rolebook.district:north'] },
  );
  north = await Api.signIn(local.url, client);
  dynamo = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: local.endpoints.dynamodb,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  );
}, 120_000);

afterAll(async () => {
  dynamo?.destroy();
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

const verify = (...more: string[]) =>
  runCommand(['audit', 'verify', '--district', 'north', ...more], {
    ROLEBOOK_API: local.url,
    ROLEBOOK_CLIENT_ID: local.operator.clientId,
    ROLEBOOK_CLIENT_SECRET: local.operator.clientSecret,
  });

async function itemsOf(partition: string) {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': partition },
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** Puts something else in the place of an item, or nothing; gives back what puts it right again. */
async function tamper(item: Record<string, unknown>, instead: Record<string, unknown> | undefined) {
  const Key = { pk: item.pk, sk: item.sk };
  if (instead === undefined) await dynamo.send(new DeleteCommand({ TableName, Key }));
  else await dynamo.send(new PutCommand({ TableName, Item: { ...item, ...instead } }));
  return () => dynamo.send(new PutCommand({ TableName, Item: item }));
}

test('a deed, a read and the reading of the audit are lines, and verification finds what somebody changes', async () => {
  const wanted = { username: 'ada', email: 'ada@example.org' };
  const account = await north.ok<{ id: string }>('POST', '/v1/districts/north/accounts', wanted);
  await north.ok('PATCH', `/v1/districts/north/accounts/${account.id}`, { email: 'eve@example.org' });
  await north.ok('GET', `/v1/districts/north/accounts/${account.id}`);
  const page = () => north.ok<{ items: Entry[] }>('GET', '/v1/districts/north/audit?limit=1000');
  await page();
  const { items } = await page();
  const told = items.map(({ line }) => `${line.route} ${line.action} ${line.by.replace(/\..*/, '')}`);
  expect(told).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^createDistrict district-created client:/),
      'createAccount account-created client:north',
      'getAccount read client:north',
      'readAudit read client:north',
    ]),
  );
  const change = items.find(({ line }) => line.action === 'account-changed');
  expect(change).toMatchObject({
    line: { from: '127.0.0.0/24' },
    detail: { before: { email: 'ada@example.org' }, after: { email: 'eve@example.org' } },
  });
  expect(JSON.stringify(items.map(({ line }) => line))).not.toContain('example.org');

  await north.ok('POST', '/v1/districts/north/audit/seals');
  const seals = join(local.dataDir, 'seals.ndjson');
  const clean = await verify('--seals', seals);
  expect([clean.code, clean.out]).toEqual([0, expect.stringContaining('Whole')]);
  const chains = await Promise.all(
    Array.from({ length: chainCount }, (_, chain) => itemsOf(auditPartition('north', chain))),
  );
  const [chain, lines] = chains
    .map((some, at) => [at, some.filter(({ sk }) => sk !== 'head')] as const)
    .reduce((a, b) => (b[1].length > a[1].length ? b : a));
  const [first] = lines;
  const sealed = items.filter(({ line }) => line.chain === chain).length;
  const last = lines.find(({ sk }) => Number(sk) === sealed);
  const [detail] = await itemsOf(auditDetailsPartition('north', account.id));
  if (first === undefined || last === undefined || detail === undefined) throw new Error('There are lines.');

  const undoEdit = await tamper(first, { line: String(first.line).replace('"done"', '"failed"') });
  expect(await verify()).toMatchObject({
    code: 1,
    out: expect.stringContaining(`chain ${chain}: line 1 is not as`),
  });
  await undoEdit();
  const undoCut = await tamper(first, undefined);
  expect((await verify()).out).toMatch(new RegExp(`chain ${chain}: line 1 is not`));
  await undoCut();
  const undoErase = await tamper(detail, undefined);
  expect((await verify()).out).toContain('has lost its details');
  await undoErase();
  expect((await verify('--seals', seals)).code).toBe(0);
  for (const line of lines.filter(({ sk }) => Number(sk) >= sealed)) await tamper(line, undefined);
  expect(await verify('--seals', seals)).toMatchObject({
    code: 1,
    out: expect.stringContaining(`chain ${chain}: line ${sealed} is not there`),
  });
}, 120_000);

test('what the operator does to no district has an audit and a seal of its own', async () => {
  await operator.ok('POST', '/v1/audit/seals');
  const { items } = await operator.ok<{ items: Entry[] }>('GET', '/v1/audit?action=audit-sealed');
  expect(items.map(({ line }) => line.route)).toEqual(['sealOperatorAudit']);
  expect((await north.call('GET', '/v1/audit')).status).toBe(403);
});
