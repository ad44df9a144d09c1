import { dayIn } from './decide.ts';

const hourMs = 3_600_000;

/** The first instant of a calendar day in a time zone, ISO 8601; a day that a zone has left out begins where the next one does. */
export function beginOfDay(timeZone: string, day: string): string {
  // Zones lie within a day of UTC on either side.
  let [before, after] = [Date.parse(day) - 24 * hourMs, Date.parse(day) + 24 * hourMs];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayIn(timeZone, new Date(middle)) < day) before = middle;
    else after = middle;
  }
  return new Date(after).toISOString();
}
