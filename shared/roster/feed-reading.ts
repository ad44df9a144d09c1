import type { Entity, RecordOf, UserFact, UserRole } from './records.ts';

/** Every format that a feed can be set up as. */
export const feedFormats = [
  'oneroster-csv',
  'oneroster-rest',
  'classlink',
  'clever-csv',
  'clever-api',
  'sds-csv',
  'canvas-csv',
  'sis-csv',
] as const;
export type FeedFormat = (typeof feedFormats)[number];

/** Those of them that are pulled from an API; the others are files. */
export const pulledFormats = ['oneroster-rest', 'classlink', 'clever-api'] as const satisfies FeedFormat[];

export function isPulled(format: FeedFormat): boolean {
  return pulledFormats.some((pulled) => pulled === format);
}

/**
 * What a feed adapter yields and the planner consumes.
 * Files arrive in dependency order (orgs, academicSessions, courses, classes, users, roles, enrollments);
 * references are checked by the adapter. Lines are 1-based and count the header, as spreadsheets do.
 */

/** A row to show to the school: an error drops the row, a warning drops or repairs the value. */
export type Problem = {
  file: string;
  /** Line in the file; absent for problems of a whole file. */
  row?: number;
  column?: string;
  /** Stable, kebab-case, e.g. `dangling-reference`. */
  code: string;
  severity: 'error' | 'warning';
  /** Masked: enough to find the cell, never a whole name or address. */
  value?: string;
  message: string;
  /** What the administrator should do. */
  hint: string;
};

export type RosterRow = {
  [E in Entity]: {
    kind: 'record';
    entity: E;
    file: string;
    line: number;
    sourcedId: string;
    /** `tobedeleted` where the row itself says so. */
    status: 'active' | 'tobedeleted';
    /** Of a row of changes: when the source last changed the record, ISO 8601 with milliseconds, in UTC. */
    modified?: string;
    record: RecordOf[E];
  };
}[Entity];

/** A row of changes that takes a record away. What else it says of it is not read. */
export type RemovalRow = {
  kind: 'removal';
  entity: Entity;
  file: string;
  line: number;
  sourcedId: string;
  modified: string;
};

/** A part of a user that stands in a file of its own; joined by the planner. `modified` as in {@link RosterRow}. */
export type UserPartRow =
  | { kind: 'user-role'; file: string; line: number; userId: string; role: UserRole; modified?: string }
  | { kind: 'user-fact'; file: string; line: number; userId: string; fact: UserFact; modified?: never }
  | { kind: 'user-agent'; file: string; line: number; userId: string; agentId: string; modified?: never }
  | {
      kind: 'user-demographics';
      file: string;
      line: number;
      userId: string;
      demographics: Record<string, string>;
      modified?: string;
    };

/** A row of changes that takes a part of a user away; `sourcedId` is the part's. */
export type PartRemovalRow = {
  kind: 'part-removal';
  part: UserPart;
  userId: string;
  sourcedId: string;
  modified: string;
};

/** Parts of users that may stand in a file of their own. */
export type UserPart = 'roles' | 'demographics';

/**
 * A reference that the set alone cannot settle, as what it names may stand in the roster. The planner looks, and drops
 * the row where nobody has it. Comes after its row.
 */
export type ReferenceRow = {
  kind: 'reference';
  file: string;
  line: number;
  column: string;
  /** The row's record; of a row of a part, the user. */
  from: { entity: Entity; sourcedId: string; part?: true };
  to: { entity: Entity; sourcedId: string };
};

/**
 * A problem; where its row was dropped, `dropped` names the record, whose state before then stands. It may come
 * after that record's own row, and then wins. A repeated id has no `dropped`: its first row stands.
 */
export type ProblemRow = {
  kind: 'problem';
  problem: Problem;
  /** Without `sourcedId` where the row has no readable id. A bad `roles.csv` row names its user. */
  dropped?: Dropped & {
    /** What else the row may have been of. */
    others?: Dropped[];
  };
};

export type Dropped = {
  entity: Entity;
  sourcedId?: string;
  /** A row of a part of the record (`roles.csv`): a new record goes without the part, a known one stays as it was. */
  part?: true;
};

/** The source says that a record has a new id, and is the same. Comes before any row that has the new one. */
export type RenamedRow = {
  kind: 'renamed';
  entity: Entity;
  from: string;
  to: string;
  file: string;
  line: number;
};

/** Read a file of the feed to its end: its row counts, which always sum, and its header. */
export type FileRead = {
  kind: 'file';
  file: string;
  entity?: Entity;
  /** Columns of the format that are there, in the order of the format. */
  columns: string[];
  /** The first others, so far as their names may be shown. */
  otherColumns: string[];
  mode: 'bulk' | 'delta';
  rows: number;
  accepted: number;
  rejected: number;
};

export type FeedRow =
  | RosterRow
  | RemovalRow
  | UserPartRow
  | PartRemovalRow
  | ReferenceRow
  | ProblemRow
  | RenamedRow
  | FileRead;

/** One opened feed. `rows` may be iterated once; it throws `FeedRejected` where the feed as a whole cannot work. */
export type OpenFeed = {
  /** e.g. `oneroster-csv 1.2.1`. */
  format: string;
  /** Entities whose file is present in full: only these can lose records. */
  complete: ReadonlySet<Entity>;
  /**
   * How parts of users come that stand in files of their own, where that is not in full and with all users. `full`: a user
   * has what the file says and nothing else; `delta`: what it does not name stays as it was.
   */
  parts?: Partial<Record<UserPart, 'full' | 'delta'>>;
  /** Names of the files that are read where they are there: by format, version and what the district asked for. */
  reads: readonly string[];
  /** Uncompressed bytes per entity, to choose how finely to partition; an estimate. */
  bytes: Readonly<Partial<Record<Entity, number>>>;
  rows: AsyncIterable<FeedRow>;
};
