import { putPartition } from './committed-state.ts';
import { byId, type Removal, removed, rosterChange } from './compare.ts';
import { type Change, targetKey } from './plan.ts';
import { type Compared, type Planning, userChangesFile } from './planning.ts';
import type { Entity } from './records.ts';
import { readLines, type StateLine, sha256, writeLine } from './state.ts';

const keptFile = (entity: Entity, partition: number): string => `${entity}.kept-${partition}`;
const removalsFile = (entity: Entity, partition: number): string => `${entity}.removals-${partition}`;

/** Changes of users wait on the scratch disk for the derivation. */
export async function addChanges(
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

/** The next partition of an entity as a plan makes it, but for what it may take away. */
export type Settling = {
  entity: Entity;
  partition: number;
  /** Digest of the normal form behind it; absent where that does not say all. */
  feed?: string;
  kept: StateLine[];
  removals: Removal[];
};

/**
 * Stores a partition without removals at once; the others wait on the scratch disk until the guard has seen all of them. Returns
 * the digest of the removals, if there are any.
 */
export async function settlePartition(
  run: Planning,
  out: Compared,
  { entity, partition, feed, ...of }: Settling,
): Promise<string | undefined> {
  const kept = of.kept.sort(byId);
  const from = feed === undefined ? {} : { feed };
  if (of.removals.length === 0) {
    out.kinds[entity].push({ ...(await putPartition(run.objects, run.district, entity, kept)), ...from });
    return undefined;
  }
  const removals = of.removals.sort((a, b) => byId(a.before, b.before));
  const text = removals.map(writeRemoval).join('');
  await run.workspace.append(keptFile(entity, partition), kept.map(writeLine).join(''));
  await run.workspace.append(removalsFile(entity, partition), text);
  out.waiting.push({ entity, partition, ...from });
  out.kinds[entity].push({ active: 0 });
  return sha256(text);
}

/** The kind on a line of its own, then the record before and, where the removal says so, what is left. */
function writeRemoval({ kind, before, after }: Removal): string {
  return after === undefined
    ? `${kind}\n${writeLine(before)}`
    : `${kind} to\n${writeLine(before)}${writeLine(after)}`;
}

function* readRemovals(text: string): Generator<Removal> {
  let from = 0;
  while (from < text.length) {
    const kindEnd = text.indexOf('\n', from);
    const [word, to] = text.slice(from, kindEnd).split(' ');
    let end = text.indexOf('\n', kindEnd + 1);
    if (to !== undefined) end = text.indexOf('\n', end + 1);
    const [before, after] = readLines(text.slice(kindEnd + 1, end + 1));
    // Written by writeRemoval only.
    const kind = word as Removal['kind'];
    if (before !== undefined) yield { kind, before, ...(after === undefined ? {} : { after }) };
    from = end + 1;
  }
}

/** Applies or holds the removals, now that the guard has seen all of them. */
export async function settleRemovals(run: Planning, compared: Compared, hold: boolean): Promise<number> {
  let count = 0;
  for (const { entity, partition, feed } of compared.waiting) {
    const lines: StateLine[] = [...readLines(await run.workspace.read(keptFile(entity, partition)))];
    const changes: Change[] = [];
    const held: Change[] = [];
    for (const removal of readRemovals(await run.workspace.read(removalsFile(entity, partition)))) {
      const after = removed(removal, run.at);
      const change = rosterChange(entity, removal.kind, removal.before, after);
      const line = hold ? removal.before : after;
      if (line !== undefined) lines.push(line);
      (hold ? held : changes).push(change);
      if (!hold && removal.kind !== 'mark') compared.counts[entity].suspended++;
      if (hold && run.cover.has(targetKey(change))) {
        changes.push(rosterChange(entity, 'cover', removal.before, removal.before));
      }
    }
    if (!hold) count += changes.length;
    await run.held.add(held);
    await run.alive();
    await addChanges(run, entity, partition, changes);
    const stored = await putPartition(run.objects, run.district, entity, lines.sort(byId));
    compared.kinds[entity][partition] = hold || feed === undefined ? stored : { ...stored, feed };
  }
  return count;
}
