import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginOfDay, dayAfter } from './days.ts';
import { dayIn } from './decide.ts';

const zone = fc.constantFrom(
  'America/New_York',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'UTC',
  'Asia/Kathmandu',
);
const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });

test('a day begins with its first millisecond in the zone', () => {
  fc.assert(
    fc.property(zone, instant, (timeZone, at) => {
      const day = dayIn(timeZone, at);
      const begin = Date.parse(beginOfDay(timeZone, day));
      expect(dayIn(timeZone, new Date(begin))).toBe(day);
      expect(dayIn(timeZone, new Date(begin - 1)) < day).toBe(true);
    }),
  );
});

test('days of 23 and 25 hours end where clocks are put forward and back', () => {
  const hours = (day: string) =>
    (Date.parse(beginOfDay('America/New_York', dayAfter(day))) -
      Date.parse(beginOfDay('America/New_York', day))) /
    3_600_000;
  expect(['2026-03-08', '2026-11-01', '2026-11-02'].map(hours)).toEqual([23, 25, 24]);
});
