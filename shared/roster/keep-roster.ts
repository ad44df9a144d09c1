import { type PartitionOutcome, rosterChange, rosterChanges } from './compare.ts';
import { targetKey } from './plan.ts';
import { type Compared, nothingCompared, type Planning } from './planning.ts';
import { type Entity, entities } from './records.ts';
import { addChanges, digestOfAll, settlePartition } from './settle-removals.ts';
import { type PartitionState, partitionOf, type StateLine } from './state.ts';

/**
 * The roster of a plan without a feed: the committed one, with what people have edited otherwise. Besides, only what an unfinished
 * plan may have touched is written, as it stands; what that plan would have made anew is among the tombstones.
 */
export async function keepRoster(run: Planning): Promise<Compared> {
  const { state, cover } = run;
  const out = nothingCompared();
  const moved = run.edits.moved();
  const digests: { entity: Entity; digest: string }[] = [];
  for (const entity of entities) {
    const stored = state.partitions(entity);
    const ids = [...(moved.get(entity) ?? [])];
    // A district's first record may be one that was made by hand.
    const count = Math.max(stored.length, ids.length > 0 ? 1 : 0);
    const byPartition = Map.groupBy(ids, (id) => partitionOf(id, count));
    for (let partition = 0; partition < count; partition++) {
      const of = {
        entity,
        partition,
        count,
        stored: stored[partition],
        ids: byPartition.get(partition) ?? [],
      };
      if (of.ids.length === 0 && cover.size === 0) {
        out.kinds[entity].push(stored[partition] ?? { active: 0 });
        continue;
      }
      await run.alive();
      const digest = await keepPartition(run, out, of);
      if (digest !== undefined) digests.push({ entity, digest });
    }
  }
  out.removalsDigest = digestOfAll(digests);
  return out;
}

type Keeping = {
  entity: Entity;
  partition: number;
  count: number;
  stored: PartitionState | undefined;
  /** Records whose edits are others now. */
  ids: string[];
};

/** Returns the digest of the partition's removals, if it has any. */
async function keepPartition(
  run: Planning,
  out: Compared,
  { entity, partition, count, stored, ids }: Keeping,
): Promise<string | undefined> {
  const lines = await run.state.lines(entity, partition, count);
  if (ids.length === 0) {
    for (const line of lines) {
      if (isCovered(run, entity, line)) await run.chunks.add([rosterChange(entity, 'cover', line, line)]);
    }
    out.kinds[entity].push(stored ?? { active: 0 });
    return undefined;
  }
  const { kept, changes, removals } = relay(run, entity, { lines, ids });
  const counts = out.counts[entity];
  for (const { kind } of changes) {
    if (kind === 'create') counts.created++;
    if (kind === 'update') counts.updated++;
    if (kind === 'reactivate') counts.reactivated++;
  }
  counts.received = counts.created + counts.updated + counts.reactivated;
  out.changed ||= changes.length > 0 || removals.length > 0;
  await addChanges(run, entity, partition, rosterChanges(entity, changes));
  const feed = feedMark(stored?.feed, run.edits.mark(entity, partition, count));
  return settlePartition(run, out, {
    ...{ entity, partition, kept, removals },
    ...(feed === undefined ? {} : { feed }),
  });
}

type Relaid = Pick<PartitionOutcome, 'kept' | 'changes' | 'removals'>;

function relay(run: Planning, entity: Entity, at: { lines: StateLine[]; ids: string[] }): Relaid {
  const out: Relaid = { kept: [], changes: [], removals: [] };
  const left = new Set(at.ids);
  for (const before of at.lines) {
    const relaid = left.delete(before.id) ? run.edits.relaid(entity, before.id, before) : undefined;
    if (relaid?.suspend) {
      out.removals.push({ before, kind: 'suspend' });
      continue;
    }
    const made = relaid?.line ?? before;
    const same = made.json === before.json && made.status === before.status;
    const after = same ? made : { ...made, changed: run.at };
    out.kept.push(after);
    const kind = same ? 'cover' : after.status === before.status ? 'update' : 'reactivate';
    if (!same || isCovered(run, entity, before)) out.changes.push({ kind, before, after });
  }
  for (const id of left) {
    const made = run.edits.relaid(entity, id, undefined);
    if (made === undefined) continue;
    const after = { ...made.line, changed: run.at };
    out.kept.push(after);
    out.changes.push({ kind: 'create', before: undefined, after });
  }
  return out;
}

function isCovered({ cover }: Planning, entity: Entity, { id }: StateLine): boolean {
  return cover.size > 0 && cover.has(targetKey({ table: 'roster', entity, id }));
}

/** What a partition followed from, with other edits: the same feed makes the same of it again. */
function feedMark(feed: string | undefined, mark: string | undefined): string | undefined {
  if (feed === undefined) return undefined;
  const [full, ...rest] = feed.split(' ');
  return [full, ...(mark ? [mark] : []), rest.at(-1)].join(' ');
}
