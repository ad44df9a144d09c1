/** In what order a file writes day and month where it writes them by numbers alone. */
export type DayOrder = 'month-first' | 'day-first' | 'unclear';

const dayMs = 24 * 3_600_000;
const isoDay = /^(\d{4})-?(\d\d)-?(\d\d)$/;
const slashedDay = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/;

/** A day as OneRoster writes it; what is none stays as it is, to be reported. */
export function isoDayOf(text: string, order: DayOrder = 'unclear'): string {
  const [, year, month, day] = isoDay.exec(text) ?? [];
  if (year !== undefined) return `${year}-${month}-${day}`;
  const [, first = '', second = '', last = ''] = slashedDay.exec(text) ?? [];
  if (first === '') return text;
  const own = orderOf([text]);
  const by = own === 'unclear' ? order : own;
  if (by === 'unclear' && first !== second) return text;
  const [m, d] = by === 'day-first' ? [second, first] : [first, second];
  return `${fullYear(last)}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
}

/** Told by the days after the twelfth; unclear where there are none, or some of each kind. */
export function orderOf(texts: Iterable<string>): DayOrder {
  let isMonthFirst = false;
  let isDayFirst = false;
  for (const text of texts) {
    const [, first, second] = slashedDay.exec(text) ?? [];
    isMonthFirst ||= Number(second) > 12;
    isDayFirst ||= Number(first) > 12;
  }
  if (isMonthFirst === isDayFirst) return 'unclear';
  return isMonthFirst ? 'month-first' : 'day-first';
}

/** OneRoster's end, which is the day after the last one; what is no day stays as it is. */
export function endAfter(lastDay: string): string {
  const at = isoDay.test(lastDay) ? Date.parse(lastDay) : Number.NaN;
  return Number.isNaN(at) ? lastDay : new Date(at + dayMs).toISOString().slice(0, 10);
}

/**
 * A day as Americans write it, `8/27/2018` or `7/2/99`, or as `2018-8-27`, with or without a time; `undefined` where there is no
 * such day.
 */
export function dayOf(text = ''): string | undefined {
  const [, month = '', day = '', year = ''] = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$/.exec(text) ?? [];
  if (year !== '') return calendarDay(fullYear(year), month, day);
  const [, isoYear = '', isoMonth = '', isoDate = ''] =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:T|$)/.exec(text) ?? [];
  return calendarDay(isoYear, isoMonth, isoDate);
}

/** Schools write of people and years that are near: 70 to 99 are of the last century. */
function fullYear(year: string): string {
  if (year.length === 4) return year;
  return Number(year) >= 70 ? `19${year}` : `20${year}`;
}

function calendarDay(year: string, month: string, day: string): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : undefined;
}

/** The year that a school year ends in, where nobody says it: of days in one year by whether they begin before July. */
export function schoolYearOf(begin: string, lastDay = begin): string {
  const [from, to] = [begin.slice(0, 4), lastDay.slice(0, 4)];
  if (from !== to) return to;
  return begin.slice(5, 7) < '07' ? from : String(Number(from) + 1);
}
