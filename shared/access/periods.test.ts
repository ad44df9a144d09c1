import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from './periods.ts';

test.each([
  ['2028-02-28', 1, '2028-02-29'],
  ['2028-02-29', 1, '2028-03-01'],
  ['2027-02-28', 1, '2027-03-01'],
  ['2100-02-28', 1, '2100-03-01'],
  ['2028-03-01', -1, '2028-02-29'],
  ['2026-12-29', 5, '2027-01-03'],
  ['2027-01-03', -5, '2026-12-29'],
  ['2027-03-13', 2, '2027-03-15'],
  ['2026-10-31', 2, '2026-11-02'],
  ['2027-06-18', 0, '2027-06-18'],
  ['9999-12-31', 14, '9999-12-31'],
])('%s and %i days make %s', (day, days, expected) => {
  expect(addDays(day, days)).toBe(expected);
});

test('days follow each other in the order of their text, and lead back', () => {
  const day = fc
    .date({ min: new Date('1600-01-01'), max: new Date('2400-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 400 }), (from, days) => {
      const after = addDays(from, days);
      expect(after > from && addDays(after, -days) === from).toBe(true);
      expect(addDays(addDays(from, 1), days - 1)).toBe(after);
    }),
    { numRuns: 2_000 },
  );
});
