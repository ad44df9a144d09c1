import type { CommittedState } from './committed-state.ts';
import type { EditLayer } from './edit-layer.ts';
import { joinUsers } from './join-users.ts';
import { dropsFile, partsFile, readDrops, rowsFile, type Snapshot } from './read-feed.ts';
import type { Entity, User } from './records.ts';
import { isAnother, traitsOf } from './same-user.ts';
import { readLines, type StateLine, writeLine } from './state.ts';
import type { Workspace } from './sync-stores.ts';

export type Sorting = {
  state: CommittedState;
  snapshot: Snapshot;
  workspace: Workspace;
  edits: Pick<EditLayer, 'isManual' | 'own'>;
  /** Whether this feed brings a record of the state. */
  owns(line: StateLine): boolean;
  /** Of a record, or of an id of the feed, that needs no looking at: somebody has said whose it is. */
  isSettled(entity: Entity, id: string): boolean;
};

/** Where a line is to be looked at, so that those that may be one record come together; a number below `buckets`. */
type Bucket = (line: StateLine, isFed: boolean) => number;

/** How many lines were sorted out, and users whose id has another person's record now. */
export type SortedOut = { missing: number; fresh: number; others: Set<string> };

const sortedFile = (entity: Entity, isFed: boolean, bucket: number): string =>
  `${entity}.${isFed ? 'fresh' : 'missing'}-${bucket}`;

/**
 * Goes through the partitions of an entity whose rows are not those of the last feed, and puts aside on the scratch disk the active records
 * that the feed no longer has and the ids that the roster has never had. A user who is another person now is both.
 */
export async function sortOut(at: Sorting, entity: Entity, bucketOf: Bucket): Promise<SortedOut> {
  const { snapshot, state, workspace } = at;
  const { partitions } = snapshot.spills[entity];
  const out: SortedOut = { missing: 0, fresh: 0, others: new Set() };
  const put = async (lines: readonly StateLine[], isFed: boolean) => {
    out[isFed ? 'fresh' : 'missing'] += lines.length;
    for (const line of lines) {
      await workspace.append(sortedFile(entity, isFed, bucketOf(line, isFed)), writeLine(line));
    }
  };
  const isFirst = state.partitions(entity).length === 0;
  for (let partition = 0; !isFirst && partition < partitions; partition++) {
    if (isAsBefore(at, entity, partition)) continue;
    const { missing, fresh, others } = await sortPartition(at, entity, partition);
    await put(missing, false);
    await put(fresh, true);
    for (const id of others) out.others.add(id);
  }
  return out;
}

/** Whether its rows are those of the last feed: then nothing in it is gone or new. */
export function isAsBefore(
  { state, snapshot }: Pick<Sorting, 'state' | 'snapshot'>,
  entity: Entity,
  partition: number,
): boolean {
  const { partitions, digests } = snapshot.spills[entity];
  const stored = state.partitions(entity);
  const before = stored.length === partitions ? stored[partition] : undefined;
  return before?.feed?.endsWith(` ${digests[partition] ?? '-'}`) ?? false;
}

type Sorted = { missing: StateLine[]; fresh: StateLine[]; others: string[] };

async function sortPartition(at: Sorting, entity: Entity, partition: number): Promise<Sorted> {
  const { snapshot, state, workspace, isSettled } = at;
  const { partitions, nameless } = snapshot.spills[entity];
  const isWhole = snapshot.complete.has(entity) && nameless === 0;
  const rows = new Map<string, StateLine>();
  for (const row of readLines(await workspace.read(rowsFile(entity, partition)))) rows.set(row.id, row);
  const drops = readDrops(await workspace.read(dropsFile(entity, partition))).rows;
  const suspects = new Map<string, StateLine>();
  const missing: StateLine[] = [];
  const isGone = ({ status, id }: StateLine) =>
    isWhole &&
    status === 'active' &&
    !drops.has(id) &&
    !isSettled(entity, id) &&
    !at.edits.isManual(entity, id);
  for (const line of await state.lines(entity, partition, partitions)) {
    if (!at.owns(line)) {
      rows.delete(line.id);
      continue;
    }
    const row = rows.get(line.id);
    if (row === undefined) {
      if (isGone(line)) missing.push({ ...line, json: at.edits.own(entity, line) });
    } else if (entity === 'users' && isSuspect(at, line, row)) suspects.set(line.id, line);
    else rows.delete(line.id);
  }
  const looked = [...(await joined(workspace, entity, partition, rows))];
  const others = looked.flatMap((row) => {
    const line = suspects.get(row.id);
    return line !== undefined && isOther(at, line, row) ? [{ line, row }] : [];
  });
  const isFresh = ({ status, id }: StateLine) =>
    isWhole && status === 'active' && !suspects.has(id) && !isSettled(entity, id);
  return {
    missing: [...missing, ...others.map(({ line }) => line)],
    fresh: [...looked.filter(isFresh), ...others.map(({ row }) => row)],
    others: others.map(({ row }) => row.id),
  };
}

/** What was sorted out into one bucket. */
export async function sortedOut(
  workspace: Workspace,
  entity: Entity,
  bucket: number,
): Promise<{ missing: StateLine[]; fresh: StateLine[] }> {
  const [missing, fresh] = await Promise.all(
    [false, true].map((isFed) => workspace.read(sortedFile(entity, isFed, bucket))),
  );
  return { missing: [...readLines(missing ?? '')], fresh: [...readLines(fresh ?? '')] };
}

/** Only rows that are looked at: most partitions have none of them. */
async function joined(
  workspace: Workspace,
  entity: Entity,
  partition: number,
  rows: ReadonlyMap<string, StateLine>,
): Promise<Iterable<StateLine>> {
  if (entity !== 'users' || rows.size === 0) return rows.values();
  return joinUsers(rows.values(), await workspace.read(partsFile(partition)));
}

/** Most changes are of something else than the name: then nothing has to be parsed. */
function isSuspect({ edits, isSettled }: Sorting, line: StateLine, row: StateLine): boolean {
  if (line.status !== 'active' || row.status !== 'active' || isSettled('users', line.id)) return false;
  return !edits.isManual('users', line.id) && namesIn(edits.own('users', line)) !== namesIn(row.json);
}

function isOther({ edits }: Sorting, line: StateLine, row: StateLine): boolean {
  // Lines of this entity hold its records.
  const before = JSON.parse(edits.own('users', line)) as User;
  return isAnother(traitsOf(before), traitsOf(JSON.parse(row.json) as User));
}

const names = /"(?:given|family)Name":"(?:[^"\\]|\\.)*"/g;

function namesIn(json: string): string {
  return json.match(names)?.join() ?? '';
}
