import { type Lane, newLane } from '../../shared/roster/lane.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import type { Kept, LedgerWrite, SyncLedger } from '../../shared/roster/sync-stores.ts';

/** The ledger of one district, for one process that asks one thing at a time. */
export class MemoryLedger implements SyncLedger {
  #lane: Kept<Lane>;
  readonly #syncs = new Map<string, Kept<Sync>>();
  readonly #done = new Set<number>();

  constructor(lane: Lane) {
    this.#lane = { value: lane, version: 1 };
  }

  /** A district after a commit. */
  static after(district: string, manifest: string): MemoryLedger {
    return new MemoryLedger({ ...newLane(district), generation: 1, committed: { generation: 1, manifest } });
  }

  async lane(): Promise<Kept<Lane>> {
    return this.#lane;
  }

  async sync(_: string, syncId: string): Promise<Kept<Sync> | undefined> {
    return this.#syncs.get(syncId);
  }

  async write({ lane, syncs }: LedgerWrite): Promise<boolean> {
    if (lane) this.#lane = { value: lane.value, version: lane.version + 1 };
    for (const { value, version } of syncs) this.#syncs.set(value.syncId, { value, version: version + 1 });
    return true;
  }

  async chunkDone(_: unknown, chunk: number, total: number): Promise<boolean> {
    return this.#done.add(chunk).size === total;
  }

  async chunksLeft(_: unknown, total: number): Promise<number[]> {
    return Array.from({ length: total }, (_, chunk) => chunk).filter((chunk) => !this.#done.has(chunk));
  }

  async movedAt(): Promise<undefined> {
    return undefined;
  }

  async progress(): Promise<void> {}
}
