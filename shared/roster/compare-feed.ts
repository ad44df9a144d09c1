import { comparePartition, type PartitionInput, rosterChanges } from './compare.ts';
import { fateOf } from './fate.ts';
import type { From } from './fed.ts';
import { fedLines, saysNothing, sourceOf } from './fed-lines.ts';
import type { Problem } from './feed-reading.ts';
import { inOnly, isNamed } from './only.ts';
import { targetKey } from './plan.ts';
import { type Compared, nothingCompared, type Planning } from './planning.ts';
import { dropsFile, readDrops, type Snapshot } from './read-feed.ts';
import { type Entity, entities } from './records.ts';
import { addChanges, digestOfAll, settlePartition } from './settle-removals.ts';
import type { StateLine } from './state.ts';
import type { Only } from './sync.ts';

/** A plan whose roster comes from a feed. */
export type Comparing = Planning & {
  snapshot: Snapshot;
  rowsApplied: boolean;
  from: From;
  /** All that is compared, where not all is. */
  only?: Only | undefined;
  problem(problem: Problem): Promise<void> | undefined;
};

const tallied = ['unchanged', 'created', 'updated', 'reactivated', 'marked', 'rejected'] as const;

/** Compares every partition of every entity; writes all changes but removals. */
export async function compareFeed(run: Comparing): Promise<Compared> {
  const out = nothingCompared();
  const digests: { entity: Entity; digest: string }[] = [];
  for (const entity of entities) {
    const { partitions, nameless } = run.snapshot.spills[entity];
    // Nobody can say whether they are of what is compared.
    if (run.only === undefined) out.counts[entity].rejected += nameless;
    for (let partition = 0; partition < partitions; partition++) {
      const digest = await compareOne(run, entity, partition, out);
      if (digest) digests.push({ entity, digest });
    }
    const c = out.counts[entity];
    c.received = c.unchanged + c.created + c.updated + c.reactivated + c.marked + c.rejected;
  }
  out.removalsDigest = digestOfAll(digests);
  return out;
}

/** Returns the digest of the partition's removal candidates, if it has any. */
async function compareOne(
  run: Comparing,
  entity: Entity,
  partition: number,
  out: Compared,
): Promise<string | undefined> {
  const { snapshot, state, workspace, only } = run;
  const spill = snapshot.spills[entity];
  await run.alive();
  // A row whose id can't be read may be that of any record that seems to be missing.
  const complete = snapshot.complete.has(entity) && spill.nameless === 0;
  const mark = run.edits.mark(entity, partition, spill.partitions);
  const feed = sourceOf(snapshot, { entity, partition, complete, mark, feed: run.from.feed });
  const stored = state.partitions(entity);
  const before = stored.length === spill.partitions ? stored[partition] : undefined;
  if (before && mark === undefined && isLeftAlone(run, entity, partition)) {
    out.kinds[entity].push(before);
    return undefined;
  }
  const drops = readDrops(await workspace.read(dropsFile(entity, partition)));
  const tally = out.counts[entity];
  const isAll = only === undefined && drops.rows.size + drops.parts.size === 0;
  if (before && before.feed === feed && run.cover.size === 0 && isAll) {
    out.kinds[entity].push(before);
    tally.unchanged += spill.rows[partition] ?? 0;
    return undefined;
  }
  const lines = await state.lines(entity, partition, spill.partitions);
  const owns = ownsOf(run);
  const own = owns === undefined ? lines : lines.filter(owns);
  const { lines: fed, told } = await fedLines(run, { entity, partition, before: own });
  for (const problem of told) await run.problem(problem);
  const under = { before: lines, dropped: drops, brings: bringing(run, entity) };
  const outcome = comparePartition({
    before: lines,
    feed: marked(mark === undefined ? fed : run.edits.over(entity, fed, under), run.from.feed),
    dropped: drops,
    fate: complete ? (line) => fateOf(run.rules, entity, line) : undefined,
    manual: { has: (id) => staysBeside(run, entity, id) },
    rowsApplied: run.rowsApplied,
    owns,
    at: run.at,
    cover: coverOf(run, entity),
    only: only && {
      line: (line) => inOnly(only, entity, line),
      dropped: (id) => isNamed(only, entity, id),
    },
  });
  for (const key of tallied) tally[key] += outcome.tally[key];
  const { missing } = outcome.tally;
  if (missing > 0) tally.missing = (tally.missing ?? 0) + missing;
  for (const { before, kind } of outcome.changes) {
    if (kind === 'reactivate' && before) run.tally.returns(entity, before);
  }
  out.changed ||= outcome.changes.length > 0 || outcome.removals.length > 0 || outcome.trails;
  await addChanges(run, entity, partition, rosterChanges(entity, outcome.changes));
  if (only && before && outcome.changes.length === 0 && isSame(lines, outcome.kept)) {
    // As it was, and so is the normal form behind it.
    out.kinds[entity].push(before);
    return undefined;
  }
  return settlePartition(run, out, {
    ...{ entity, partition, kept: outcome.kept, removals: outcome.removals },
    // Nor where rows may have been left as somebody has changed them since.
    ...(isAll && !outcome.waits && !run.rowsApplied ? { feed } : {}),
  });
}

function ownsOf({ from }: Comparing): PartitionInput['owns'] {
  return from.isOnly ? undefined : (line) => line.feed === from.feed;
}

function* marked(lines: Iterable<StateLine>, feed: string | undefined): Generator<StateLine> {
  if (feed === undefined) yield* lines;
  else for (const line of lines) yield { ...line, feed };
}

/** Neither the feed says anything of the partition, nor may an unfinished plan have written there. */
function isLeftAlone({ snapshot, cover }: Comparing, entity: Entity, partition: number): boolean {
  return cover.size === 0 && saysNothing(snapshot, entity, partition);
}

/** Asked about every record, and mostly empty: then no key is made for it. */
function coverOf({ cover }: Comparing, entity: Entity): Pick<ReadonlySet<string>, 'has'> {
  if (cover.size === 0) return cover;
  return { has: (id) => cover.has(targetKey({ table: 'roster', entity, id })) };
}

/** A record that people keep, or another feed still speaks of. */
function staysBeside({ edits, from }: Comparing, entity: Entity, id: string): boolean {
  return edits.isManual(entity, id) || (entity === 'orgs' && from.shared.has(id));
}

/** Which rows count, by a record's lines before and after; a part that was applied has brought all of them. */
function bringing({ rowsApplied, only, from }: Comparing, entity: Entity) {
  const isOthers = (line: StateLine | undefined) =>
    line !== undefined && !from.isOnly && line.feed !== from.feed;
  return (...lines: [before: StateLine | undefined, after: StateLine]): boolean =>
    !rowsApplied &&
    !isOthers(lines[0]) &&
    (only === undefined || lines.some((line) => line !== undefined && inOnly(only, entity, line)));
}

function isSame(before: readonly StateLine[], after: readonly StateLine[]): boolean {
  const lines = new Set(before);
  return before.length === after.length && after.every((line) => lines.has(line));
}
