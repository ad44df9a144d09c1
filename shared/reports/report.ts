import * as z from 'zod';

/** Of each account: what it brings, what it gets, and what it tries out (000:13, 17). */
export const folders = ['upload', 'receive', 'test'] as const;
export type Folder = (typeof folders)[number];

/** What comes in, as its content shows; `unknown` where none of these fits. */
export const incomingKinds = [
  'roster-feed',
  'studenttracker-graduates',
  'studenttracker-request',
  'unknown',
] as const;
/** What is made here when somebody asks. */
export const generatedKinds = [
  'roster',
  'student-list',
  'access-review',
  'sync-history',
  'start-cards',
  'studenttracker-graduates-file',
] as const;
export const reportKinds = [...incomingKinds, ...generatedKinds] as const;
export type ReportKind = (typeof reportKinds)[number];

/**
 * `awaited`: an address to upload to was given out. `received`: it is here, whole, and not looked at yet. `accepted`, `refused`: as its
 * check says; `checked`: a test file was looked at, and goes nowhere; `quarantined`: nobody gets it. `requested`, `building`: it is being made; `ready`: it lies in `receive`. `failed`: a fault
 * on our side, so that it was not made or not checked. `archived`: told in the list, fetched no longer.
 */
export const reportStates = [
  'awaited',
  'received',
  'accepted',
  'refused',
  'checked',
  'quarantined',
  'requested',
  'building',
  'ready',
  'failed',
  'archived',
] as const;
export type ReportState = (typeof reportStates)[number];

/** Where a line of a file is wrong, and what to do; `value` masked. */
export const ReportProblem = z.object({
  /** 1-based; absent where the whole file is meant. */
  line: z.int().positive().optional(),
  column: z.string().optional(),
  code: z.string(),
  /** An error, also where nothing is said, is why a report is refused; a warning is not. */
  severity: z.enum(['error', 'warning']).optional(),
  message: z.string(),
  hint: z.string().optional(),
});
export type ReportProblem = z.infer<typeof ReportProblem>;

export const Report = z.object({
  /** A ULID; of an upload over SFTP, made of its key and what stood there, so that one upload is one report. */
  id: z.string(),
  /** `sourcedId` of the org whose folders these are. */
  account: z.string(),
  folder: z.enum(folders),
  fileName: z.string(),
  kind: z.enum(reportKinds),
  state: z.enum(reportStates),
  /** Bytes. */
  size: z.int().nonnegative().optional(),
  /** Lower-case hex. */
  sha256: z.string().optional(),
  /** Who brought or asked for it, as the audit calls people and clients. */
  by: z.string(),
  via: z.enum(['sftp', 'https', 'service']),
  /** ISO 8601. */
  at: z.string(),
  /** ISO 8601: it can be fetched until then. */
  until: z.string(),
  /** What was asked for, of a generated one. */
  asked: z.record(z.string(), z.unknown()).optional(),
  progress: z.object({ done: z.int(), total: z.int(), unit: z.string() }).optional(),
  /** The first hundred; `problemCount` says how many there are. */
  problems: z.array(ReportProblem).optional(),
  problemCount: z.int().nonnegative().optional(),
  /** The sync that a roster feed became. */
  sync: z.string().optional(),
  /** Of what came in over HTTPS: the id that the object would have given it, so that the same object told twice is one report. */
  object: z.string().optional(),
  /** Of the upload to S3, for what is awaited in parts. */
  multipartId: z.string().optional(),
  /** Grows by one with every change. */
  revision: z.int().positive(),
});
export type Report = z.infer<typeof Report>;

/** Days that a report stays fetchable: as long as the peers keep theirs (docs/peers.md, part B). */
export const keptDays = 90;
/** Days after which nothing tells of a report any more, nor holds it (the bucket's rule `archive`). */
export const toldDays = 400;
/** Days in which what is awaited may come: as long as S3 keeps parts of an upload. */
export const awaitedDays = 7;
