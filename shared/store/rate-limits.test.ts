import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, testTables } from '../../test/builders/dynamo.ts';
import { RateLimits } from './rate-limits.ts';

let engine: Awaited<ReturnType<typeof startDynamo>>;
const limits = () => new RateLimits(engine.dynamo, testTables.tenants);
const now = new Date('2026-11-22T10:00:20.000Z');

beforeAll(async () => {
  engine = await startDynamo();
});
afterAll(() => engine.stop());

test('of many calls at once by several instances as many pass as may, and the others hear when to come again', async () => {
  const call = { route: 'a', address: '192.0.2.1', mostPerMinute: 5, now };
  const [one, other] = [limits(), limits()];
  const waits = await Promise.all(Array.from({ length: 16 }, (_, at) => (at % 2 ? one : other).take(call)));
  expect(waits.filter((wait) => wait === undefined)).toHaveLength(5);
  expect(new Set(waits)).toEqual(new Set([undefined, 40]));
  expect(await limits().take(call)).toBe(40);
});

test('another minute, route or address has calls of its own', async () => {
  const call = { route: 'b', address: '192.0.2.1', mostPerMinute: 1, now };
  const all = limits();
  expect([await all.take(call), await all.take(call)]).toEqual([undefined, 40]);
  const later = new Date('2026-11-22T10:01:00.000Z');
  for (const more of [{ now: later }, { route: 'c' }, { address: '192.0.2.2' }]) {
    expect(await all.take({ ...call, ...more })).toBeUndefined();
  }
});

test('addresses of one IPv6 network are one caller', async () => {
  const call = { route: 'd', mostPerMinute: 1, now };
  const all = limits();
  expect(await all.take({ ...call, address: '2001:db8:1::1' })).toBeUndefined();
  expect(await all.take({ ...call, address: '2001:db8:1:7::9' })).toBe(40);
  expect(await all.take({ ...call, address: '2001:db8:2::1' })).toBeUndefined();
});
