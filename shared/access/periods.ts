/** Whether `today` lies in `[begin, end)`; blank = open. Calendar days `YYYY-MM-DD` compare as text. */
export function isOpen(
  period: { begin?: string | undefined; end?: string | undefined },
  today: string,
): boolean {
  const begun = period.begin === undefined || period.begin <= today;
  const ended = period.end !== undefined && period.end <= today;
  return begun && !ended;
}
