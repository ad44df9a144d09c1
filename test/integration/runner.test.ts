import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningStack, startStack } from '../../infra/local/run-stack.ts';
import { region } from '../../infra/local/template.ts';
import { synthesizeFixture } from './runner/app.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'rolebook-runner-'));
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
let stack: RunningStack;

beforeAll(async () => {
  stack = await start();
});
afterAll(async () => {
  await stack?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function start(): Promise<RunningStack> {
  return startStack({ port: 0, dataDir, synthesize: synthesizeFixture, maxVisibilitySeconds: 1 });
}

async function times(pk: string): Promise<number> {
  const dynamo = new DynamoDBClient({ region, credentials, endpoint: stack.endpoints.dynamodb });
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: 'rolebook-seen', Key: { pk: { S: pk } }, ConsistentRead: true }),
  );
  return Number(Item?.times?.N ?? 0);
}

async function eventually(what: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (await what()) return;
    await sleep(100);
  }
  throw new Error('It did not come about within 15 s');
}

async function send(body: string): Promise<void> {
  const sqs = new SQSClient({ region, credentials, endpoint: stack.endpoints.sqs });
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl('rolebook-work'), MessageBody: body }));
}

function queueUrl(name: string): string {
  return `${stack.endpoints.sqs}/000000000000/${name}`;
}

async function messagesIn(name: string): Promise<number> {
  const sqs = new SQSClient({ region, credentials, endpoint: stack.endpoints.sqs });
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes?.ApproximateNumberOfMessages) +
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
  );
}

test('gives a request as payload format 2.0 does, and answers with what the function says', async () => {
  const response = await fetch(`${stack.url}/echo?tag=a&tag=b%20c`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: 'x=1; y=2' },
    body: '{"é":1}',
  });
  expect(response.status).toBe(200);
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(response.headers.get('x-remaining')).toBe('true');
  expect(await response.json()).toMatchObject({
    version: '2.0',
    routeKey: 'POST /echo',
    rawPath: '/echo',
    rawQueryString: 'tag=a&tag=b%20c',
    queryStringParameters: { tag: 'a,b c' },
    cookies: ['x=1', 'y=2'],
    body: '{"é":1}',
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST', path: '/echo' }, routeKey: 'POST /echo', stage: '$default' },
  });
});

test('encodes a body that is not text, and decodes parameters in the path', async () => {
  const posted = await fetch(`${stack.url}/echo`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/zip' },
    body: new Uint8Array([0, 255]),
  });
  expect(await posted.json()).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
  const got = await fetch(`${stack.url}/echo/a%20b%2Fc`);
  expect(await got.json()).toMatchObject({ pathParameters: { id: 'a b/c' }, rawPath: '/echo/a b/c' });
});

test('prefers a literal segment, and takes an answer without a status for the body', async () => {
  const response = await fetch(`${stack.url}/echo/fixed`);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({ plain: true });
});

test('answers as API Gateway does what no function is asked', async () => {
  for (const [path, method] of [
    ['/nowhere', 'GET'],
    ['/echo', 'DELETE'],
    ['/echo/', 'GET'],
  ] as const) {
    const response = await fetch(stack.url + path, { method });
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
  }
  const tooLarge = await fetch(`${stack.url}/echo`, {
    method: 'POST',
    body: new Uint8Array(11 * 1024 * 1024),
  });
  expect(tooLarge.status).toBe(413);
});

test('asks the authorizer once for each token, and nobody where there is none', async () => {
  const get = (headers: Record<string, string>) => fetch(`${stack.url}/guarded`, { headers });
  expect((await get({})).status).toBe(401);
  expect((await get({ Authorization: 'Bearer bad' })).status).toBe(403);
  for (let call = 0; call < 3; call++) {
    const response = await get({ Authorization: 'Bearer good' });
    expect(await response.json()).toMatchObject({
      requestContext: { authorizer: { lambda: { caller: 'ada' } } },
    });
  }
  expect(await times('authorized Bearer good')).toBe(1);
});

test('hides why a function failed, and ends one that takes too long', async () => {
  for (const path of ['/broken', '/slow', '/broken']) {
    const response = await fetch(stack.url + path);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  }
});

test('gives back only the failed message of a batch, and gives it up to the dead letters', async () => {
  await Promise.all([send('good 1'), send('bad 1'), send('good 2')]);
  await eventually(async () => (await messagesIn('rolebook-dead-letters')) === 1);
  expect(await times('worked good 1 receive 1')).toBe(1);
  expect(await times('worked good 2 receive 1')).toBe(1);
  expect(await times('worked bad 1 receive 1')).toBe(1);
  expect(await times('worked bad 1 receive 2')).toBe(1);
  expect(await messagesIn('rolebook-work')).toBe(0);
});

test('gives a message again whose function threw', async () => {
  await send('throw 1');
  await eventually(async () => (await messagesIn('rolebook-dead-letters')) === 2);
});

test('tells of new objects below the prefix alone', async () => {
  const s3 = new S3Client({ region, credentials, endpoint: stack.endpoints.s3, forcePathStyle: true });
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: 'rolebook-inbox', Key, Body: 'abc' }));
  await put('elsewhere/a.zip');
  await put('uploads/a b.zip');
  await eventually(async () => (await times('received uploads/a+b.zip of 3')) === 1);
  expect(await times('received elsewhere/a.zip of 3')).toBe(0);
});

test('calls a scheduled function at once', async () => {
  await eventually(async () => (await times('ticked')) >= 1);
});

test('carries a table’s stream to its function', async () => {
  const dynamo = new DynamoDBClient({ region, credentials, endpoint: stack.endpoints.dynamodb });
  await dynamo.send(new PutItemCommand({ TableName: 'rolebook-seen', Item: { pk: { S: 'new' } } }));
  await eventually(async () => (await times('streamed new')) === 1);
});

test('keeps everything over a stop and a start, and goes on with the stream where it was', async () => {
  const ticks = await times('ticked');
  await stack.stop();
  await expect(fetch(`${stack.url}/echo/fixed`)).rejects.toThrow();
  stack = await start();
  await eventually(async () => (await times('ticked')) > ticks);
  expect(await times('streamed new')).toBe(1);
  expect(await messagesIn('rolebook-dead-letters')).toBe(2);
});

test('refuses a second stack on the same data', async () => {
  await expect(start()).rejects.toThrow(/already runs on/);
});
