import { FeedRejected } from '../shared/errors.ts';
import type { FileRead, OpenFeed, Problem } from '../shared/roster/feed-reading.ts';
import { type ExitCode, exitCodes } from './failures.ts';

/** Problems of one kind in one column of one file. */
export type ProblemGroup = Pick<Problem, 'file' | 'column' | 'code' | 'severity' | 'message' | 'hint'> & {
  count: number;
  /** The first few places. */
  examples: Pick<Problem, 'row' | 'value'>[];
};

export type Validation = {
  outcome: 'clean' | 'usable' | 'rejected';
  /** Absent where the feed was refused before its format was known. */
  format?: string;
  files: Omit<FileRead, 'kind'>[];
  problems: ProblemGroup[];
  rejection?: { code: string; message: string; hint: string; file?: string; row?: number; column?: string };
};

const examplesShown = 3;

export type ValidationEvents = {
  /** Every problem, in the feed's order. */
  problem?: (problem: Problem) => Promise<void> | undefined;
  /** Now and then, while a file is read. */
  progress?: (file: string, records: number) => void;
};

const recordsBetweenProgress = 20_000;

/** Reads a feed to its end, as the service would. */
export async function validateFeed(
  open: () => Promise<OpenFeed>,
  { problem, progress }: ValidationEvents = {},
): Promise<Validation> {
  const groups = new Map<string, ProblemGroup>();
  const files: Validation['files'] = [];
  let format: string | undefined;
  let rejection: Validation['rejection'];
  let records = 0;
  try {
    const feed = await open();
    format = feed.format;
    for await (const row of feed.rows) {
      if (row.kind === 'file') {
        const { kind: _, ...file } = row;
        files.push(file);
      }
      if (row.kind === 'record') {
        records += 1;
        if (records % recordsBetweenProgress === 0) progress?.(row.file, records);
      }
      if (row.kind !== 'problem') continue;
      group(groups, row.problem);
      const wait = problem?.(row.problem);
      if (wait) await wait;
    }
  } catch (error) {
    if (!(error instanceof FeedRejected)) throw error;
    rejection = { code: error.code, message: error.message, hint: error.hint, ...error.where };
  }
  return {
    outcome: rejection !== undefined ? 'rejected' : groups.size > 0 ? 'usable' : 'clean',
    ...(format === undefined ? {} : { format }),
    files,
    problems: [...groups.values()],
    ...(rejection === undefined ? {} : { rejection }),
  };
}

function group(groups: Map<string, ProblemGroup>, problem: Problem): void {
  const { file, column, code, severity, message, hint, row, value } = problem;
  const key = JSON.stringify([file, column, code, severity]);
  let known = groups.get(key);
  if (known === undefined) {
    known = {
      file,
      code,
      severity,
      message,
      hint,
      count: 0,
      examples: [],
      ...(column === undefined ? {} : { column }),
    };
    groups.set(key, known);
  }
  known.count += 1;
  if (known.examples.length === examplesShown) return;
  known.examples.push({ ...(row === undefined ? {} : { row }), ...(value === undefined ? {} : { value }) });
}

const statuses = { clean: exitCodes.done, usable: exitCodes.withProblems, rejected: exitCodes.no } as const;

export function exitCodeOfValidation({ outcome }: Validation): ExitCode {
  return statuses[outcome];
}
