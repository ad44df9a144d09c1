import type { Entity, RecordOf, UserRole } from './records.ts';

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
    record: RecordOf[E];
  };
}[Entity];

/** A part of a user that stands in a file of its own; joined by the planner. */
export type UserPartRow =
  | { kind: 'user-role'; file: string; line: number; userId: string; role: UserRole }
  | { kind: 'user-agent'; file: string; line: number; userId: string; agentId: string }
  | {
      kind: 'user-demographics';
      file: string;
      line: number;
      userId: string;
      demographics: Record<string, string>;
    };

/**
 * A problem; where its row was dropped, `dropped` names the record, whose state before then stands. It may come
 * after that record's own row, and then wins. A repeated id has no `dropped`: its first row stands.
 */
export type ProblemRow = {
  kind: 'problem';
  problem: Problem;
  /** Without `sourcedId` where the row has no readable id. A bad `roles.csv` row names its user. */
  dropped?: {
    entity: Entity;
    sourcedId?: string;
    /** A row of a part of the record (`roles.csv`): a new record goes without the part, a known one stays as it was. */
    part?: true;
  };
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

/** The source says itself that it has given a record another id: `from` was its id in this feed before. */
export type RenamedRow = {
  kind: 'renamed';
  entity: Entity;
  from: string;
  to: string;
  file: string;
  line: number;
};

export type FeedRow = RosterRow | UserPartRow | ProblemRow | RenamedRow | FileRead;

/** One opened feed. `rows` may be iterated once; it throws `FeedRejected` where the feed as a whole cannot work. */
export type OpenFeed = {
  /** e.g. `oneroster-csv 1.2`. */
  format: string;
  /** Entities whose file is present in full: only these can lose records. */
  complete: ReadonlySet<Entity>;
  /** Names of the files that are read where they are there: by format, version and what the district asked for. */
  reads: readonly string[];
  /** Uncompressed bytes per entity, to choose how finely to partition; an estimate. */
  bytes: Readonly<Partial<Record<Entity, number>>>;
  rows: AsyncIterable<FeedRow>;
};
