import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  asking,
  atSchool,
  enrolled,
  facts,
} from '../../test/builders/access-facts.ts';
import { dayNumber, dayOf, instant, zone } from '../../test/builders/days.ts';
import { dayIn } from '../runtime/decide.ts';
import { evaluate } from './evaluate.ts';
import { addDays, isOpen } from './periods.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

const bound = fc.option(dayNumber, { nil: undefined });
const near = fc.tuple(dayNumber, fc.integer({ min: -3, max: 3 })).map(([day, by]) => day + by);

test('a period holds its first day and not its last, whatever leap days and year ends lie between', () => {
  fc.assert(
    fc.property(bound, bound, near, (begin, end, today) => {
      const text = (day: number | undefined) => (day === undefined ? undefined : dayOf(day));
      const period = { begin: text(begin), end: text(end) };
      const expected = (begin === undefined || begin <= today) && (end === undefined || today < end);
      expect(isOpen(period, dayOf(today))).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

test('periods that meet hold every day between them exactly once', () => {
  fc.assert(
    fc.property(near, near, near, (...days) => {
      const [begin = 0, middle = 0, end = 0] = days.sort((a, b) => a - b);
      const first = { begin: dayOf(begin), end: dayOf(middle) };
      const second = { begin: dayOf(middle), end: dayOf(end) };
      for (const day of [begin - 1, begin, middle - 1, middle, end - 1, end]) {
        const times = [first, second].filter((period) => isOpen(period, dayOf(day))).length;
        expect(times).toBe(begin <= day && day < end ? 1 : 0);
      }
    }),
  );
});

test.each([
  ['2024-02-29', '2024-03-01', true],
  ['2024-02-29', '2024-02-29', false],
  ['2026-12-31', '2027-01-01', true],
  ['2027-01-01', '2027-01-01', false],
  ['2027-01-03', '2026-12-29', false],
])('on %s, what ends on %s is open: %s', (today, end, open) => {
  expect(isOpen({ end }, today)).toBe(open);
});

test('a teacher is let in from the first day of an enrollment until the last is over on the wall clock of the district', () => {
  fc.assert(
    fc.property(zone, instant, fc.integer({ min: -1, max: 1 }), bound, (timeZone, at, away, begin) => {
      const today = dayIn(timeZone, at);
      const end = dayOf(Math.floor(Date.parse(today) / 86_400_000) + away);
      const dates = { ...(begin === undefined ? {} : { begin: dayOf(begin) }), end };
      const teacher = aPerson('u-17', {
        memberships: [enrolled('c-1', 'teacher', dates)],
        assignments: [anAssignment('teacher', atSchool('s-3'), { source: 'roster' })],
      });
      const known = facts(teacher, aClass('c-1'));
      const { decision } = evaluate(shippedCatalogues, known, asking(known, 'hmh:report.assessment'), {
        today,
      });
      expect(decision).toBe(today < end && (begin === undefined || dayOf(begin) <= today));
    }),
    { numRuns: 500 },
  );
});

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
