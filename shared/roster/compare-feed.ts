import { putPartition } from './committed-state.ts';
import {
  byId,
  comparePartition,
  type PartitionOutcome,
  type Removal,
  rosterChange,
  rosterChanges,
} from './compare.ts';
import { joinUsers } from './join-users.ts';
import { type Change, targetKey } from './plan.ts';
import { type Compared, type Planning, userChangesFile } from './planning.ts';
import { dropsFile, partsFile, readDrops, rowsFile, type Snapshot } from './read-feed.ts';
import { type Entity, entities } from './records.ts';
import { readLines, type StateLine, sha256, writeLine } from './state.ts';
import { noCounts } from './sync.ts';

/** A plan whose roster comes from a feed. */
export type Comparing = Planning & { snapshot: Snapshot };

const keptFile = (entity: Entity, partition: number): string => `${entity}.kept-${partition}`;
const removalsFile = (entity: Entity, partition: number): string => `${entity}.removals-${partition}`;

/** Compares every partition of every entity; writes all changes but removals. */
export async function compareFeed(run: Comparing): Promise<Compared> {
  const out: Compared = {
    counts: noCounts(),
    kinds: { orgs: [], academicSessions: [], courses: [], classes: [], users: [], enrollments: [] },
    removals: {},
    waiting: [],
    removalsDigest: '',
    changed: false,
  };
  const digests: string[] = [];
  for (const entity of entities) {
    const { partitions, nameless } = run.snapshot.spills[entity];
    out.counts[entity].rejected += nameless;
    for (let partition = 0; partition < partitions; partition++) {
      const digest = await compareOne(run, entity, partition, out);
      if (digest) digests.push(`${entity} ${digest}`);
    }
    const c = out.counts[entity];
    c.received = c.unchanged + c.created + c.updated + c.reactivated + c.marked + c.rejected;
  }
  out.removalsDigest = sha256(digests.join('\n'));
  return out;
}

/** Returns the digest of the partition's removal candidates, if it has any. */
async function compareOne(
  run: Comparing,
  entity: Entity,
  partition: number,
  out: Compared,
): Promise<string | undefined> {
  const { snapshot, state, workspace } = run;
  const spill = snapshot.spills[entity];
  await run.alive();
  // A row whose id can't be read may be that of any record that seems to be missing.
  const complete = snapshot.complete.has(entity) && spill.nameless === 0;
  const feed = `${complete ? 'full' : 'part'} ${spill.digests[partition] ?? ''}`;
  const stored = state.partitions(entity);
  const before = stored.length === spill.partitions ? stored[partition] : undefined;
  const drops = readDrops(await workspace.read(dropsFile(entity, partition)));
  const tally = out.counts[entity];
  const seen = out.removals[entity] ?? { active: 0, removals: 0 };
  out.removals[entity] = seen;
  if (before && before.feed === feed && run.cover.size === 0 && drops.rows.size + drops.parts.size === 0) {
    out.kinds[entity].push(before);
    tally.unchanged += spill.rows[partition] ?? 0;
    seen.active += before.active;
    return undefined;
  }
  const rows = readLines(await workspace.read(rowsFile(entity, partition)));
  const outcome = comparePartition({
    before: await state.lines(entity, partition, spill.partitions),
    feed: entity === 'users' ? joinUsers(rows, await workspace.read(partsFile(partition))) : rows,
    dropped: drops,
    complete,
    cover: { has: (id) => run.cover.has(targetKey({ table: 'roster', entity, id })) },
  });
  for (const key of ['unchanged', 'created', 'updated', 'reactivated', 'marked', 'rejected'] as const) {
    tally[key] += outcome.tally[key];
  }
  seen.active += outcome.activeBefore;
  seen.removals += outcome.removals.length;
  out.changed ||= outcome.changes.length > 0 || outcome.removals.length > 0;
  await addChanges(run, entity, partition, rosterChanges(entity, outcome.changes));
  return settle(
    run,
    { entity, partition, feed, outcome, clean: drops.rows.size + drops.parts.size === 0 },
    out,
  );
}

async function addChanges(
  run: Planning,
  entity: Entity,
  partition: number,
  changes: Iterable<Change>,
): Promise<void> {
  if (entity !== 'users') return run.chunks.add(changes);
  for (const change of changes) {
    const wait = run.workspace.append(userChangesFile(partition), `${JSON.stringify(change)}\n`);
    if (wait) await wait;
  }
}

type Settling = {
  entity: Entity;
  partition: number;
  feed: string;
  outcome: PartitionOutcome;
  clean: boolean;
};

/** Stores a partition without candidates at once; the others wait on the scratch disk. */
async function settle(run: Planning, at: Settling, out: Compared): Promise<string | undefined> {
  const { entity, partition, feed, outcome, clean } = at;
  const kept = outcome.kept.sort(byId);
  if (outcome.removals.length === 0) {
    const stored = await putPartition(run.objects, run.district, entity, kept);
    out.kinds[entity].push(clean ? { ...stored, feed } : stored);
    return undefined;
  }
  const removals = outcome.removals.sort((a, b) => byId(a.before, b.before));
  const text = removals.map((removal) => `${removal.kind}\n${writeLine(removal.before)}`).join('');
  await run.workspace.append(keptFile(entity, partition), kept.map(writeLine).join(''));
  await run.workspace.append(removalsFile(entity, partition), text);
  out.waiting.push({ entity, partition, feed });
  out.kinds[entity].push({ active: 0 });
  return sha256(text);
}

function* readRemovals(text: string): Generator<Removal> {
  let from = 0;
  while (from < text.length) {
    const kindEnd = text.indexOf('\n', from);
    const lineEnd = text.indexOf('\n', kindEnd + 1);
    const kind = text.slice(from, kindEnd) === 'mark' ? 'mark' : 'suspend';
    for (const before of readLines(text.slice(kindEnd + 1, lineEnd + 1))) {
      yield { before, after: { ...before, status: kind === 'mark' ? 'tobedeleted' : 'suspended' }, kind };
    }
    from = lineEnd + 1;
  }
}

/** Applies or holds the removals, now that the guard has seen all of them. */
export async function settleRemovals(run: Planning, compared: Compared, hold: boolean): Promise<number> {
  let removed = 0;
  for (const { entity, partition, feed } of compared.waiting) {
    const lines: StateLine[] = [...readLines(await run.workspace.read(keptFile(entity, partition)))];
    const changes: Change[] = [];
    const held: Change[] = [];
    for (const removal of readRemovals(await run.workspace.read(removalsFile(entity, partition)))) {
      const change = rosterChange(entity, removal.kind, removal.before, removal.after);
      lines.push(hold ? removal.before : removal.after);
      (hold ? held : changes).push(change);
      if (!hold && removal.kind === 'suspend') compared.counts[entity].suspended++;
      if (hold && run.cover.has(targetKey(change))) {
        changes.push(rosterChange(entity, 'cover', removal.before, removal.before));
      }
    }
    if (!hold) removed += changes.length;
    await run.held.add(held);
    await run.alive();
    await addChanges(run, entity, partition, changes);
    const stored = await putPartition(run.objects, run.district, entity, lines.sort(byId));
    compared.kinds[entity][partition] = hold ? stored : { ...stored, feed };
  }
  return removed;
}
