import type { Change, ChangeKind } from './plan.ts';
import type { Entity, RecordStatus } from './records.ts';
import { type Fate, type Removal, removed } from './removal.ts';
import type { StateLine } from './state.ts';

/**
 * One partition of an entity: the last committed state beside the feed's normal form.
 * Removals (missing from a full feed, or marked tobedeleted) stay candidates until the guard has seen all of them.
 */
export type PartitionInput = {
  before: Iterable<StateLine>;
  /** First row of an id wins; the adapter has already refused repeats. */
  feed: Iterable<StateLine>;
  /** Ids whose row was dropped, or of whom a part was: the state before stands; a new record goes without the part. */
  dropped: { rows: ReadonlySet<string>; parts: ReadonlySet<string> };
  /** What becomes of an active record that is missing; absent where the feed does not have the entity in full. */
  fate?: ((before: StateLine) => Fate) | undefined;
  /** Ids that people keep, although no feed brings them. */
  manual: Pick<ReadonlySet<string>, 'has'>;
  /** A part of the sync has brought its rows already: what is other than they say was changed since, and stays. */
  rowsApplied?: boolean;
  /** When the sync began, ISO 8601. */
  at: string;
  /** Ids that an unfinished plan may have written. */
  cover: Pick<ReadonlySet<string>, 'has'>;
  /** Whether the feed brings the record; absent where the district has no other feed. What another brings stands as it is. */
  owns?: ((before: StateLine) => boolean) | undefined;
  /** What alone is compared, where not all is: a record whose line before or after it holds, and dropped rows by their id. */
  only?: { line(line: StateLine): boolean; dropped(id: string): boolean } | undefined;
};

/** A change whose records are still text: made whole one by one, so that a partition's records are never all in memory. */
export type LineChange = { kind: ChangeKind; before: StateLine | undefined; after: StateLine };

export type PartitionOutcome = {
  /** The new state without the candidates' lines. */
  kept: StateLine[];
  changes: LineChange[];
  removals: Removal[];
  tally: {
    unchanged: number;
    created: number;
    updated: number;
    reactivated: number;
    marked: number;
    rejected: number;
    missing: number;
  };
  /** Whether a line waits for something but the feed, so that the same feed means something else next time. */
  waits: boolean;
  /** Whether a class or enrollment has begun to trail or no longer does: facts follow from that, though no record changes. */
  trails: boolean;
};

const value = (line: StateLine) => ({ status: line.status, record: JSON.parse(line.json) as unknown });

export function rosterChange(
  entity: Entity,
  kind: ChangeKind,
  before: StateLine | undefined,
  after: StateLine | undefined,
): Change {
  return {
    table: 'roster',
    entity,
    id: (after ?? before)?.id ?? '',
    kind,
    ...(after ? { now: value(after) } : {}),
    ...(before ? { prev: value(before) } : {}),
  };
}

export function* rosterChanges(entity: Entity, changes: Iterable<LineChange>): Generator<Change> {
  for (const { kind, before, after } of changes) yield rosterChange(entity, kind, before, after);
}

function kindOf(before: StateLine, after: StateLine): 'unchanged' | 'update' | 'reactivate' | 'mark' {
  if (after.status === 'tobedeleted') {
    // Marked already: what else the row says of a record that is going away is no news.
    return before.status === 'tobedeleted' ? 'unchanged' : 'mark';
  }
  if (before.status !== 'active') return 'reactivate';
  return before.json === after.json ? 'unchanged' : 'update';
}

export function comparePartition(input: PartitionInput): PartitionOutcome {
  const { dropped, only } = input;
  const isOut = (...lines: (StateLine | undefined)[]): boolean =>
    only !== undefined && !lines.some((line) => line !== undefined && only.line(line));
  const coming = new Map<string, StateLine>();
  for (const line of input.feed) if (!dropped.rows.has(line.id)) coming.set(line.id, line);
  const out: PartitionOutcome = {
    kept: [],
    changes: [],
    removals: [],
    tally: { unchanged: 0, created: 0, updated: 0, reactivated: 0, marked: 0, rejected: 0, missing: 0 },
    waits: false,
    trails: false,
  };
  const rejected = new Set([...dropped.rows].filter((id) => only === undefined || only.dropped(id)));
  for (const before of input.before) {
    const after = coming.get(before.id);
    coming.delete(before.id);
    if (input.owns?.(before) === false) withOther(input, out, { before, after });
    else if (isOut(before, after)) keep(input, out, before);
    else withOwn(input, out, { before, after, rejected });
  }
  out.tally.rejected += rejected.size;
  for (const after of input.rowsApplied ? [] : coming.values()) {
    if (isOut(after)) continue;
    const marked = after.status === 'tobedeleted';
    out.tally[marked ? 'marked' : 'created']++;
    const line = { ...after, changed: input.at, ...(marked ? { since: input.at } : {}) };
    out.kept.push(line);
    out.changes.push({ kind: marked ? 'mark' : 'create', before: undefined, after: line });
  }
  // The order of rows says nothing: the same records make the same plan.
  out.changes.sort((a, b) => byId(a.after, b.after));
  return out;
}

type Standing = { before: StateLine; after: StateLine | undefined };

/** What another feed brings says that one, until it has it no more and this one has. */
function withOther(input: PartitionInput, out: PartitionOutcome, { before, after }: Standing): void {
  if (before.status !== 'active' && after?.status === 'active' && !input.rowsApplied) {
    const line = { ...after, changed: input.at };
    out.tally.reactivated++;
    out.kept.push(line);
    out.changes.push({ kind: 'reactivate', before, after: line });
    return;
  }
  if (after !== undefined) out.tally.unchanged++;
  keep(input, out, before);
}

function withOwn(
  input: PartitionInput,
  out: PartitionOutcome,
  { before, after, rejected }: Standing & { rejected: Set<string> },
): void {
  const { rows, parts } = input.dropped;
  if (rows.has(before.id)) rejected.add(before.id);
  if (after === undefined) withoutRow(input, out, before);
  else if (parts.has(before.id)) {
    out.tally.rejected++;
    keep(input, out, before);
  } else withRow(input, out, before, after);
}

function keep({ cover }: PartitionInput, out: PartitionOutcome, before: StateLine): void {
  out.kept.push(before);
  if (cover.has(before.id)) out.changes.push({ kind: 'cover', before, after: before });
}

function withoutRow(input: PartitionInput, out: PartitionOutcome, before: StateLine): void {
  const stays =
    before.status !== 'active' || input.dropped.rows.has(before.id) || input.manual.has(before.id);
  const fate = stays ? undefined : input.fate?.(before);
  if (fate && 'goes' in fate) {
    out.removals.push(fate.goes);
    return;
  }
  keep(input, out, fate?.stays ?? before);
  if (!fate) return;
  if (fate.stays.ended !== before.ended) out.trails = true;
  out.waits = true;
  out.tally.missing++;
}

function withRow(input: PartitionInput, out: PartitionOutcome, before: StateLine, after: StateLine): void {
  const kind = kindOf(before, after);
  if (kind === 'unchanged') {
    out.tally.unchanged++;
    const { missing: _, ended, ...there } = before;
    if (ended !== undefined) out.trails = true;
    // Whoever is there again has not been missing.
    keep(input, out, { ...(before.status === 'active' ? there : before), ...modifiedOf(before, after) });
    return;
  }
  if (kind === 'mark' && before.status === 'active') {
    out.tally.marked++;
    const { modified } = after;
    const left = removed({ before, kind }, input.at);
    out.removals.push({
      before,
      kind,
      ...(left === undefined || modified === undefined ? {} : { after: { ...left, modified } }),
    });
    return;
  }
  if (input.rowsApplied) {
    keep(input, out, before);
    return;
  }
  out.tally[kind === 'update' ? 'updated' : kind === 'reactivate' ? 'reactivated' : 'marked']++;
  // Suspended before, and now the feed says so itself: it has been away since then.
  const since = kind === 'mark' ? { since: before.since ?? input.at } : {};
  const line = { ...after, changed: input.at, ...since, ...modifiedOf(before, after) };
  out.kept.push(line);
  out.changes.push({ kind, before, after: line });
}

/** What is known of when the source changed a record outlives a full feed, which says nothing of it. */
function modifiedOf(before: StateLine, after: StateLine): Pick<StateLine, 'modified'> {
  const modified = after.modified ?? before.modified;
  return modified === undefined ? {} : { modified };
}

export function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

export function countActive(lines: Iterable<{ status: RecordStatus }>): number {
  let active = 0;
  for (const line of lines) if (line.status === 'active') active++;
  return active;
}
