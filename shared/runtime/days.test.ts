import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayNumber, dayOf, instant, zone } from '../../test/builders/days.ts';
import { addDays } from '../access/periods.ts';
import { beginOfDay } from './days.ts';
import { dayIn } from './decide.ts';

/** The parts that the platform's own calendar gives, put together by hand. */
function partsOf(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month').padStart(2, '0')}-${part('day').padStart(2, '0')}`;
}

test('the day of an instant is that of the calendar on the wall, in any zone', () => {
  fc.assert(
    fc.property(zone, instant, (timeZone, at) => {
      expect(dayIn(timeZone, at)).toBe(partsOf(timeZone, at));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['2026-12-29T12:00:00Z', '2026-12-29'],
  ['2027-01-01T04:59:59.999Z', '2026-12-31'],
  ['2027-01-01T05:00:00Z', '2027-01-01'],
  ['2027-01-03T12:00:00Z', '2027-01-03'],
  ['2024-12-30T12:00:00Z', '2024-12-30'],
  ['2024-02-29T12:00:00Z', '2024-02-29'],
  ['2023-03-01T04:59:59Z', '2023-02-28'],
  ['2026-11-01T03:59:59Z', '2026-10-31'],
  ['2026-11-02T04:59:59Z', '2026-11-01'],
  ['2026-03-09T03:59:59Z', '2026-03-08'],
])('at %s it is %s in New York, whatever week of whatever year that is', (at, day) => {
  expect(dayIn('America/New_York', new Date(at))).toBe(day);
});

test('a day begins with its first millisecond in the zone', () => {
  fc.assert(
    fc.property(zone, instant, (timeZone, at) => {
      const day = dayIn(timeZone, at);
      const begin = Date.parse(beginOfDay(timeZone, day));
      expect(dayIn(timeZone, new Date(begin))).toBe(day);
      expect(dayIn(timeZone, new Date(begin - 1)) < day).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('every instant lies between the beginning of its day and that of the next', () => {
  fc.assert(
    fc.property(zone, instant, (timeZone, at) => {
      const day = dayIn(timeZone, at);
      const now = at.toISOString();
      expect(beginOfDay(timeZone, day) <= now && now < beginOfDay(timeZone, addDays(day, 1))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a day that a zone has left out begins where the next one does', () => {
  expect(beginOfDay('Pacific/Apia', '2011-12-30')).toBe(beginOfDay('Pacific/Apia', '2011-12-31'));
});

test('days of 23 and 25 hours end where clocks are put forward and back', () => {
  const hours = (day: string) =>
    (Date.parse(beginOfDay('America/New_York', addDays(day, 1))) -
      Date.parse(beginOfDay('America/New_York', day))) /
    3_600_000;
  expect(['2026-03-08', '2026-11-01', '2026-11-02'].map(hours)).toEqual([23, 25, 24]);
});

test('the day after any day is the next of the calendar, over leap days and year ends', () => {
  fc.assert(
    fc.property(dayNumber, (number) => {
      expect(addDays(dayOf(number), 1)).toBe(dayOf(number + 1));
    }),
  );
  expect(['2024-02-28', '2023-02-28', '2026-12-31'].map((day) => addDays(day, 1))).toEqual([
    '2024-02-29',
    '2023-03-01',
    '2027-01-01',
  ]);
});
