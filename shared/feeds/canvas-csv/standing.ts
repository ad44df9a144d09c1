import type { Entity } from '../../roster/records.ts';
import type { Made } from '../as-oneroster/convert.ts';
import type { SourceRow } from '../as-oneroster/source.ts';
import { showId, showWord } from '../mask.ts';
import { type ProblemCode, problemOf } from '../problem-texts.ts';

/** What a row's status comes to. A user who is suspended stays, and cannot sign in. */
export type Standing = 'active' | 'suspended' | 'over';

const meanings = {
  users: { active: 'active', suspended: 'suspended', deleted: 'over' },
  courses: { active: 'active', published: 'active', completed: 'over', deleted: 'over' },
  enrollments: {
    ...{ active: 'active', completed: 'over', inactive: 'over', deleted: 'over' },
    deleted_last_completed: 'over',
  },
  others: { active: 'active', deleted: 'over' },
} as const satisfies Record<string, Record<string, Standing>>;

/** Reports for the rows of one file. */
export type At = { file: string; entity: Entity; words: keyof typeof meanings };

/** Of the whole word: `activated` is none. Reported where it is none of those of the format; the row is left out then. */
export function standingOf(
  { file, entity, words }: At,
  { line, cells }: SourceRow,
  { id, made }: { id: string; made: Made },
): Standing | undefined {
  const known: Readonly<Record<string, Standing>> = meanings[words];
  const { status } = cells;
  const standing = known[status?.toLowerCase() ?? ''];
  if (standing !== undefined) return standing;
  const place = {
    file,
    row: line,
    column: 'status',
    value: showWord(status ?? ''),
    detail: Object.keys(known).join(', '),
  };
  const problem = problemOf(status === undefined ? 'value-missing' : 'unknown-value', 'error', place);
  made.report(problem, { entity, sourcedId: id });
  return undefined;
}

export function statusCell(standing: Standing): string {
  return standing === 'over' ? 'tobedeleted' : '';
}

type Said = { column: string; code: ProblemCode; detail?: string };

/** A warning about a cell. */
export function warn(
  file: string,
  { line, cells }: SourceRow,
  { column, code, detail = '' }: Said,
  made: Made,
): void {
  const value = showId(cells[column] ?? '');
  made.report(problemOf(code, 'warning', { file, row: line, column, value, detail }));
}
