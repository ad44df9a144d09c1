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
  const text = removals.map((removal) => `${removal.kind}\n${writeLine(removal.before)}`).join('');
  await run.workspace.append(keptFile(entity, partition), kept.map(writeLine).join(''));
  await run.workspace.append(removalsFile(entity, partition), text);
  out.waiting.push({ entity, partition, ...from });
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
      yield { before, kind };
    }
    from = lineEnd + 1;
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
      lines.push(hold ? removal.before : after);
      (hold ? held : changes).push(change);
      if (!hold && removal.kind === 'suspend') compared.counts[entity].suspended++;
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
