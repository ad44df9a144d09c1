/** Whether `today` lies in `[begin, end)`; blank = open. Calendar days `YYYY-MM-DD` compare as text. */
export function isOpen(
  period: { begin?: string | undefined; end?: string | undefined },
  today: string,
): boolean {
  const begun = period.begin === undefined || period.begin <= today;
  const ended = period.end !== undefined && period.end <= today;
  return begun && !ended;
}

const dayMs = 24 * 3_600_000;
const lastDay = Date.parse('9999-12-31');

/** The calendar day so many days later, or earlier where they are negative; no clock or zone has a part in it. None lies after 9999-12-31. */
export function addDays(day: string, days: number): string {
  return new Date(Math.min(Date.parse(day) + days * dayMs, lastDay)).toISOString().slice(0, 10);
}
