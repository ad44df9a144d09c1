/** A day as Americans write it, `8/27/2018` or `7/2/99`, or as `2018-8-27`; `undefined` where there is no such day. */
export function dayOf(text: string): string | undefined {
  const [, month = '', day = '', year = ''] = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$/.exec(text) ?? [];
  if (year !== '') return calendarDay(fullYear(year), month, day);
  const [, isoYear = '', isoMonth = '', isoDay = ''] = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/.exec(text) ?? [];
  return calendarDay(isoYear, isoMonth, isoDay);
}

/** Schools write of people and years that are near: 70 to 99 are of the last century. */
function fullYear(year: string): string {
  if (year.length === 4) return year;
  return Number(year) >= 70 ? `19${year}` : `20${year}`;
}

function calendarDay(year: string, month: string, day: string): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && textOf(time) === text ? text : undefined;
}

/** Of a day `YYYY-MM-DD`. A last day becomes the exclusive end of the canonical roster. */
export function dayAfter(day: string): string {
  return textOf(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
}

function textOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The year in which the school year ends that holds the day; school years change in July. */
export function schoolYearOf(day: string): string {
  const year = Number(day.slice(0, 4));
  return String(Number(day.slice(5, 7)) >= 7 ? year + 1 : year);
}
