import { expect, test } from 'vitest';
import { makeBuckets } from './buckets.ts';

const start = Date.parse('2026-11-22T10:00:00Z');

test('a caller has a number of requests at once, then as many a second as the rate says', () => {
  const take = makeBuckets({ perSecond: 2, atOnce: 3 });
  const waits = (at: number, times: number) => Array.from({ length: times }, () => take('a', at));
  expect(waits(start, 5)).toEqual([undefined, undefined, undefined, 1, 1]);
  expect(waits(start + 1_000, 3)).toEqual([undefined, undefined, 1]);
  expect(waits(start + 3_600_000, 4)).toEqual([undefined, undefined, undefined, 1]);
});

test('nobody has less because somebody else asks', () => {
  const take = makeBuckets({ perSecond: 1, atOnce: 1 });
  expect([take('a', start), take('a', start), take('b', start)]).toEqual([undefined, 1, undefined]);
});

test('a clock that goes back gives nothing twice', () => {
  const take = makeBuckets({ perSecond: 1, atOnce: 1 });
  take('a', start);
  take('a', start - 60_000);
  expect(take('a', start)).toBe(1);
});
