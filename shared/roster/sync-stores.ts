import type { Lane } from './lane.ts';
import type { Change } from './plan.ts';
import type { Entity } from './records.ts';
import type { DerivedKind } from './state.ts';
import type { Sync } from './sync.ts';

/** What the planner, the worker and the finisher need of the world; the simulation puts its own in place. */

/** A value and the version it was read at; 0 = not written yet. */
export type Kept<T> = { value: T; version: number };

/** One commit, for whoever asks what stood on a past day. A held sync that is approved makes two. */
export type Commit = {
  district: string;
  /** ISO 8601. */
  at: string;
  syncId: string;
  generation: number;
  /** Key of the manifest of what stands from then on. */
  manifest: string;
  /** The sync whose feed the roster came from: itself, unless it read none. */
  fedBy?: string;
  /** Version of the district's own mapping rules. */
  mapping?: string;
};

export type LedgerWrite = {
  lane?: Kept<Lane>;
  syncs: Kept<Sync>[];
  /** Makes a generation the one that readers see, in the same transaction. */
  head?: { district: string; committed: number };
  /** Kept for good, and told to those who follow the district's changes, in the same transaction. */
  commit?: Commit;
};

/** Where syncs and lanes are kept. All reads are consistent. */
export interface SyncLedger {
  /** A lane that was never written is a new one. */
  lane(district: string): Promise<Kept<Lane>>;
  sync(district: string, syncId: string): Promise<Kept<Sync> | undefined>;
  /** All or nothing; false where anything has another version than it was read at. */
  write(change: LedgerWrite): Promise<boolean>;
  /** Notes a chunk as done; doing so again changes nothing. Returns whether that leaves none. */
  chunkDone(
    at: { district: string; syncId: string; generation: number },
    chunk: number,
    total: number,
  ): Promise<boolean>;
  /** 0-based numbers of chunks that are not done, ascending. */
  chunksLeft(at: { district: string; syncId: string; generation: number }, total: number): Promise<number[]>;
  /** When the sync last showed life: progress was noted, or a chunk was done. ISO 8601. */
  movedAt(at: { district: string; syncId: string; generation: number }): Promise<string | undefined>;
  /** For the person who watches, and as a sign of life; may be lost. */
  progress(
    at: { district: string; syncId: string },
    done: number,
    total: number,
    unit: 'rows' | 'changes',
  ): Promise<void>;
}

/** Text objects by key. Keys of plans and states name their content or attempt and are never written with other text. */
export interface Objects {
  put(key: string, text: string): Promise<void>;
  /** @throws {StoreUnavailable} also where the key is missing: whoever asks was told that it is there. */
  get(key: string): Promise<string>;
}

/** Scratch files of one planner run. */
export interface Workspace {
  /** A promise only where the writer has fallen behind. */
  append(name: string, text: string): Promise<void> | undefined;
  /** Everything appended, `''` where nothing was. */
  read(name: string): Promise<string>;
}

export interface SyncQueues {
  plan(district: string, syncId: string): Promise<void>;
  chunks(
    at: { district: string; syncId: string; generation: number; planHash: string },
    numbers: number[],
  ): Promise<void>;
  finish(district: string, syncId: string): Promise<void>;
}

/** An item of a record, and what readers see of it; absent = nothing. */
export type StoredItem = { id: string; seen?: unknown };
/** A row of who holds what; `id` as in a change, `userId` whose it is. */
export type StoredHolder = { id: string; userId: string; seen: unknown };

/**
 * What is stored, whoever wrote it, as readers of the generation `committed` see it. Only for a plan that has the lane, so that no sync
 * writes meanwhile. All reads are consistent.
 */
export interface StoredItems {
  /** Every item of an entity, page by page, those of which readers see nothing too. */
  records(at: SeenAt, entity: Entity): AsyncIterable<StoredItem[]>;
  /** What readers see of access facts, by id; nothing of those that are not there. */
  facts(at: SeenAt, kind: DerivedKind, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** Who holds a role by the roster or is to be confirmed in it, page by page. */
  holders(at: SeenAt, role: { system: string; role: string }): AsyncIterable<StoredHolder[]>;
  /** Those of the ids that user accounts are tied to. */
  signingIn(district: string, userIds: readonly string[]): Promise<ReadonlySet<string>>;
}
export type SeenAt = { district: string; committed: number };

/** Where a plan's changes land. */
export interface RecordWriter {
  /**
   * Writes each change unless its item is of this or a later generation already. With a change that forgets, what people gave the
   * person ends.
   * @throws {StoreUnavailable} where some could not be written; writing all of them again is safe.
   */
  write(district: string, changes: Change[], at: { generation: number; base: number }): Promise<void>;
}
