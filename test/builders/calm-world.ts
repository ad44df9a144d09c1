import { makeDerivation } from '../../shared/access/derive.ts';
import type { PersonFacts } from '../../shared/access/facts.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { type FeedFiles, openFeed } from '../../shared/feeds/open-feed.ts';
import { applyChunk } from '../../shared/roster/apply-chunk.ts';
import type { Problem } from '../../shared/roster/feed-reading.ts';
import { finishSync } from '../../shared/roster/finish-sync.ts';
import { mappingRules } from '../../shared/roster/mapping-documents.ts';
import { type Change, chunkKey, heldPrefix } from '../../shared/roster/plan.ts';
import { planSync } from '../../shared/roster/plan-sync.ts';
import { problemParts } from '../../shared/roster/problems-kept.ts';
import type { Entity, Org, RecordOf, User, UserRole } from '../../shared/roster/records.ts';
import { defaultRemoval } from '../../shared/roster/season.ts';
import type { CareKind, Sync } from '../../shared/roster/sync.ts';
import { approveSync, type NewSync, startSync, withoutFeed } from '../../shared/roster/sync-desk.ts';
import type {
  Objects,
  RecordWriter,
  StoredItems,
  SyncLedger,
  SyncQueues,
} from '../../shared/roster/sync-stores.ts';
import { startCare } from '../../shared/roster/weekly-care.ts';
import { visible } from '../../shared/store/versioned.ts';
import { openChanges, openRoster, type RosterChanges, type TinyRoster } from '../simulation/rosters.ts';
import { noFaults, Schedule } from '../simulation/schedule.ts';
import { type Item, World } from '../simulation/world.ts';
import { memoryWorkspace } from './memory-workspace.ts';

const district = 'd-1';

export type Records = { [E in Entity]?: readonly RecordOf[E][] };
type FeedSync = Extract<NewSync, { kind: 'feed' }>;
type Stores = { ledger: SyncLedger; records: RecordWriter; stored: StoredItems };

/**
 * The shipped planner, worker and finisher where nothing goes wrong and all comes in turn: over stores in memory, or over tables that a
 * test gives.
 */
export class CalmWorld {
  readonly #world = new World(new Schedule(1, noFaults), {});
  readonly #rosters = new Map<string, TinyRoster>();
  readonly #uploads = new Map<string, FeedFiles>();
  readonly #changes = new Map<string, RosterChanges>();
  #syncs = 0;
  /** As if a release derived other facts. */
  derivationVersion: string | undefined;
  readonly now = this.#world.now;
  readonly #chunkSize: number;
  readonly ledger: SyncLedger;
  readonly #records: RecordWriter;
  readonly #stored: StoredItems;

  constructor(chunkSize = 3, stores: Partial<Stores> = {}) {
    this.#chunkSize = chunkSize;
    const { ledger = this.#ledger, records = this.#writer } = stores;
    this.ledger = ledger;
    this.#records = records;
    this.#stored = stores.stored ?? this.#world.storedBy(async (look) => look());
  }

  readonly #ledger: SyncLedger = {
    lane: async () => this.#world.readLane(district),
    sync: async (_, syncId) => structuredClone(this.#world.syncs.get(syncId)),
    write: async (change) => this.#world.write(structuredClone(change)),
    chunkDone: async (at, chunk, total) => this.#world.chunkDone(at, chunk, total),
    chunksLeft: async (at, total) => this.#world.chunksLeft(at, total),
    movedAt: async () => undefined,
    progress: async () => {},
  };

  readonly objects: Objects = {
    put: async (key, text) => void this.#world.objects.set(key, text),
    get: async (key) => this.#world.objects.get(key) ?? Promise.reject(new Error(`no object ${key}`)),
  };

  readonly queues: SyncQueues = {
    plan: async (_, syncId) => void this.#world.queue.push({ queue: 'plans', district, syncId }),
    finish: async (_, syncId) => void this.#world.queue.push({ queue: 'finishes', district, syncId }),
    chunks: async (at, numbers) =>
      void this.#world.queue.push(...numbers.map((chunk) => ({ queue: 'changes' as const, ...at, chunk }))),
  };

  readonly #writer: RecordWriter = {
    write: async (_, changes, at) => {
      for (const change of changes) this.#world.writeItem(change, at);
    },
  };

  passDays(days: number): void {
    this.#world.clock += days * 86_400_000;
  }

  nextId(): string {
    return `y${String(++this.#syncs).padStart(3, '0')}`;
  }

  /** Lets time pass; milliseconds. */
  pass(time: number): void {
    this.#world.clock += time;
  }

  /** Queues a sync of people who have roles at orgs. */
  startFeed(orgs: readonly Org[], users: readonly User[], more: Partial<FeedSync> = {}): Promise<string> {
    return this.startRoster({ orgs, users }, more);
  }

  async startRoster(records: Records | TinyRoster, more: Partial<FeedSync> = {}): Promise<string> {
    const syncId = this.nextId();
    this.give(syncId, records);
    await startSync(this, {
      ...{ district, syncId, kind: 'feed', feed: 'sis', uploadId: syncId, dryRun: false },
      ...withoutFeed,
      requestedBy: 'test',
      ...more,
    });
    return syncId;
  }

  /** Says what the feed of a sync will be read as. */
  give(syncId: string, records: Records | TinyRoster): void {
    const byId = <T extends { sourcedId: string }>(all: readonly T[] | Map<string, T> = []) =>
      all instanceof Map ? all : new Map(all.map((one) => [one.sourcedId, one]));
    this.#rosters.set(syncId, {
      orgs: byId(records.orgs),
      users: byId(records.users),
      academicSessions: byId(records.academicSessions),
      courses: byId(records.courses),
      classes: byId(records.classes),
      enrollments: byId(records.enrollments),
    });
  }

  async sync(orgs: readonly Org[], users: readonly User[]): Promise<Sync> {
    return this.rested(await this.startFeed(orgs, users));
  }

  async syncRoster(records: Records, more: Partial<FeedSync> = {}): Promise<Sync> {
    return this.rested(await this.startRoster(records, more));
  }

  /** Syncs an upload through the shipped adapter. */
  async syncFiles(files: FeedFiles, more: Partial<FeedSync> = {}): Promise<Sync> {
    const syncId = this.nextId();
    this.#uploads.set(syncId, files);
    return this.#startAndRest(syncId, more);
  }

  /** Syncs a feed of changes. */
  async syncChanges(changes: RosterChanges, more: Partial<FeedSync> = {}): Promise<Sync> {
    const syncId = this.nextId();
    this.#changes.set(syncId, changes);
    return this.#startAndRest(syncId, more);
  }

  async #startAndRest(syncId: string, more: Partial<FeedSync>): Promise<Sync> {
    await startSync(this, {
      ...{ district, syncId, kind: 'feed', feed: 'sis', uploadId: syncId, dryRun: false },
      ...withoutFeed,
      requestedBy: 'test',
      ...more,
    });
    return this.rested(syncId);
  }

  /** Delivers messages until there are none, or the next is one of `before`. */
  async deliver(before?: 'changes' | 'finishes'): Promise<void> {
    for (let [message] = this.#world.queue; message; [message] = this.#world.queue) {
      if (message.queue === before) return;
      await this.deliverOne();
    }
  }

  async deliverOne(): Promise<void> {
    const message = this.#world.queue.shift();
    if (message?.queue === 'plans') await this.#plan(message.syncId);
    if (message?.queue === 'finishes') await finishSync(this, message);
    if (message?.queue === 'changes') await applyChunk({ ...this, records: this.#records }, message);
  }

  async rested(syncId: string): Promise<Sync> {
    await this.deliver();
    const sync = (await this.ledger.sync(district, syncId))?.value;
    if (!sync) throw new Error(`no sync ${syncId}`);
    return sync;
  }

  /** Everything that is kept of an item, by the key of `targetKey`. */
  item(key: string): Item | undefined {
    return this.#world.items.get(key);
  }

  objectKeys(): string[] {
    return [...this.#world.objects.keys()].sort();
  }

  keys(): string[] {
    return [...this.#world.items.keys()].sort();
  }

  /** Puts something in a table past all syncs. */
  plant(key: string, item: Item | undefined): void {
    if (item === undefined) this.#world.items.delete(key);
    else this.#world.items.set(key, item);
  }

  /** Asks for a purge or a repair of a feed with these days of grace; at rest. */
  async care(kind: CareKind, graceDays = 30): Promise<Sync> {
    const removalOf = async () => ({ ...defaultRemoval, graceDays });
    const syncId = this.nextId();
    await startCare({ ...this, removalOf }, { district, syncId, kind, by: 'test' });
    return this.rested(syncId);
  }

  async approve({ syncId, plan }: Sync): Promise<Sync> {
    await approveSync(this, { district, syncId, planHash: plan?.hash ?? '', by: 'test' });
    return this.rested(syncId);
  }

  /** What readers see of an item, by the key of `targetKey`. */
  seen(key: string): unknown {
    return visible(this.#world.items.get(key), this.#world.committed);
  }

  /** All that readers see, by the key of `targetKey`. */
  allSeen(): Record<string, unknown> {
    const keys = [...this.#world.items.keys()].sort();
    return Object.fromEntries(
      keys.flatMap((key) => {
        const value = this.seen(key);
        return value === undefined ? [] : [[key, value]];
      }),
    );
  }

  /** The roles of a person that readers see, as `system role`, sorted. */
  rolesOf(userId: string): string[] {
    // Written by the shipped derivation.
    const facts = this.seen(`access\tperson\t${userId}`) as PersonFacts | undefined;
    return (facts?.assignments ?? []).map(({ system, role }) => `${system} ${role}`).sort();
  }

  /** What the plan holds of changes. */
  async heldOf({ plan }: Sync): Promise<Change[]> {
    return this.#changesAt(heldPrefix(plan?.prefix ?? ''), plan?.heldChunks ?? 0);
  }

  async changesOf({ plan }: Sync): Promise<Change[]> {
    return this.#changesAt(plan?.prefix ?? '', plan?.chunks ?? 0);
  }

  async #changesAt(prefix: string, chunks: number): Promise<Change[]> {
    const texts = Array.from({ length: chunks }, (_, at) => this.objects.get(chunkKey(prefix, at)));
    return (await Promise.all(texts)).flatMap((text) =>
      text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Change])),
    );
  }

  async problemsOf({ problems }: Sync): Promise<Problem[]> {
    const parts = problems === undefined ? [] : await problemParts(this.objects, problems);
    return (await Promise.all(parts.map((read) => read()))).flat();
  }

  async #plan(syncId: string): Promise<void> {
    await planSync(
      {
        ...this,
        chunkSize: this.#chunkSize,
        stored: this.#stored,
        derivation: async (_, mapping) => {
          const rules = await mappingRules(this.objects, district, mapping);
          const derivation = makeDerivation({ district, rules, catalogues: shippedCatalogues });
          return { ...derivation, version: this.derivationVersion ?? derivation.version };
        },
        dayOf: async (_, at) => at.slice(0, 10),
        openFeed: async (sync) => {
          const upload = this.#uploads.get(sync.syncId);
          if (upload) return { feed: await openFeed(upload), tags: [sync.syncId] };
          const changes = this.#changes.get(sync.syncId);
          if (changes) return { feed: openChanges(changes), tags: [sync.syncId] };
          const roster = this.#rosters.get(sync.syncId);
          if (!roster) throw new Error(`no roster ${sync.syncId}`);
          return { feed: openRoster(roster), tags: [sync.syncId] };
        },
        workspace: async () => memoryWorkspace(),
      },
      { district, syncId },
    );
  }
}

export const school: Org = { sourcedId: 's1', name: 'South', type: 'school' };

/** A person with roles at the school. */
export function person(sourcedId: string, roles: readonly string[], more: Partial<User> = {}): User {
  return {
    sourcedId,
    enabledUser: true,
    givenName: 'Given',
    familyName: 'Family',
    ...more,
    roles: roles.map((role): UserRole => ({ roleType: 'primary', role, orgId: 's1' })),
  };
}
