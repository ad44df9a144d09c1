/** Whether `today` lies in `[begin, end)`; blank = open. Calendar days `YYYY-MM-DD` compare as text. */
export function isOpen(
  period: { begin?: string | undefined; end?: string | undefined },
  today: string,
): boolean {
  const begun = period.begin === undefined || period.begin <= today;
  const ended = period.end !== undefined && period.end <= today;
  return begun && !ended;
}

/**
 * The calendar day so many days later, or earlier where they are negative; no hour or zone has a part in it. None lies before
 * 0000-03-01 or after 9999-12-31.
 */
export function addDays(day: string, days: number): string {
  const [year = 0, month = 0, dayOfMonth = 0] = day.split('-').map(Number);
  return dayOf(Math.min(Math.max(numberOf(year, month, dayOfMonth) + days, 0), lastDay));
}

const daysIn400Years = 146_097;

/** Days since 0000-03-01, of the Gregorian calendar. Years begin in March, so that a leap day is the last of its year. */
function numberOf(year: number, month: number, day: number): number {
  const [y, m] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return 365 * y + leapDays + daysBeforeMonth(m) + day - 1;
}

/** `month`: 0 = March. */
function daysBeforeMonth(month: number): number {
  return Math.floor((153 * month + 2) / 5);
}

const lastDay = numberOf(9999, 12, 31);

function dayOf(number: number): string {
  const inEra = number % daysIn400Years;
  const yearOfEra = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  );
  const inYear = inEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const m = Math.floor((5 * inYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  const year = Math.floor(number / daysIn400Years) * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  const pad = (part: number, length: number) => String(part).padStart(length, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(inYear - daysBeforeMonth(m) + 1, 2)}`;
}
