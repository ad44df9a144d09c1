import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayNumber, dayOf } from '../../test/builders/days.ts';
import { headPartsOf } from './tenants.ts';

const yearOf = (endDate: string) =>
  headPartsOf({ timeZone: 'UTC', schoolYear: { beginDate: '2000-01-01', endDate } }).schoolYear;

test('a school year goes by the year of its last day, the one before its end', () => {
  fc.assert(
    fc.property(dayNumber, (end) => {
      expect(yearOf(dayOf(end))).toBe(dayOf(end - 1).slice(0, 4));
    }),
  );
  expect([yearOf('2026-12-31'), yearOf('2027-01-01'), yearOf('2027-01-02')]).toEqual([
    '2026',
    '2026',
    '2027',
  ]);
});
