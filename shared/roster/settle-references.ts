import type { CommittedState } from './committed-state.ts';
import type { Problem, ReferenceRow } from './feed-reading.ts';
import {
  dropsFile,
  readDrops,
  readReferences,
  referencesFile,
  rowsFile,
  type Snapshot,
} from './read-feed.ts';
import { type Entity, entities } from './records.ts';
import { partitionOf, readLines, type StateLine } from './state.ts';
import type { Workspace } from './sync-stores.ts';

type Settling = {
  state: CommittedState;
  snapshot: Snapshot;
  workspace: Workspace;
  /** Whether this feed brings a record of the state: the ids of others are not its own. */
  owns(line: StateLine): boolean;
  /** Orgs of others that this feed speaks of too. */
  sharedOrgs: ReadonlySet<string>;
  problem(problem: Problem): Promise<void> | undefined;
};

type Code = 'dangling-reference' | 'parent-loop';

/**
 * Looks up in the roster what rows refer to beyond their set, and drops each row that names a record nobody has, as
 * its adapter would have done. Parents go before what hangs on them, so that what hangs on a dropped row falls too.
 */
export async function settleReferences(at: Settling): Promise<void> {
  const dropped = new Set<string>();
  const drop = async (row: ReferenceRow, code: Code): Promise<void> => {
    const { entity, sourcedId, part } = row.from;
    const to = dropsFile(entity, partitionOf(sourcedId, at.snapshot.spills[entity].partitions));
    await at.workspace.append(to, `${part ? 'part' : 'row'}\t${sourcedId}\n`);
    const key = `${row.file} ${row.line}`;
    if (!dropped.has(key)) countOut(at.snapshot, row.file);
    dropped.add(key);
    await at.problem(problemOf(row, code));
  };
  for (const entity of entities) {
    const told = new Set<string>();
    let isSettled = false;
    while (!isSettled) {
      isSettled = true;
      for (const row of await danglingIn(at, entity)) {
        const key = `${row.file} ${row.line} ${row.column} ${row.to.sourcedId}`;
        if (told.has(key)) continue;
        told.add(key);
        await drop(row, 'dangling-reference');
        // What it falls with may have been named by others of its own kind.
        if (row.from.entity === entity) isSettled = false;
      }
    }
    for (const row of await loopsIn(at, entity)) await drop(row, 'parent-loop');
  }
}

async function danglingIn(at: Settling, entity: Entity): Promise<ReferenceRow[]> {
  const dangling: ReferenceRow[] = [];
  const { partitions } = at.snapshot.spills[entity];
  for (let partition = 0; partition < partitions; partition++) {
    const references = readReferences(await at.workspace.read(referencesFile(entity, partition)));
    if (references.length === 0) continue;
    const isKnown = (line: StateLine) => at.owns(line) || (entity === 'orgs' && at.sharedOrgs.has(line.id));
    const lines = await at.state.lines(entity, partition, partitions);
    const known = new Set(lines.filter(isKnown).map(({ id }) => id));
    for (const { id } of await comingIn(at, entity, partition)) known.add(id);
    for (const row of references) if (!known.has(row.to.sourcedId)) dangling.push(row);
  }
  return dangling;
}

/** Rows that bring a record, without those that were dropped. */
async function comingIn({ workspace }: Settling, entity: Entity, partition: number) {
  const drops = readDrops(await workspace.read(dropsFile(entity, partition))).rows;
  const rows = readLines(await workspace.read(rowsFile(entity, partition)));
  return [...rows].filter(({ status, id, json }) => !drops.has(id) && (status === 'active' || json !== '{}'));
}

/** Rows whose new parent leads back to them, by way of records that the set does not name. */
async function loopsIn(at: Settling, entity: Entity): Promise<ReferenceRow[]> {
  if (entity !== 'orgs' && entity !== 'academicSessions') return [];
  const { partitions } = at.snapshot.spills[entity];
  const upwards: ReferenceRow[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const references = readReferences(await at.workspace.read(referencesFile(entity, partition)));
    upwards.push(...references.filter(({ from }) => from.entity === entity));
  }
  if (upwards.length === 0) return [];
  const parents = new Map<string, string | undefined>();
  const coming = new Set<string>();
  for (let partition = 0; partition < partitions; partition++) {
    const rows = await comingIn(at, entity, partition);
    for (const { id, json } of [...(await at.state.lines(entity, partition, partitions)), ...rows])
      parents.set(id, parentOf(json));
    for (const { id } of rows) coming.add(id);
  }
  return upwards.filter(({ from }) => coming.has(from.sourcedId) && isOwnAncestor(parents, from.sourcedId));
}

function parentOf(json: string): string | undefined {
  // Lines of a tree hold its records.
  return (JSON.parse(json) as { parentId?: string }).parentId;
}

function isOwnAncestor(parents: ReadonlyMap<string, string | undefined>, id: string): boolean {
  const passed = new Set<string>();
  let above = parents.get(id);
  while (above !== undefined && above !== id && !passed.has(above)) {
    passed.add(above);
    above = parents.get(above);
  }
  return above === id;
}

function countOut({ files, reads }: Snapshot, file: string): void {
  for (const counts of [...files, ...reads]) {
    if (counts.file !== file) continue;
    counts.accepted--;
    counts.rejected++;
  }
}

const texts: Record<Code, { message(row: ReferenceRow, id: string): string; hint: string }> = {
  'dangling-reference': {
    message: ({ column, to }, id) =>
      `${column} refers to ${id}, which neither ${to.entity}.csv nor the roster has, or has in a row that was left out.`,
    hint: 'Send the record that is missing, or correct the reference; this row is left out until then.',
  },
  'parent-loop': {
    message: ({ column }, id) =>
      `${column} refers to ${id}, and following the parents in the roster leads back to this row.`,
    hint: 'Send the rows of all records whose parents change, and leave the parent of the topmost blank.',
  },
};

function problemOf(row: ReferenceRow, code: Code): Problem {
  const { file, line, column, to } = row;
  const value = to.sourcedId.length <= 64 ? to.sourcedId : `${to.sourcedId.slice(0, 63)}…`;
  const { message, hint } = texts[code];
  return { file, row: line, column, code, severity: 'error', value, message: message(row, value), hint };
}
