import type { ChunkRef } from '../../shared/roster/apply-chunk.ts';
import { type Lane, newLane } from '../../shared/roster/lane.ts';
import { type Change, holderParts, targetKey } from '../../shared/roster/plan.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import type {
  Kept,
  LedgerWrite,
  Objects,
  RecordWriter,
  StoredItems,
  SyncLedger,
  SyncQueues,
} from '../../shared/roster/sync-stores.ts';
import { visible } from '../../shared/store/versioned.ts';
import { type Process, Refused, type Schedule } from './schedule.ts';

/** What the stores hold, and what a protection taken out would change. */
export type Item = { g: number; now?: unknown; pg: number; prev?: unknown };

export type Message =
  | { queue: 'plans' | 'finishes'; district: string; syncId: string }
  | ({ queue: 'changes' } & ChunkRef);

/** Protections that a mutant takes out of the stores; the shipped code stays as it is. */
export type Broken = {
  /** Writes whatever generation is there. */
  noFence?: boolean;
  /** Forgets which plans were given up. */
  noCover?: boolean;
  /** Counts chunk deliveries instead of chunks. */
  counter?: boolean;
  /** Ledger writes go through whatever changed meanwhile. */
  noVersions?: boolean;
  /** A lane looks free to everyone. */
  noLane?: boolean;
  /** The plan forgets what stood before, so that readers see a sync half applied. */
  noBefore?: boolean;
  /** A message is taken off its queue when it is handed out. */
  ackFirst?: boolean;
};

/** As a store would: nothing of what was handed over stays shared. Lanes and syncs are plain JSON. */
function copy<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}

export class World {
  readonly schedule: Schedule;
  readonly broken: Broken;
  readonly lanes = new Map<string, Kept<Lane>>();
  readonly syncs = new Map<string, Kept<Sync>>();
  readonly done = new Map<string, Set<number>>();
  readonly deliveries = new Map<string, number>();
  readonly objects = new Map<string, string>();
  readonly items = new Map<string, Item>();
  readonly queue: Message[] = [];
  committed = 0;
  /** Grows with whatever readers could notice. */
  writes = 0;
  /** Every commit that readers saw, or that later syncs go by, in order. */
  readonly commits: { generation: number; syncId: string }[] = [];
  readonly ended: { syncId: string; state: string; kind: string; mapping?: string }[] = [];
  clock = Date.parse('2026-11-20T07:00:00Z');
  readonly moved = new Map<string, number>();

  constructor(schedule: Schedule, broken: Broken) {
    this.schedule = schedule;
    this.broken = broken;
  }

  now = (): string => new Date(this.clock).toISOString();

  ledger(process: Process): SyncLedger {
    const effect = <T>(act: () => T) => this.schedule.effect(process, act);
    return {
      lane: (district) => effect(() => this.readLane(district)),
      sync: (_, syncId) => effect(() => copy(this.syncs.get(syncId))),
      write: (change) => effect(() => this.write(copy(change))),
      chunkDone: (at, chunk, total) => effect(() => this.chunkDone(at, chunk, total)),
      chunksLeft: (at, total) => effect(() => this.chunksLeft(at, total)),
      movedAt: ({ syncId }) =>
        effect(() => {
          const at = this.moved.get(syncId);
          return at === undefined ? undefined : new Date(at).toISOString();
        }),
      progress: () => Promise.resolve(),
    };
  }

  readLane(district: string): Kept<Lane> {
    const kept = copy(this.lanes.get(district) ?? { value: newLane(district), version: 0 });
    if (this.broken.noCover) kept.value.unfinished = [];
    if (this.broken.noLane) delete kept.value.active;
    return kept;
  }

  write({ lane, syncs, head }: LedgerWrite): boolean {
    const fits = (kept: Kept<unknown>, stored: Kept<unknown> | undefined) =>
      this.broken.noVersions || kept.version === (stored?.version ?? 0);
    if (lane && !fits(lane, this.lanes.get(lane.value.district))) return false;
    if (syncs.some((sync) => !fits(sync, this.syncs.get(sync.value.syncId)))) return false;
    if (lane) this.lanes.set(lane.value.district, { value: lane.value, version: lane.version + 1 });
    for (const sync of syncs) {
      const before = this.syncs.get(sync.value.syncId)?.value.state;
      if (sync.value.finishedAt && sync.value.state !== before) this.ended.push({ ...sync.value });
      this.syncs.set(sync.value.syncId, { value: sync.value, version: sync.version + 1 });
    }
    const [first] = syncs;
    if (head) {
      this.writes++;
      this.committed = head.committed;
    }
    const rules = first?.value.mapping !== undefined || first?.value.restored?.mapping !== undefined;
    if (head || (first?.value.state === 'applied' && (rules || first.value.kind === 'edits'))) {
      this.commits.push({ generation: this.committed, syncId: first?.value.syncId ?? '' });
    }
    return true;
  }

  chunkDone(at: { syncId: string; generation: number }, chunk: number, total: number): boolean {
    const key = `${at.syncId} ${at.generation}`;
    this.moved.set(at.syncId, this.clock);
    const set = this.done.get(key) ?? new Set();
    this.done.set(key, set);
    set.add(chunk);
    const delivered = (this.deliveries.get(key) ?? 0) + 1;
    this.deliveries.set(key, delivered);
    return this.chunksLeft(at, total).length === 0;
  }

  chunksLeft(at: { syncId: string; generation: number }, total: number): number[] {
    const key = `${at.syncId} ${at.generation}`;
    if (this.broken.counter && (this.deliveries.get(key) ?? 0) >= total) return [];
    const set = this.done.get(key);
    return Array.from({ length: total }, (_, chunk) => chunk).filter((chunk) => !set?.has(chunk));
  }

  objectStore(process: Process): Objects {
    return {
      put: (key, text) => this.schedule.effect(process, () => void this.objects.set(key, text)),
      get: (key) =>
        this.schedule.effect(process, () => {
          const text = this.objects.get(key);
          if (text === undefined) throw new Refused(`no object ${key}`);
          return text;
        }),
    };
  }

  records(process: Process): RecordWriter {
    return {
      write: async (_, changes, at) => {
        for (const change of changes) {
          await this.schedule.effect(process, () => this.writeItem(change, at));
        }
      },
    };
  }

  writeItem(change: Change, { generation, base }: { generation: number; base: number }): void {
    const key = targetKey(change);
    const item = this.items.get(key);
    if (item && item.g >= generation && !this.broken.noFence) return;
    this.writes++;
    const prev = this.broken.noBefore ? change.now : change.prev;
    this.items.set(key, { g: generation, now: change.now, pg: base, prev });
  }

  stored(process: Process): StoredItems {
    return this.storedBy((look) => this.schedule.effect(process, look));
  }

  /** `read` says when a look happens; one page of records is one look. */
  storedBy(read: <T>(look: () => T) => Promise<T>): StoredItems {
    const of = (prefix: string) =>
      [...this.items]
        .filter(([at]) => at.startsWith(prefix))
        .map(([at, item]) => ({
          id: at.slice(prefix.length),
          seen: copy(visible(item, this.committed)),
        }));
    const pages = async function* <T>(items: () => T[]) {
      yield await read(items);
    };
    return {
      records: (_, entity) => pages(() => of(`roster\t${entity}\t`)),
      facts: (_, kind, ids) =>
        read(
          () =>
            new Map(
              of(`access\t${kind}\t`).flatMap(({ id, seen }) => (ids.includes(id) ? [[id, seen]] : [])),
            ),
        ),
      holders: (_, { system, role }) =>
        pages(() =>
          of('assignments\tholder\t').flatMap(({ id, seen }) => {
            const parts = holderParts(id);
            const isAsked = parts.system === system && parts.role === role && seen !== undefined;
            return isAsked ? [{ id, userId: parts.userId, seen }] : [];
          }),
        ),
      signingIn: async () => new Set(),
    };
  }

  queues(process: Process): SyncQueues {
    const send = (message: Message) => this.schedule.effect(process, () => void this.queue.push(message));
    return {
      plan: (district, syncId) => send({ queue: 'plans', district, syncId }),
      finish: (district, syncId) => send({ queue: 'finishes', district, syncId }),
      chunks: async (at, numbers) => {
        for (const chunk of numbers) await send({ queue: 'changes', ...at, chunk });
      },
    };
  }
}
