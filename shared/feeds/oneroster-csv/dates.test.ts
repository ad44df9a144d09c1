import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayNumber, dayOf } from '../../../test/builders/days.ts';
import { date } from './columns.ts';
import { Row } from './row.ts';

/** What a strict column of dates makes of a cell, and whether the row survives. */
function read(text: string): [string | undefined, boolean] {
  const row = new Row('enrollments.csv', new Map(), { name: 'enrollments' });
  const value = date('endDate').read(text, row, true);
  return [value, !row.isDropped];
}

test('every day of the calendar is read as it is written', () => {
  fc.assert(
    fc.property(dayNumber, (number) => {
      expect(read(dayOf(number))).toEqual([dayOf(number), true]);
    }),
  );
});

test('year, month and day that make no day of the calendar drop the row', () => {
  const two = (most: number) =>
    fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
  fc.assert(
    fc.property(fc.integer({ min: 1900, max: 2200 }), two(13), two(32), (year, month, day) => {
      const text = `${year}-${month}-${day}`;
      const at = new Date(`${text}T00:00:00Z`);
      const isDay = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
      expect(read(text)).toEqual(isDay ? [text, true] : [undefined, false]);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  '2023-02-29',
  '1900-02-29',
  '2100-02-29',
  '2026-W53-5',
  '2026-363',
  '2026-12-31T00:00:00Z',
  '2026-2-01',
  '8/27/2018',
  '7/2/99',
  '2012-13-05',
  '٢٠٢٦-١٢-٣١',
])('%s is no day', (text) => {
  expect(read(text)).toEqual([undefined, false]);
});

test.each(['2024-02-29', '2000-02-29', '2026-12-29', '2026-12-31', '2027-01-01', '2027-01-03'])(
  '%s is a day',
  (text) => {
    expect(read(text)).toEqual([text, true]);
  },
);
