import type { Problem } from '../../roster/feed-reading.ts';
import type { IdIndex } from '../id-index.ts';
import { type ProblemCode, problemOf } from '../problem-texts.ts';

export type TableName =
  | 'orgs'
  | 'academicSessions'
  | 'courses'
  | 'classes'
  | 'users'
  | 'roles'
  | 'agents'
  | 'demographics'
  | 'enrollments';

/**
 * The ids seen so far, per table; a table that the manifest calls absent has none. The note of an id is 0 while
 * its row is not accepted, else what {@link accepted} and the tables say.
 */
export type SeenIds = ReadonlyMap<TableName, IdIndex>;

/** Note of an accepted row, where its table keeps nothing more. */
export const accepted = 1;
/** Note of an accepted org that is a school. */
export const acceptedSchool = 2;

/** What a row may refer to besides the rows of its set: `beyond`, files whose records may stand in the roster alone. */
export type Reach = { beyond: ReadonlySet<TableName> };

export type Finding = { column?: string; code: ProblemCode; value?: string; detail?: string };

/** What is found about the row being read; one object per file, begun anew for each row. */
export class Row {
  readonly file: string;
  readonly seen: SeenIds;
  readonly reach: Reach;
  line = 0;
  isDropped = false;
  problems: Problem[] = [];
  /** About the file rather than the row, told whatever becomes of the row. */
  notices: Problem[] = [];
  readonly #saidOnce = new Set<ProblemCode>();

  constructor(file: string, seen: SeenIds, reach: Reach = { beyond: new Set() }) {
    this.file = file;
    this.seen = seen;
    this.reach = reach;
  }

  begin(line: number): void {
    this.line = line;
    this.isDropped = false;
    if (this.problems.length > 0) this.problems = [];
  }

  /** The row cannot be used. */
  fail(finding: Finding): void {
    this.isDropped = true;
    this.#report('error', finding);
  }

  /** The row is used, perhaps without the value. */
  warn(finding: Finding): void {
    this.#report('warning', finding);
  }

  report(isError: boolean, finding: Finding): void {
    if (isError) this.fail(finding);
    else this.warn(finding);
  }

  /** For what is the same on every row: the first one speaks for all. */
  warnOnce({ code, ...place }: Finding): void {
    if (this.#saidOnce.has(code)) return;
    this.#saidOnce.add(code);
    this.notices.push(problemOf(code, 'warning', { file: this.file, ...place }));
  }

  #report(severity: Problem['severity'], { code, ...place }: Finding): void {
    this.problems.push(problemOf(code, severity, { file: this.file, row: this.line, ...place }));
  }
}
