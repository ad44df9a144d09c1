import type { Column } from './columns.ts';
import type { Filling, ProblemCode } from './problem-texts.ts';

export type CellProblem = { code: ProblemCode } & Pick<Filling, 'detail'>;

/** What is wrong with a cell by itself, if anything: one thing, the first that somebody would have to correct. */
export function checkCell(column: Column, value: string): CellProblem | undefined {
  if (value === '') return column.required === true ? { code: 'value-missing' } : undefined;
  if (value.includes('"')) return { code: 'quoted' };
  if (/\p{Cc}/u.test(value)) return { code: 'control-character' };
  const { form, maxLength } = column;
  if (maxLength !== undefined && value.length > maxLength)
    return { code: 'value-too-long', detail: String(maxLength) };
  if (form === undefined) return undefined;
  switch (form.kind) {
    case 'date':
      return isDay(value) ? undefined : { code: 'bad-date' };
    case 'pattern':
      return form.pattern.test(value) ? undefined : { code: 'value-form', detail: form.says };
    case 'listed':
      return form.values.includes(value)
        ? undefined
        : { code: 'value-not-listed', detail: form.values.join(', ') };
    default:
      return form satisfies never;
  }
}

/** A day of the calendar as `YYYYMMDD`, from 1900 on. */
export function isDay(text: string): boolean {
  if (!/^(19|20|21)\d{6}$/.test(text)) return false;
  const [year, month, day] = [text.slice(0, 4), text.slice(4, 6), text.slice(6)].map(Number);
  return day !== undefined && day >= 1 && day <= daysIn(year ?? 0, month ?? 0);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if ([4, 6, 9, 11].includes(month)) return 30;
  return month >= 1 && month <= 12 ? 31 : 0;
}
