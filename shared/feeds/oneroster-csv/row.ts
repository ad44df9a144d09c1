import type { Problem } from '../../roster/feed-reading.ts';
import { type Entity, entities } from '../../roster/records.ts';
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
  | FactTableName
  | 'demographics'
  | 'enrollments';

/** What only some formats say of people; a part of users each. */
export type FactTableName =
  | 'relations'
  | 'applicants'
  | 'evaluators'
  | 'tags'
  | 'attributes'
  | 'statuses'
  | 'donors';

/**
 * The ids seen so far, per table; a table that the manifest calls absent has none. The note of an id is 0 while
 * its row is not accepted, else what {@link accepted} and the tables say.
 */
export type SeenIds = ReadonlyMap<TableName, IdIndex>;

/** Note of an accepted row, where its table keeps nothing more. */
export const accepted = 1;
/** Note of an accepted org that is a school. */
export const acceptedSchool = 2;

/** What a row may refer to besides the rows of its set. */
export type Reach = {
  /** Files whose records may stand in the roster alone: those of changes, and those left out of a set with changes. */
  beyond: ReadonlySet<TableName>;
  /** These, and files whose accepted rows may yet fall as they refer to them. */
  unsure: ReadonlySet<TableName>;
};

export const setAlone: Reach = { beyond: new Set(), unsure: new Set() };

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
  /** What the set cannot settle. */
  references: { column: string; target: Entity; id: string }[] = [];
  readonly #table: TableName;
  readonly #saidOnce = new Set<ProblemCode>();

  constructor(file: string, seen: SeenIds, { name, reach = setAlone }: { name: TableName; reach?: Reach }) {
    this.file = file;
    this.seen = seen;
    this.reach = reach;
    this.#table = name;
  }

  begin(line: number): void {
    this.line = line;
    this.isDropped = false;
    if (this.problems.length > 0) this.problems = [];
    if (this.references.length > 0) this.references = [];
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

  refer(column: string, target: Entity, id: string): void {
    this.references.push({ column, target, id });
  }

  /** To a row of the same file: settled at the end of the file, where the file alone can. */
  referOwn(column: string, id: string): void {
    const target = this.#table;
    if (!isEntity(target) || !this.reach.unsure.has(target)) return;
    this.refer(column, target, id);
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

function isEntity(table: TableName): table is Entity & TableName {
  return entities.some((entity) => entity === table);
}
