import type { FeedRejection, PullRejection } from '../errors.ts';
import type { CommittedEdits } from './edits.ts';
import type { FeedFormat } from './feed-reading.ts';
import type { SyncPull } from './pulls.ts';
import { type Entity, entities } from './records.ts';
import type { RemovalRules, Season } from './season.ts';

/**
 * What a sync brings. All but `feed` go on from the committed roster: `mapping` by other rules, `edits` with other edits of
 * people, `rollback` as before another sync, `purge` without what was suspended for long, `repair` as it was committed.
 */
export const syncKinds = ['feed', 'mapping', 'edits', 'rollback', 'purge', 'repair'] as const;
export type SyncKind = (typeof syncKinds)[number];
/** Those that look after what is there; they never push aside what waits for somebody. */
export type CareKind = 'purge' | 'repair';
export const isCare = (kind: SyncKind): kind is CareKind => kind === 'purge' || kind === 'repair';

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

/** Distinct records; `received = unchanged + created + updated + reactivated + marked + rejected`. */
export type EntityCounts = {
  received: number;
  unchanged: number;
  created: number;
  updated: number;
  reactivated: number;
  /** The feed says tobedeleted. */
  marked: number;
  rejected: number;
  /** Active before, no longer in a full feed. */
  suspended: number;
  /** Not in a full feed either, and active yet: by the season, or as too few good runs have missed them. Absent where there are none. */
  missing?: number;
  /** Suspended for longer than the grace period, and now taken out; on purges alone. */
  purged?: number;
  /** The feed has them by another id than before, on top of the sum. Absent where there are none. */
  renamed?: number;
};
export type Counts = Record<Entity, EntityCounts>;

/** Rows of one file; `rows = accepted + rejected`. */
export type FileCounts = { file: string; rows: number; accepted: number; rejected: number };

/** A breach: removals of an entity are at least `atLeast` and more than `percent` (0–100) of what is active. */
export type GuardLimits = {
  percent: number;
  atLeast: number;
  onBreach: (typeof onBreach)[number];
  /** More held removals than this need a second person. */
  secondPersonAbove?: number | undefined;
};
export const onBreach = ['hold-removals', 'hold-all'] as const;
export const defaultGuard: GuardLimits = { percent: 10, atLeast: 5, onBreach: 'hold-removals' };

/** A group of records that would lose too many: of a school, of a role, of a role at a school, or of all. */
export type GuardBreach = {
  entity: Entity;
  school?: string;
  role?: string;
  /** Removals of this sync alone, or with those of earlier ones. */
  window: 'run' | '24h' | '7d';
  /** When the window began. */
  active: number;
  removals: number;
  percent: number;
};

/** Roles that rules give: how many people have one, in sum, and how many of those who stay would have it no more. */
export type RolesReport = {
  active: number;
  lost: number;
  percent: number;
  breached: boolean;
  /** Groups that would lose too many: who has a role, or has it at a school; by this sync alone, or with earlier ones. */
  breaches: {
    system: string;
    role: string;
    school?: string;
    window: GuardBreach['window'];
    active: number;
    lost: number;
    percent: number;
  }[];
};

/** Percent, to two places. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((10_000 * part) / whole) / 100;
}

export type GuardReport = {
  limits: GuardLimits;
  breached: boolean;
  /** The widest groups first. */
  breaches: GuardBreach[];
  entities: { entity: Entity; active: number; removals: number; percent: number; breached: boolean }[];
  roles?: RolesReport;
};

/** Persons who gain or lose a role by a plan, at whatever scope; `requested`: who would get it once it is confirmed. */
export type RoleTotal = { system: string; role: string; gained: number; lost: number; requested: number };

/** Where the problems of one reading of a feed stand: in so many parts, their sums beside them. */
export type KeptProblems = { errors: number; warnings: number; parts: number; prefix: string };

/** Refusals of the gate that a person may overrule, for one sync. */
export const acceptable = ['file-missing', 'columns-changed', 'older-file', 'rows-lost'] as const;
export type Acceptable = (typeof acceptable)[number];

/** Ids of single entities, and with them what hangs on them. */
export type Only = {
  users?: string[] | undefined;
  classes?: string[] | undefined;
  schools?: string[] | undefined;
};

export type Hold = {
  /**
   * `season`: the feed's season holds it, whatever it brings. `drift`: what is stored is not what was committed. `renames`: the source has
   * given records other ids.
   */
  reason: 'guard' | 'dry-run' | 'season' | 'drift' | 'renames';
  /** Changes that an approval would apply. */
  remaining: number;
  /** Who has approved the plan already, where one person is not enough. */
  approvals?: Approval[];
  awaits?: 'second-person';
};

export type Approval = { by: string; at: string };

export type PlanSummary = {
  hash: string;
  /** Digest of what it writes, whatever state it was made against. */
  content: string;
  /** Where the header and the chunks stand. */
  prefix: string;
  chunks: number;
  changes: number;
  /** Digests of all that the plan would take away, and of what is held of it; absent where nothing is held. */
  removalsDigest?: string;
  heldDigest?: string;
  held: number;
  heldChunks: number;
  /** Ids of the feed that stand for other records than before. `waits`: somebody has to look at them. */
  renamed?: { chunks: number; count: number; digest: string; waits: boolean };
  /** How many active records it would take away, held or not. */
  removals: number;
};

/** Manifests of the states before a commit and after it; before the first one there is none. */
export type Part = { base?: string; made: string };

/** One run, as it is kept; `GET …/syncs/{s}` shows it. Times are ISO 8601. */
export type Sync = {
  district: string;
  syncId: string;
  kind: SyncKind;
  /** Of kind `feed` alone. */
  feed?: string;
  /** What that is set up as. */
  feedFormat?: FeedFormat;
  /** Somebody said that the upload is all there is, of a format where one only adds and changes. */
  snapshot?: true;
  /** What was read has changes only: what waits before it says other things. */
  changesOnly?: true;
  uploadId?: string;
  /** Of a feed that is pulled from an API. */
  pull?: SyncPull;
  /** Only these of a feed: the rest of the roster stands. */
  only?: Only;
  /** What somebody who knows better lets this feed pass the gate with. */
  accept?: Acceptable[];
  /** Version of the mapping rules that the sync brings in. */
  mapping?: string;
  /** Version of what people ask to edit; a sync of edits without it drops those whose day has come. */
  edits?: string;
  /** Of a purge. `due`: its plan takes something away. `running`: that is committed, and its second plan erases what items keep of it. */
  erase?: 'due' | 'running';
  /** Of a purge that takes one person out, whatever their status: their records. Absent once it is done with. */
  erases?: string[];
  /** The sync that a rollback undoes. */
  undoes?: string;
  /** What a rollback brings back beside the roster, where the undone sync brought another: none is named where none was. */
  restored?: { mapping?: { version?: string }; feed?: { by?: string } };
  season: Season;
  removal: RemovalRules;
  dryRun: boolean;
  guard: GuardLimits;
  /** What the district asked to keep beyond the roster itself. */
  include: { phones: boolean; demographics: boolean };
  /** Which versions of the uploaded files were planned: an approval is of these. */
  uploadTags?: string[];
  requestedBy: string;
  requestedAt: string;
  state: SyncState;
  /** Given out when the lane is first claimed; grows from sync to sync of a district. */
  generation?: number;
  /** The committed generation that the plan was made against. */
  base?: number;
  /** How often the reconciler has had to send for it since it last got on. */
  attempts: number;
  /** How often a planner has begun it; each writes to a place of its own. */
  claims: number;
  plan?: PlanSummary;
  /** What it has committed, the oldest first; absent where that is nothing. A plan of which a part is held has more than one. */
  parts?: Part[];
  /** The sync whose feed, and the version whose rules, the state before its first part came from; none where there was none. */
  baseFedBy?: string;
  baseMapping?: string;
  /** Manifest of the state that a commit makes current. */
  nextManifest?: string;
  /** Edits of people that a commit puts in force; also a feed changes them, where it adopts a record. */
  nextEdits?: CommittedEdits;
  /** Manifest of the state that the held plan goes on from. */
  heldOn?: string;
  counts?: Counts;
  files?: FileCounts[];
  format?: string;
  guardReport?: GuardReport;
  /** Sorted by system and role. */
  roleTotals?: RoleTotal[];
  hold?: Hold;
  /** `first`: who had approved the plan before, where it needs two. `removals`: digest of what the plan that is made for it may take away; absent where nothing was held. `renames`: of the renames that were looked at. */
  approval?: Approval & {
    planHash: string;
    content: string;
    removals?: string;
    renames?: string;
    first?: Approval;
  };
  problems?: KeptProblems;
  rejection?: {
    code: FeedRejection | PullRejection | 'guard';
    message: string;
    hint: string;
    file?: string;
    row?: number;
    column?: string;
  };
  failure?: string;
  startedAt?: string;
  finishedAt?: string;
  updatedAt: string;
};

export const isOver = (state: SyncState): boolean =>
  state === 'applied' ||
  state === 'rejected' ||
  state === 'failed' ||
  state === 'cancelled' ||
  state === 'superseded';

export function noCounts(): Counts {
  const none = (): EntityCounts => ({
    received: 0,
    unchanged: 0,
    created: 0,
    updated: 0,
    reactivated: 0,
    marked: 0,
    rejected: 0,
    suspended: 0,
  });
  const counts: Partial<Counts> = {};
  for (const entity of entities) counts[entity] = none();
  // Every entity was just set.
  return counts as Counts;
}
