import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextTime, type Schedule, wallClock, weekdays } from './next-time.ts';

const zone = fc.constantFrom(
  'America/New_York',
  'Europe/Berlin',
  'Pacific/Auckland',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
);
const two = (part: number) => String(part).padStart(2, '0');
const time = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 1, 15, 30, 59))
  .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
const schedule: fc.Arbitrary<Schedule> = fc.record(
  {
    times: fc.uniqueArray(time, { minLength: 1, maxLength: 4 }),
    days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
  },
  { requiredKeys: ['times'] },
);
// São Paulo had summer time, put forward at midnight, until 2019.
const instant = fc.integer({ min: Date.parse('2010-01-01'), max: Date.parse('2035-01-01') });

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const day = (timeZone: string, at: number) => new Date(wallClock(timeZone, at)).toISOString().slice(0, 10);
const iso = (at: number) => new Date(at).toISOString();

test('a schedule’s next instant is later, and what clocks show then is a time of it or clocks were just put forward', () => {
  fc.assert(
    fc.property(schedule, zone, instant, ({ times, days }, timeZone, after) => {
      const next = nextTime({ times, days }, timeZone, after);
      expect(next).toBeGreaterThan(after);
      expect(next - after).toBeLessThanOrEqual(8 * dayMs + 2 * 3_600_000);
      const shown = iso(wallClock(timeZone, next)).slice(11, 16);
      const jumped = wallClock(timeZone, next) - wallClock(timeZone, next - 1000) > minuteMs;
      expect(times.includes(shown) || jumped).toBe(true);
    }),
  );
});

test('no day of a schedule is left out, and none comes twice', () => {
  fc.assert(
    fc.property(time, zone, instant, (one, timeZone, from) => {
      const days: string[] = [];
      for (let at = from, i = 0; i < 20; i++) {
        at = nextTime({ times: [one] }, timeZone, at);
        days.push(day(timeZone, at));
      }
      const first = Date.parse(days[0] ?? '');
      expect(days).toEqual(days.map((_, i) => iso(first + i * dayMs).slice(0, 10)));
    }),
  );
});

test('looking from any instant before the next one finds the same', () => {
  fc.assert(
    fc.property(
      schedule,
      zone,
      instant,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (wanted, timeZone, from, part) => {
        const next = nextTime(wanted, timeZone, from);
        const between = from + Math.floor((next - 1 - from) * part);
        expect(nextTime(wanted, timeZone, between)).toBe(next);
      },
    ),
  );
});

test.each([
  [
    'left out: clocks go from two to three',
    'America/New_York',
    '02:30',
    '2026-03-07T12:00Z',
    '2026-03-08T07:00',
  ],
  ['left out at midnight', 'America/Sao_Paulo', '00:00', '2018-11-03T12:00Z', '2018-11-04T03:00'],
  ['shown twice is its first', 'America/New_York', '01:30', '2026-11-01T00:00Z', '2026-11-01T05:30'],
  [
    'shown twice is over after the first',
    'America/New_York',
    '01:30',
    '2026-11-01T05:30Z',
    '2026-11-02T06:30',
  ],
  ['shown twice before midnight', 'America/Sao_Paulo', '23:30', '2018-02-17T12:00Z', '2018-02-18T01:30'],
  [
    'on the day that clocks go back in the south',
    'Pacific/Auckland',
    '02:30',
    '2026-04-04T00:00Z',
    '2026-04-04T13:30',
  ],
  ['left out in Europe', 'Europe/Berlin', '02:15', '2026-03-28T12:00Z', '2026-03-29T01:00'],
  ['on a leap day', 'UTC', '06:30', '2028-02-28T06:30Z', '2028-02-29T06:30'],
  ['on a day that its zone left out', 'Pacific/Apia', '06:30', '2011-12-29T22:00Z', '2011-12-30T10:00'],
])('a time %s', (_, timeZone, one, after, next) => {
  expect(iso(nextTime({ times: [one] }, timeZone, Date.parse(after)))).toBe(`${next}:00.000Z`);
});

test('days are those of the district’s own calendar', () => {
  const monday = { times: ['06:30'], days: ['mon'] } satisfies Schedule;
  // Sunday evening in UTC is Monday in Auckland.
  expect(iso(nextTime(monday, 'Pacific/Auckland', Date.parse('2026-06-06T12:00Z')))).toBe(
    '2026-06-07T18:30:00.000Z',
  );
  expect(iso(nextTime(monday, 'America/New_York', Date.parse('2026-06-08T10:30Z')))).toBe(
    '2026-06-15T10:30:00.000Z',
  );
});
