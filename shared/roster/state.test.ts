import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partitionCount, partitionOf, readLines, writeLine } from './state.ts';

test('lines come back as they were written, whatever the id and content', () => {
  const id = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\t\n]/.test(text));
  const one = fc.record(
    {
      status: fc.constantFrom('active' as const, 'suspended' as const, 'tobedeleted' as const),
      id,
      json: fc.jsonValue().map((value) => JSON.stringify(value)),
      ...{
        changed: fc.constant('2026-11-20T07:00:00.000Z'),
        since: fc.constant('2026-11-20T07:00:00.000Z'),
        missing: fc.nat(30),
        ended: fc.constant('2027-06-30'),
      },
    },
    { requiredKeys: ['status', 'id', 'json'] },
  );
  fc.assert(
    fc.property(fc.array(one), (lines) => {
      expect([...readLines(lines.map(writeLine).join(''))]).toEqual(lines);
    }),
  );
});

test('a coarser partition holds all ids of its finer ones', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(1, 2, 8, 64), (id, count) => {
      expect(partitionOf(id, count * 4) & (count - 1)).toBe(partitionOf(id, count));
    }),
  );
});

test('ids that people number spread evenly', () => {
  const seen = new Array<number>(16).fill(0);
  for (let i = 0; i < 16_000; i++) {
    const at = partitionOf(`stu-${String(i).padStart(6, '0')}`, 16);
    seen[at] = (seen[at] ?? 0) + 1;
  }
  expect(Math.max(...seen)).toBeLessThan(1200);
  expect(Math.min(...seen)).toBeGreaterThan(800);
});

test('a state is never partitioned more coarsely than it was', () => {
  expect(partitionCount(0, 1)).toBe(1);
  expect(partitionCount(100 * 1024 * 1024, 1)).toBe(32);
  expect(partitionCount(10, 16)).toBe(16);
});
