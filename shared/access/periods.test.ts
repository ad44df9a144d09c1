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

test('any number of days leads to the day that the calendar says, and back', () => {
  const dayMs = 86_400_000;
  const on = (number: number) => new Date(number * dayMs).toISOString().slice(0, 10);
  // 1600-01-01 to 2400-12-31: two whole cycles of leap years.
  const number = fc.integer({ min: -135_140, max: 157_419 });
  fc.assert(
    fc.property(number, fc.integer({ min: -400, max: 400 }), (from, days) => {
      expect(addDays(on(from), days)).toBe(on(from + days));
      expect(addDays(addDays(on(from), days), -days)).toBe(on(from));
    }),
    { numRuns: 2_000 },
  );
});
