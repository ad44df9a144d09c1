import type { Report } from './report.ts';

const unseen: readonly string[] = ['too-large', 'size-differs', 'quota-exceeded'];

/** Whether it was refused before anybody looked into it: whatever it is, nobody gets it. */
export function isUnseen({ state, problems = [] }: Pick<Report, 'state' | 'problems'>): boolean {
  return state === 'refused' && problems.some(({ code }) => unseen.includes(code));
}

/** Whether there is something that somebody gets, until its time is over. Of what is made here and was refused there is no file. */
export function isFetchable(report: Pick<Report, 'state' | 'problems' | 'asked'>): boolean {
  const { state, asked } = report;
  if (state === 'refused') return asked === undefined && !isUnseen(report);
  return state === 'accepted' || state === 'checked' || state === 'ready';
}
