import { type Cell, cellsOf, type Tallies } from './cells.ts';
import type { CommittedState } from './committed-state.ts';
import { type Entity, entities, type RecordStatus } from './records.ts';
import { type Manifest, type RecentRemovals, readLines, type StateLine } from './state.ts';
import type { Objects } from './sync-stores.ts';

const windowMs = 7 * 24 * 3_600_000;

type Value = { status: RecordStatus; record: unknown };

/**
 * How many active records each group has, and what syncs have taken of them in the last seven days without being asked to by
 * anybody. Goes on from what the committed state says, by the changes of a plan alone: what is inherited unread need not be read.
 */
export class Tally {
  readonly active: Tallies;
  readonly recent: RecentRemovals;
  readonly #at: string;

  constructor({ active = {}, recent = [] }: Pick<Manifest, 'active' | 'recent'>, at: string) {
    this.#at = at;
    this.active = structuredClone(active);
    const from = new Date(Date.parse(at) - windowMs).toISOString();
    this.recent = structuredClone(recent.filter((entry) => entry.at > from));
  }

  /** A record as it was committed and as it will be. */
  moves(entity: Entity, before: Value | undefined, after: Value | undefined): void {
    if (before?.status === 'active') add(this.active, entity, cellsOf(entity, before.record), -1);
    if (after?.status === 'active') add(this.active, entity, cellsOf(entity, after.record), 1);
  }

  /** A removal that nobody was asked about: the next ones are counted with it. */
  notes(entity: Entity, record: unknown): void {
    add(this.#entry().removed, entity, cellsOf(entity, record), 1);
  }

  /** Roles that people who stay have no more, by group. */
  notesRoles(taken: ReadonlyMap<string, number>): void {
    if (taken.size > 0) this.#entry().roles = Object.fromEntries(taken);
  }

  #entry(): RecentRemovals[number] {
    const known = this.recent.find(({ at }) => at === this.#at);
    if (known) return known;
    const entry = { at: this.#at, removed: {} };
    this.recent.push(entry);
    return entry;
  }

  /** What comes back was not lost. */
  returns(entity: Entity, line: StateLine): void {
    const entry = this.recent.find(({ at }) => at === line.since);
    if (entry) add(entry.removed, entity, cellsOf(entity, JSON.parse(line.json)), -1);
  }
}

export function add(to: Tallies, entity: Entity, cells: Iterable<Cell>, count: number): void {
  const counts = to[entity] ?? Object.create(null);
  to[entity] = counts;
  for (const cell of cells) {
    const sum = (counts[cell] ?? 0) + count;
    if (sum > 0) counts[cell] = sum;
    else delete counts[cell];
  }
}

/** Of a state whose manifest does not say it yet. */
export async function countState(objects: Pick<Objects, 'get'>, state: CommittedState): Promise<Tallies> {
  const active: Tallies = {};
  for (const entity of entities) {
    for (const { key } of state.partitions(entity)) {
      if (key === undefined) continue;
      for (const line of readLines(await objects.get(key))) {
        if (line.status === 'active') add(active, entity, cellsOf(entity, JSON.parse(line.json)), 1);
      }
    }
  }
  return active;
}
