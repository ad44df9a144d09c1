import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RequestError } from '../../shared/errors.ts';
import { type KeptAnswer, onlyOnce } from '../../shared/runtime/idempotency.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { startDynamo, type TestDynamo, testTables } from '../builders/dynamo.ts';

let engine: TestDynamo;
let keys: Idempotency;
const start = new Date('2026-11-21T12:00:00Z');
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

beforeAll(async () => {
  engine = await startDynamo();
  keys = new Idempotency(engine.dynamo, testTables.tenants);
});
afterAll(() => engine.stop());

let made = 0;
/** Makes something new every time it runs. */
async function makeOne(newId: string): Promise<KeptAnswer> {
  made += 1;
  return { status: 201, headers: {}, body: JSON.stringify({ made, newId, secret: 'hush' }) };
}
const asked = (key: string, more: { request?: string; now?: Date; newId?: string } = {}) => {
  const { request = '{}', now = start, newId = 'id-1' } = more;
  return { clientId: 'c', key, request: ['create', '/things', request], newId, now };
};

test('the same key and request give the same answer, and make one thing', async () => {
  const first = await onlyOnce(keys, asked('same'), makeOne);
  expect(await onlyOnce(keys, asked('same', { newId: 'id-2', now: later(3600) }), makeOne)).toEqual(first);
});

test('the same key with another request is refused', async () => {
  await onlyOnce(keys, asked('other'), makeOne);
  await expect(onlyOnce(keys, asked('other', { request: '{"a":1}' }), makeOne)).rejects.toMatchObject({
    kind: 'unprocessable',
    code: 'idempotency-key-reused',
  });
});

test('of many at the same time one runs, and the others hear that it does', async () => {
  const before = made;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => onlyOnce(keys, asked('race'), makeOne)),
  );
  expect(made).toBe(before + 1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'request-running' });
  }
});

test('a refused request leaves its key free for a better one', async () => {
  const refuse = () => Promise.reject(new RequestError('conflict', 'taken', 'Taken.'));
  await expect(onlyOnce(keys, asked('refused'), refuse)).rejects.toMatchObject({ code: 'taken' });
  const answer = await onlyOnce(keys, asked('refused', { request: '{"better":true}' }), makeOne);
  expect(answer.status).toBe(201);
});

test('after a crash another attempt takes over, with the id of the first', async () => {
  const crash = () => Promise.reject(new Error('crash'));
  await expect(onlyOnce(keys, asked('crash', { newId: 'first' }), crash)).rejects.toThrow('crash');
  await expect(onlyOnce(keys, asked('crash', { now: later(30) }), makeOne)).rejects.toMatchObject({
    code: 'request-running',
  });
  const answer = await onlyOnce(keys, asked('crash', { newId: 'second', now: later(61) }), makeOne);
  expect(answer.body).toContain('"newId":"first"');
});

test('a key ends after a day', async () => {
  const first = await onlyOnce(keys, asked('day'), makeOne);
  expect(await onlyOnce(keys, asked('day', { now: later(25 * 3600) }), makeOne)).not.toEqual(first);
});

test('a kept answer can only be read by whoever has the key', async () => {
  await onlyOnce(keys, asked('a-long-random-key'), makeOne);
  const { Items = [] } = await engine.dynamo.send(new ScanCommand({ TableName: testTables.tenants }));
  for (const item of Items) {
    const text = JSON.stringify(item, (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    );
    expect(text).not.toMatch(/hush|a-long-random-key/);
  }
});
