import type { FeedRow } from '../../roster/feed-reading.ts';
import type { TableName } from '../oneroster-csv/row.ts';
import type { ProblemCode } from '../problem-texts.ts';
import type { Source } from './source.ts';

/** How what is found in the rows of a maker is told to a district that knows its own format. */
export type Telling = {
  source: Source;
  /** Column of the source by column of the table, for whoever looks for a problem. */
  columns?: Readonly<Record<string, string>>;
  /** Warnings that nobody could do anything about in this format. */
  untold?: readonly ProblemCode[];
  /** Columns of the table that no column of the source stands for: what is wrong there follows from something else that is told. */
  derives?: readonly string[];
};

/** What the format calls a file of OneRoster, for whoever looks for a problem. */
export type FileNames = Readonly<Partial<Record<`${TableName}.csv`, string>>>;

/** The rows of a maker as the district is told of them. */
export function toldRows(rows: readonly FeedRow[], telling: Telling): FeedRow[] {
  return rows
    .filter((row) => !follows(row, telling) && !isUntold(row, telling))
    .map((row) => withoutPartId(inSourceWords(row, telling)));
}

export function inFormatWords(row: FeedRow, fileNames: FileNames | undefined): FeedRow {
  if (row.kind !== 'problem' || fileNames === undefined) return row;
  const words = (text: string) =>
    Object.entries(fileNames).reduce((said, [name, called]) => said.replaceAll(name, called), text);
  const { message, hint } = row.problem;
  return { ...row, problem: { ...row.problem, message: words(message), hint: words(hint) } };
}

function follows(row: FeedRow, { derives = [] }: Telling): boolean {
  if (row.kind !== 'problem' || row.dropped !== undefined) return false;
  return derives.includes(row.problem.column ?? '');
}

function isUntold(row: FeedRow, { untold = [] }: Telling): boolean {
  if (row.kind !== 'problem' || row.problem.severity !== 'warning') return false;
  // The column is ours: makers fill it where a record is gone.
  return row.problem.code === 'bulk-status-filled' || untold.some((code) => code === row.problem.code);
}

/** Begins what a row of parts goes by that has no id itself. */
export const partId = '@part/';

/** An id by the place of its row would be another with the next export. */
function withoutPartId(row: FeedRow): FeedRow {
  if (row.kind !== 'user-role' || row.role.sourcedId?.startsWith(partId) !== true) return row;
  const { sourcedId: _, ...role } = row.role;
  return { ...row, role };
}

export function inSourceWords(row: FeedRow, { columns, source }: Telling): FeedRow {
  if (row.kind !== 'problem' || row.problem.column === undefined) return row;
  const column = columns?.[row.problem.column];
  if (column === undefined) return row;
  const words = (text: string) => text.replaceAll(row.problem.column ?? column, column);
  const { message, hint } = row.problem;
  return {
    ...row,
    problem: { ...row.problem, column, message: source.kind === 'csv' ? words(message) : message, hint },
  };
}
