import type { KeptLine } from '../shared/audit/chain.ts';
import type { SealKey, SignedSeal } from '../shared/audit/seal.ts';

/** What the command line reads of the HTTP API; `GET /openapi.json` describes all of it. */

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code?: string;
  requestId?: string;
  errors?: { pointer: string; detail: string }[];
  /** Of `dats-owned`. */
  dats?: Dat[];
};

/** A DAT query or filter. */
export type Dat = { type: string; id: string };

/** A user in the sense of file 003. */
export type Account = {
  id: string;
  username: string;
  email: string;
  user?: string;
  profile?: { kind: string; id: string };
  roles: string[];
  requestedRoles?: string[];
  webId?: string;
  ledgers: string[];
  schools: string[];
  approved: boolean;
  locked: boolean;
};

export type LeavingPreview = {
  dats: Dat[];
  ledgers: string[];
  schools: string[];
  roles: string[];
  parentRoles: string[];
  remains?: { account?: string; username: string; email: string };
};

export const reviewReasons = ['no-staff-record', 'never-signed-in', 'record-left'] as const;
export type ReviewItem = {
  account: string;
  username: string;
  approved: boolean;
  reasons: { code: (typeof reviewReasons)[number]; message: string }[];
};

/** What came to or lies in a folder of an account. */
export type Report = {
  id: string;
  account: string;
  folder: string;
  fileName: string;
  kind: string;
  state: string;
  size?: number;
  sha256?: string;
  at: string;
  until: string;
  progress?: { done: number; total: number; unit: string };
  problems?: { line?: number; code: string; message: string; hint?: string }[];
  problemCount?: number;
};
export type LedgerLine = { at: string; what: string; by?: string; to?: string; why?: string };
/** How far a mail about an event of a report has come. */
export type ReportMail = { event: string; account: string; state: string; at: string; why?: string };
export type Amount = { bytes: number; files: number };
/** How much of what accounts bring may lie there, and does. */
export type ReportQuotas = {
  each?: Amount;
  accounts: (Amount & { account: string })[];
  used: (Amount & { account: string })[];
  usual: Amount;
};
/** `url` is shown when it is made. */
export type ReportLink = { id: string; account: string; until: string; url?: string };

/** `late`: what should have come and did not. */
export type Feed = { id: string; late?: object };

export type Webhook = { id: string; url: string; disabled?: { why: string }; failingSince?: string };

export type Client = { clientId: string; name: string; createdAt: string; secretSince?: string };

/** What the operator alone is told of the service. */
export type ServiceState = {
  deadLetters: { of: string; waiting: number }[];
  scanner: { state: 'none' | 'answers' | 'silent'; version?: string; signaturesOf?: string };
  mailFrom: string;
  sftp?: { host: string; port: string; fingerprint: string };
};
/** `until`: of former keys. */
export type SigningKeys = { keys: { kid: string; since: string; until?: string }[] };

export type Page<T> = { items: T[]; cursor?: string };

export type District = { id: string; name: string; timeZone: string };

export type PutTarget = { url: string; headers: Record<string, string> };
/** Where its file is to be put. */
export type AwaitedReport = Report & { upload: FileTarget };
/** `from` inclusive, `to` exclusive, bytes. */
export type PartsTarget = { parts: { url: string; from: number; to: number }[] };
export type FileTarget = (PutTarget | PartsTarget) & { fileName?: string };
export type StartedUpload = { uploadId: string } & (FileTarget | { files: FileTarget[] });
export type Upload = { uploadId: string; complete: boolean };

export const entities = ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments'] as const;
export type Entity = (typeof entities)[number];

export const countNames = [
  'received',
  'unchanged',
  'created',
  'updated',
  'reactivated',
  'marked',
  'rejected',
  'suspended',
  'missing',
] as const;
type CountName = (typeof countNames)[number];
/** What is not there is 0. */
export type EntityCounts = Record<Exclude<CountName, 'missing'>, number> & Partial<Record<CountName, number>>;

export type SyncState =
  | 'queued'
  | 'reading'
  | 'planning'
  | 'held'
  | 'applying'
  | 'finishing'
  | 'applied'
  | 'rejected'
  | 'failed'
  | 'cancelled'
  | 'superseded';

/** A group of records that would lose too many. */
export type GuardBreach = {
  entity: Entity;
  school?: string;
  role?: string;
  window: 'run' | '24h' | '7d';
  active: number;
  removals: number;
  percent: number;
};
/** Refusals of a feed that a person may overrule, for one sync. */
export const acceptable = ['file-missing', 'columns-changed', 'older-file', 'rows-lost'] as const;

export type Sync = {
  syncId: string;
  /** Absent where only mapping rules change. */
  feed?: string;
  state: SyncState;
  /** A part of it was applied, and stands. */
  partApplied?: true;
  hold?: {
    reason: 'guard' | 'dry-run' | 'season' | 'drift' | 'renames';
    remaining: number;
    approvals?: { by: string; at: string }[];
    awaits?: 'second-person';
  };
  guard?: { breaches: GuardBreach[] };
  progress: { done: number; total?: number; unit: string; rowsPerSecond?: number; etaSeconds?: number };
  counts: Partial<Record<Entity, EntityCounts>>;
  problems?: { errors: number; warnings: number };
  rejection?: { code: string; message: string; hint: string; file?: string; row?: number; column?: string };
  failure?: string;
  planHash?: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
};

export const changeKinds = ['create', 'update', 'reactivate', 'mark', 'suspend', 'remove', 'rename'] as const;

export type PlanChange = {
  entity: Entity;
  kind: (typeof changeKinds)[number];
  sourcedId: string;
  held?: boolean;
  /** The changed fields only. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  access?: { system: string; gained: string[]; lost: string[] }[];
  renamed?: { feed: string; id: string; agrees: string[] };
};

/** One thing that is no longer as it was. */
export type DistrictChange = {
  sequence: number;
  at: string;
  type: string;
  change: 'created' | 'updated' | 'suspended' | 'reactivated' | 'removed';
  id: string;
  entity?: Entity;
  kind?: string;
  user?: string;
  system?: string;
};

export type Changes = {
  items: DistrictChange[];
  cursor: string;
  more: boolean;
  resync?: { reason: string; snapshot: Record<string, string> };
};

export type Evaluation = {
  decision: boolean;
  context: {
    token?: string;
    reason: {
      code: string;
      assignment?: string;
      row?: string;
      source?: string;
      message: string;
      path?: string[];
      missed?: string[];
    };
  };
};

/** Where an assignment comes from. */
export type Provenance =
  | {
      source: 'roster';
      feed?: string;
      appliedAt?: string;
      rule?: { id: string };
      rows?: { file: string; row: number }[];
      notInLastFeed?: true;
    }
  | { source: 'manual'; assignedBy?: string; assignedAt?: string; confirmedBy?: string }
  | { source: 'calculated'; records: { kind: string; id: string }[] };

export type UserAccess = { assignments: { id: string; provenance: Provenance }[] };

export type SearchPage<T> = {
  results: T[];
  /** An empty token: there is nothing more. */
  page: { next_token: string; count: number };
  context: { token: string; moved?: true; unlisted?: string };
};

export type AuditEntry = KeptLine;
export type SealPage = Page<SignedSeal> & { keys: SealKey[] };
