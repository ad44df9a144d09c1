import type { Problem } from './feed-reading.ts';
import { joinUsers } from './join-users.ts';
import { layChanges } from './lay-changes.ts';
import type { Planning } from './planning.ts';
import { partsFile, rowsFile, type Snapshot } from './read-feed.ts';
import type { Entity } from './records.ts';
import { readLines, type StateLine, sha256 } from './state.ts';

type Fed = Pick<Planning, 'workspace' | 'edits' | 'at'> & { snapshot: Snapshot };
type Partition = { entity: Entity; partition: number; before: readonly StateLine[] };

/**
 * A partition as a full feed would bring it, in the order of the feed: changes laid over what stood before, parts joined to
 * their users. `told`: what of it was not taken.
 */
export async function fedLines(
  { workspace, edits, at, snapshot }: Fed,
  { entity, partition, before }: Partition,
): Promise<{ lines: Iterable<StateLine>; told: Problem[] }> {
  const rows = readLines(await workspace.read(rowsFile(entity, partition)));
  const parts = entity === 'users' ? await workspace.read(partsFile(partition)) : '';
  if (!hasChanges(snapshot)) return { lines: entity === 'users' ? joinUsers(rows, parts) : rows, told: [] };
  const told: Problem[] = [];
  const known = new Map(before.map((line) => [line.id, line]));
  const own = (line: StateLine) => edits.own(entity, line);
  const tell = (problem: Problem) => void told.push(problem);
  const laid = layChanges(rows, { entity, before: known, own, at, tell });
  if (entity !== 'users') return { lines: [...laid], told };
  const { parts: modes = {}, complete } = snapshot;
  const of = { before: known, own, modes, staysWithoutRow: !complete.has('users'), tell };
  return { lines: [...joinUsers(laid, parts, of)], told };
}

/** Whether any file of a feed has changes only. */
export function hasChanges({ reads }: Pick<Snapshot, 'reads'>): boolean {
  return reads.some(({ mode }) => mode === 'delta');
}

const digestOfNothing = sha256('');

/** Whether a feed says nothing of a partition, neither of what is in it nor that there is nothing. */
export function saysNothing(
  { spills, complete, parts = {} }: Snapshot,
  entity: Entity,
  partition: number,
): boolean {
  const isFull = complete.has(entity) || (entity === 'users' && Object.values(parts).includes('full'));
  return !isFull && spills[entity].digests[partition] === digestOfNothing;
}

/** All that a partition follows from beside what stood before: its rows, how they are to be read, and the edits in it. */
export function sourceOf(
  { spills, parts = {} }: Snapshot,
  of: {
    entity: Entity;
    partition: number;
    complete: boolean;
    mark: string | undefined;
    /** Where it is not the district's first. */
    feed: string | undefined;
  },
): string {
  const ways = of.entity === 'users' ? Object.entries(parts).map(([part, mode]) => ` ${part}=${mode}`) : [];
  const edits = of.mark ? ` ${of.mark}` : '';
  const digest = spills[of.entity].digests[of.partition] ?? '';
  const from = of.feed === undefined ? '' : `${of.feed}:`;
  return `${of.complete ? 'full' : 'part'}${ways.join('')}${edits} ${from}${digest}`;
}
