import { expect, test } from 'vitest';
import { badFeed, heapBytes } from '../test/builders/bad-feed.ts';
import { validateFeed } from './validation.ts';

test('a feed of 200,000 bad rows is told by kinds, each with its count, and no row of it is held', async () => {
  const count = 200_000;
  const heap: number[] = [];
  let told = 0;
  const { outcome, problems, files } = await validateFeed(() => badFeed(count), {
    problem: () => {
      told += 1;
      if (told % 90_000 === 0) heap.push(heapBytes());
      return undefined;
    },
  });
  expect([outcome, files.at(-1)]).toMatchObject(['usable', { rows: count, accepted: 0, rejected: count }]);
  expect(problems.find(({ code }) => code === 'dangling-reference')).toMatchObject({
    count,
    examples: [{ row: 2 }, { row: 3 }, { row: 4 }],
  });
  expect(problems.reduce((sum, one) => sum + one.count, 0)).toBe(told);
  // 90,000 problems that were held would be some 40 MB.
  expect((heap[1] ?? 0) - (heap[0] ?? 0)).toBeLessThan(5e6);
}, 120_000);
