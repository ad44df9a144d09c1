import { adoptedProblem, keptProblem } from './edit-problems.ts';
import {
  type EditAt,
  type Edits,
  type Fields,
  inForce,
  type ManualRecord,
  movedIds,
  type Override,
  overlaid,
  recordKey,
  without,
} from './edits.ts';
import type { Problem } from './feed-reading.ts';
import type { Entity } from './records.ts';
import { partitionOf, type StateLine, sha256 } from './state.ts';
import { type Erased, editsWithout, lineWithout } from './without-person.ts';

/** What a layer is made of; `beneath`: what the feed says itself of records with overrides, as the last commit left it. */
export type Editing = {
  before: Edits;
  after: Edits;
  /** A calendar day in the district's time zone. */
  today: string;
  beneath: Iterable<StateLine>;
  /** Whether the plan is a feed's. */
  hasFeed: boolean;
};

/**
 * Where a feed's rows come to lie: ids whose row was dropped, or of whom a part was, are as they were before. `brings`: whether a
 * record is brought by its row at all, by its lines before and after.
 */
type Under = {
  before: readonly StateLine[];
  dropped: { rows: ReadonlySet<string>; parts: ReadonlySet<string> };
  brings(old: StateLine | undefined, row: StateLine): boolean;
};

/**
 * The edits of people between feed and roster, for one plan: a record is what the feed says of it with the overrides in force on
 * top; a manual record is there although no feed brings it. What the feed says itself is kept beneath, so that a release needs no feed.
 */
export class EditLayer {
  readonly before: Edits;
  readonly #overrides: ReadonlyMap<string, Override[]>;
  readonly #overridden: ReadonlySet<string>;
  readonly #today: string;
  readonly #hasFeed: boolean;
  readonly #beneath = new Map<string, string>();
  readonly #adopted: ManualRecord[] = [];
  readonly #marks = new Map<string, Map<number, string>>();
  readonly #records: ReadonlyMap<string, ManualRecord>;
  readonly #recordsBefore: ReadonlyMap<string, ManualRecord>;
  /** All entries of a record, in force or not. */
  readonly #entries: ReadonlyMap<string, EditAt[]>;
  /** What the plan itself has ended, and is still to be taken out of the edits after it. */
  #ended: EditAt[] = [];
  #after: Edits;

  constructor({ before, after, today, beneath, hasFeed }: Editing) {
    this.before = before;
    this.#after = after;
    this.#today = today;
    this.#hasFeed = hasFeed;
    const now = after.overrides.filter((edit) => inForce(edit, today));
    this.#overrides = Map.groupBy(now, recordKey);
    this.#overridden = new Set(after.overrides.map(recordKey));
    this.#records = new Map(after.records.map((one) => [recordKey(one), one]));
    this.#recordsBefore = new Map(before.records.map((one) => [recordKey(one), one]));
    this.#entries = Map.groupBy([...after.overrides, ...after.records], recordKey);
    for (const { id, json } of beneath) this.#beneath.set(beneathKey(id), json);
  }

  /** The edits after the plan: without the records that the feed has adopted, and without what a purge has taken. */
  get after(): Edits {
    // All at once: one by one would go through all edits for each.
    if (this.#ended.length > 0) this.#after = without(this.#after, this.#ended);
    this.#ended = [];
    return this.#after;
  }

  /** Whether a person keeps the record, although no feed brings it. */
  isManual(entity: Entity, id: string): boolean {
    const manual = this.#records.get(recordKey({ entity, sourcedId: id }));
    return manual !== undefined && inForce(manual, this.#today);
  }

  /**
   * What of the edits concerns a partition of `count`: '' where they change nothing in it, undefined where they know of nothing in
   * it. Beside the digest of a feed's rows it says all that a partition follows from.
   */
  mark(entity: Entity, partition: number, count: number): string | undefined {
    const of = `${entity} ${count}`;
    const marks = this.#marks.get(of) ?? this.#marksOf(entity, count);
    this.#marks.set(of, marks);
    return marks.get(partition);
  }

  #marksOf(entity: Entity, count: number): Map<number, string> {
    const edits = [...this.after.overrides, ...this.after.records].filter((edit) => edit.entity === entity);
    const groups = Map.groupBy(edits, ({ sourcedId }) => partitionOf(sourcedId, count));
    return new Map(
      [...groups].map(([partition, group]) => {
        const now = group.filter((edit) => inForce(edit, this.#today));
        return [partition, now.length === 0 ? '' : `edits=${sha256(JSON.stringify(now))}`];
      }),
    );
  }

  /** The rows of a full partition of a feed, edited. */
  *over(entity: Entity, rows: Iterable<StateLine>, { before, dropped, brings }: Under): Generator<StateLine> {
    const known = new Map<string, StateLine>();
    for (const line of before) if (this.#knows(entity, line.id)) known.set(line.id, line);
    for (const row of rows) {
      const old = known.get(row.id);
      const stands = dropped.rows.has(row.id) || (dropped.parts.has(row.id) && old !== undefined);
      if (stands || !this.#knows(entity, row.id)) yield row;
      else yield this.#edited(entity, row, { old, brings });
    }
  }

  #edited(
    entity: Entity,
    row: StateLine,
    { old, brings }: Pick<Under, 'brings'> & { old: StateLine | undefined },
  ): StateLine {
    const key = recordKey({ entity, sourcedId: row.id });
    const manual = this.#records.get(key);
    // A feed that says it has no such record doesn't bring it.
    if (manual !== undefined && row.status !== 'active' && inForce(manual, this.#today)) {
      return { ...row, status: 'active', json: this.#onTop(key, textOf(manual)) };
    }
    const edited = { ...row, json: this.#onTop(key, row.json) };
    if (!brings(old, edited)) return edited;
    if (manual !== undefined && row.status === 'active') this.#adopt(manual);
    // What a row says that marks an active record, or one marked already, is not taken over.
    const isTaken = row.status === 'active' || old === undefined || old.status === 'suspended';
    if (isTaken && this.#overridden.has(key)) this.#beneath.set(key, row.json);
    return edited;
  }

  /** The feed's from now on. */
  #adopt(manual: ManualRecord): void {
    this.#adopted.push(manual);
    this.#ended.push(manual);
  }

  /** Of a record that is taken away for good nothing stays: whoever gets its id next is somebody else. */
  forget(entity: Entity, id: string): void {
    const key = recordKey({ entity, sourcedId: id });
    this.#ended.push(...(this.#entries.get(key) ?? []));
    this.#beneath.delete(key);
  }

  /** Of a person who is erased: their edits and those of their enrollments, and what edits of others say of them. */
  forgetPerson(erased: Erased): void {
    this.#after = editsWithout(this.after, erased);
    for (const [key, json] of this.#beneath) {
      const line: StateLine = { status: 'active', id: key.replace('\t', '/'), json };
      const left = lineWithout('beneath', line, erased);
      if (left === undefined) this.#beneath.delete(key);
      else this.#beneath.set(key, left.json);
    }
  }

  /** Another feed than before is in force beneath; beneath a manual record there is none. */
  putBeneath({ id, json }: StateLine): void {
    const key = beneathKey(id);
    if (this.#records.has(key)) this.#beneath.delete(key);
    else this.#beneath.set(key, json);
  }

  /** Ids of records whose edits are others after the plan than before it. */
  moved(): Map<Entity, Set<string>> {
    return movedIds(this.before, this.after);
  }

  /**
   * A line of the committed roster by the edits after the plan, and whether it goes; undefined where there is none and no edit
   * brings one.
   */
  relaid(
    entity: Entity,
    id: string,
    line: StateLine | undefined,
  ): { line: StateLine; suspend: boolean } | undefined {
    const at = { entity, sourcedId: id };
    const key = recordKey(at);
    const was = this.#recordsBefore.get(key);
    const manual = this.#manualNow(key, was, line);
    if (manual !== undefined) {
      const json = this.#onTop(key, textOf(manual));
      this.#beneath.delete(key);
      const stays = line !== undefined && JSON.stringify(manual) === JSON.stringify(was);
      return { line: stays ? { ...line, json } : { status: 'active', id, json }, suspend: false };
    }
    if (line === undefined) return undefined;
    const base = this.#beneath.get(key) ?? (was === undefined ? line.json : textOf(was));
    if (this.#overridden.has(key)) this.#beneath.set(key, base);
    else this.#beneath.delete(key);
    const suspend = was !== undefined && line.status === 'active';
    return { line: { ...line, json: this.#onTop(key, base) }, suspend };
  }

  /** The feed has adopted what it has brought itself before anybody could write it by hand. */
  #manualNow(
    key: string,
    was: ManualRecord | undefined,
    line: StateLine | undefined,
  ): ManualRecord | undefined {
    const manual = this.#records.get(key);
    if (manual === undefined || was !== undefined || line?.status !== 'active') return manual;
    this.#adopt(manual);
    return undefined;
  }

  #knows(entity: Entity, id: string): boolean {
    const key = recordKey({ entity, sourcedId: id });
    return this.#overridden.has(key) || this.#records.has(key);
  }

  #onTop(key: string, json: string): string {
    const overrides = this.#overrides.get(key);
    // Written by writers of state lines only.
    return overrides === undefined ? json : JSON.stringify(overlaid(JSON.parse(json) as Fields, overrides));
  }

  /** What the feed itself says of a committed record, without overrides. */
  own(entity: Entity, { id, json }: Pick<StateLine, 'id' | 'json'>): string {
    return this.#beneath.get(recordKey({ entity, sourcedId: id })) ?? json;
  }

  /** What is kept of the feed's own records for whoever releases an override. */
  beneath(): StateLine[] {
    return [...this.#beneath]
      .filter(([key]) => this.#overridden.has(key))
      .map(([key, json]): StateLine => ({ status: 'active', id: key.replace('\t', '/'), json }));
  }

  /** What a plan has to say of edits; of values that a feed brings and people hold back, only where it has read a feed. */
  problems(): Problem[] {
    return [...this.#adopted.map(adoptedProblem), ...(this.#hasFeed ? this.#keptProblems() : [])];
  }

  #keptProblems(): Problem[] {
    return [...this.#overrides].flatMap(([key, overrides]) => {
      const json = this.#beneath.get(key);
      if (json === undefined) return [];
      const record = JSON.parse(json) as Fields;
      return overrides
        .filter(({ field, value }) => JSON.stringify(record[field] ?? null) !== JSON.stringify(value))
        .map(keptProblem);
    });
  }
}

/** Lines of what lies beneath are named by entity and id. */
function beneathKey(id: string): string {
  return id.replace('/', '\t');
}

/** A manual record as a line of the state has it. */
export function textOf({ sourcedId, record }: Pick<ManualRecord, 'sourcedId' | 'record'>): string {
  return JSON.stringify({ sourcedId, ...record });
}
