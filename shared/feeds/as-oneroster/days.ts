const dayMs = 24 * 3_600_000;

/** A calendar day `YYYY-MM-DD` of an ISO date or time, or of `M/D/YYYY`; `undefined` where the text is neither. */
export function dayOf(text: string | undefined): string | undefined {
  const [, iso] = /^(\d{4}-\d\d-\d\d)(?:T|$)/.exec(text ?? '') ?? [];
  if (iso !== undefined) return iso;
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text ?? '') ?? [];
  return year === undefined || month === undefined || day === undefined
    ? undefined
    : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** Ends are exclusive here, and the last day elsewhere. */
export function dayAfter(day: string): string {
  const time = Date.parse(day);
  return Number.isNaN(time) ? day : new Date(time + dayMs).toISOString().slice(0, 10);
}

/** The year in which the school year of a day ends: a new one begins with July. */
export function schoolYearOf(day: string): string {
  const year = Number(day.slice(0, 4));
  return String(day.slice(5, 7) < '07' ? year : year + 1);
}
