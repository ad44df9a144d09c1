import type { Entity } from './records.ts';
import type { Counts, Only, Sync } from './sync.ts';

/**
 * One write of a plan. `remove`: the record is there no more, as if it had never been. `purge`: nor is it after its grace. `repair` writes
 * what was committed, where something else is stored. `forward`: an id of a feed leads to the record that it stands for. `rename` tells of
 * such an id, and writes nothing. `cover` writes what is already so, to fence off an earlier sync that was given up.
 */
export type ChangeKind =
  | 'create'
  | 'update'
  | 'reactivate'
  | 'mark'
  | 'suspend'
  | 'remove'
  | 'purge'
  | 'repair'
  | 'forward'
  | 'rename'
  | 'cover';

/**
 * What a change writes. `roster`: a record, id = sourcedId. `access`: facts, id = the person's, class's or org's.
 * `assignments`: who holds what, id = the parts of its key.
 */
export type ChangeTarget =
  | { table: 'roster'; entity: Entity; id: string }
  | { table: 'access'; entity: 'person' | 'class' | 'org'; id: string }
  | { table: 'assignments'; entity: 'holder'; id: string };

export type Change = ChangeTarget & {
  kind: ChangeKind;
  /** What the change means for a person's roles, per system; on changes of users. */
  effect?: RoleEffect[];
  /** What is so after the commit; absent = a tombstone. */
  now?: unknown;
  /** What the last commit shows; absent = nothing. */
  prev?: unknown;
  /** Of a rename: the id that the feed has for the record, and which facts say so. */
  renamed?: { feed: string; id: string; agrees: string[] };
  /** Of a person who was purged: what people gave the id ends, as of this instant, ISO 8601. */
  forget?: string;
};

/** Roles as `role@scope-type:id`. `requested`: privileged ones that now wait for a confirmation, where there are any. */
export type RoleEffect = { system: string; gained: string[]; lost: string[]; requested?: string[] };

/** The parts of a holder's id, in order. */
export type HolderParts = {
  system: string;
  role: string;
  scopeId: string;
  userId: string;
  assignmentId: string;
};

export function holderId(parts: HolderParts): string {
  return JSON.stringify([parts.system, parts.role, parts.scopeId, parts.userId, parts.assignmentId]);
}

export function holderParts(id: string): HolderParts {
  // Written by holderId only.
  const [system, role, scopeId, userId, assignmentId] = JSON.parse(id) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { system, role, scopeId, userId, assignmentId };
}

/** Changes per chunk: some 500 KB of JSON and, at 25 a statement batch, 40 calls. */
export const chunkSize = 1000;

/** Immutable, named by its hash; it binds the state it was made against, the counts and every chunk. */
export type PlanHeader = {
  district: string;
  feed?: string;
  mapping?: string;
  /** Version of the edits of people that the plan brings in. */
  edits?: string;
  undoes?: string;
  restored?: Sync['restored'];
  only?: Only;
  base: number;
  counts: Counts;
  /** sha256 of each chunk's text. */
  chunks: string[];
  changes: number;
  /** sha256 over the removals that are held, and how many. */
  held?: { digest: string; count: number };
  /** sha256 over the ids of the feed that stand for other records than before, and how many. */
  renamed?: { digest: string; count: number };
};

export function targetKey(target: ChangeTarget): string {
  return `${target.table}\t${target.entity}\t${target.id}`;
}

export function heldPrefix(prefix: string): string {
  return `${prefix}/held`;
}

export function renamedPrefix(prefix: string): string {
  return `${prefix}/renamed`;
}

export function headerKey(prefix: string): string {
  return `${prefix}/header.json`;
}

export function chunkKey(prefix: string, chunk: number): string {
  return `${prefix}/chunk-${String(chunk).padStart(6, '0')}.ndjson`;
}
