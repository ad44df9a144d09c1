import type { Problem } from './api-types.ts';

/** What a command ends with; `npx rolebook help` prints the list. */
export const exitCodes = {
  done: 0,
  /** The answer is no: a feed that cannot work, a sync that failed, access denied. */
  no: 1,
  withProblems: 2,
  held: 3,
  /** The command itself could not be carried out: wrong usage, no connection, refused by the service. */
  notCarriedOut: 4,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Shown as it is, without a stack: the person at the terminal can do something about it. */
export class CommandFailed extends Error {
  override name = 'CommandFailed';
}

/** The service said no, as RFC 9457 problem document. */
export class ApiRefused extends CommandFailed {
  override name = 'ApiRefused';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(wordsOf(problem));
    this.problem = problem;
  }
}

function wordsOf({ title, detail, errors = [], requestId }: Problem): string {
  const lines = [detail === undefined || detail === title ? title : `${title}: ${detail}`];
  for (const { pointer, detail: what } of errors) lines.push(`  ${pointer}  ${what}`);
  if (requestId !== undefined) lines.push(`  request ${requestId}`);
  return lines.join('\n');
}
