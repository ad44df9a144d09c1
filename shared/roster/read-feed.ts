import { createHash, type Hash } from 'node:crypto';
import type { Aliases } from './aliases.ts';
import type {
  Dropped,
  FeedRow,
  FileRead,
  OpenFeed,
  PartRemovalRow,
  Problem,
  ReferenceRow,
  RemovalRow,
  RenamedRow,
  RosterRow,
  UserPartRow,
} from './feed-reading.ts';
import { type Entity, entities } from './records.ts';
import { type PartitionState, partitionCount, partitionOf, type StateLine, writeLine } from './state.ts';
import type { FileCounts } from './sync.ts';
import type { Workspace } from './sync-stores.ts';

/** What one entity's partitions look like on the scratch disk. */
export type SpillCounts = {
  partitions: number;
  /** Good rows per partition, late drops not subtracted. */
  rows: number[];
  /** Digest of a partition's whole input: rows, parts and drops, in the order of the feed. */
  digests: string[];
  /** Dropped rows whose id could not be read. */
  nameless: number;
};

export type Snapshot = {
  spills: Record<Entity, SpillCounts>;
  files: FileCounts[];
  /** The same files with their headers. */
  reads: FileRead[];
  complete: ReadonlySet<Entity>;
  parts: OpenFeed['parts'];
  /** What the source itself has given other ids, in the order of the feed. */
  stated: RenamedRow[];
  /** Rows whose record came before by another id of the feed. */
  repeated: { entity: Entity; own: string; ids: string[] }[];
};

export const rowsFile = (entity: Entity, partition: number): string => `${entity}.rows-${partition}`;
export const partsFile = (partition: number): string => `users.parts-${partition}`;
/** What rows refer to beyond their set, by the record that they name. */
export const referencesFile = (entity: Entity, partition: number): string =>
  `${entity}.references-${partition}`;
export const dropsFile = (entity: Entity, partition: number): string => `${entity}.drops-${partition}`;

/** Characters that wait for their hash: one call per row would cost more than the hash itself. */
const hashedLength = 16 * 1024;

type Spill = SpillCounts & { hashes: Hash[]; unhashed: string[] };

type Reading = {
  workspace: Workspace;
  aliases: Aliases;
  problem(problem: Problem): Promise<void> | undefined;
  progress(rows: number): Promise<void> | undefined;
};

/**
 * Streams a feed to scratch files, one per entity and partition, so that nothing after it needs more memory than a
 * partition. @throws {FeedRejected} where the feed as a whole cannot work.
 */
export async function readFeed(
  feed: OpenFeed,
  before: Partial<Record<Entity, PartitionState[]>>,
  { workspace, aliases, problem, progress }: Reading,
): Promise<Snapshot> {
  const spills = openSpills(feed, before);
  const reads: FileRead[] = [];
  const stated: RenamedRow[] = [];
  const repeated: Snapshot['repeated'] = [];
  let seen = 0;
  const spill = (
    entity: Entity,
    id: string,
    file: (partition: number) => string,
    text: string,
    row: boolean,
  ) => {
    const to = spills[entity];
    const partition = partitionOf(id, to.partitions);
    if (row) to.rows[partition] = (to.rows[partition] ?? 0) + 1;
    const unhashed = (to.unhashed[partition] ?? '') + text;
    const isEnough = unhashed.length >= hashedLength;
    if (isEnough) to.hashes[partition]?.update(unhashed);
    to.unhashed[partition] = isEnough ? '' : unhashed;
    return workspace.append(file(partition), text);
  };
  const take = (row: FeedRow): Promise<void> | undefined => {
    switch (row.kind) {
      case 'record':
      case 'removal':
        return spill(row.entity, row.sourcedId, (at) => rowsFile(row.entity, at), lineOf(row), true);
      case 'user-role':
      case 'user-agent':
      case 'user-fact':
      case 'user-demographics':
      case 'part-removal':
        return spill('users', row.userId, partsFile, partLineOf(row), false);
      case 'reference': {
        const { entity, sourcedId } = row.to;
        const partition = partitionOf(sourcedId, spills[entity].partitions);
        return workspace.append(referencesFile(entity, partition), `${JSON.stringify(row)}\n`);
      }
      case 'problem':
        return takeProblem(row);
      case 'file':
        reads.push(row);
        return undefined;
      case 'renamed':
        stated.push(row);
        return undefined;
      default:
        return row satisfies never;
    }
  };
  const takeProblem = (row: Extract<FeedRow, { kind: 'problem' }>): Promise<void> | undefined => {
    const { dropped } = row;
    const waits = dropped === undefined ? [] : [dropped, ...(dropped.others ?? [])].map(drop);
    if (waits.some((wait) => wait !== undefined)) return Promise.all(waits).then(() => problem(row.problem));
    return problem(row.problem);
  };
  const drop = ({ entity, sourcedId, part }: Dropped): Promise<void> | undefined => {
    if (sourcedId === undefined) {
      spills[entity].nameless++;
      return undefined;
    }
    const text = `${part ? 'part' : 'row'}\t${sourcedId}\n`;
    return spill(entity, sourcedId, (at) => dropsFile(entity, at), text, false);
  };
  for await (const row of feed.rows) {
    if (row.kind === 'record' && aliases.isRepeated(row)) {
      const own = aliases.own(row.entity, row.sourcedId);
      const first = aliases.cameBy(row.entity, own) ?? own;
      repeated.push({ entity: row.entity, own, ids: [first, row.sourcedId] });
      continue;
    }
    const wait = take(aliases.row(row));
    if (wait) await wait;
    seen++;
    if (seen % 20_000 === 0) await progress(seen);
  }
  const files = reads.map(({ file, rows, accepted, rejected }) => ({ file, rows, accepted, rejected }));
  const { complete, parts } = feed;
  return { spills: closeSpills(spills), files, reads, complete, parts, stated, repeated };
}

function lineOf(row: RosterRow | RemovalRow): string {
  const { modified, sourcedId: id } = row;
  const line: StateLine =
    row.kind === 'record'
      ? { status: row.status, id, json: JSON.stringify(row.record) }
      : { status: 'tobedeleted', id, json: '{}' };
  return writeLine(modified === undefined ? line : { ...line, modified });
}

/** `part TAB id TAB json`, and of changes a `TAB` and when. */
function partLineOf(row: UserPartRow | PartRemovalRow): string {
  const modified = row.modified === undefined ? '' : `\t${row.modified}`;
  switch (row.kind) {
    case 'user-role':
      return `role\t${row.userId}\t${JSON.stringify(row.role)}${modified}\n`;
    case 'user-fact':
      return `fact\t${row.userId}\t${JSON.stringify(row.fact)}\n`;
    case 'user-agent':
      return `agent\t${row.userId}\t${JSON.stringify(row.agentId)}\n`;
    case 'user-demographics':
      return `demographics\t${row.userId}\t${JSON.stringify(row.demographics)}${modified}\n`;
    case 'part-removal':
      return `no ${row.part}\t${row.userId}\t${JSON.stringify(row.sourcedId)}${modified}\n`;
    default:
      return row satisfies never;
  }
}

/** References that the planner has to settle, as `readFeed` has written them. */
export function readReferences(text: string): ReferenceRow[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ReferenceRow]));
}

function openSpills(
  feed: OpenFeed,
  before: Partial<Record<Entity, PartitionState[]>>,
): Record<Entity, Spill> {
  const spills: Partial<Record<Entity, Spill>> = {};
  for (const entity of entities) {
    // A person's facts hold their enrollments, so people are cut as finely as both together need.
    const more = entity === 'users' ? (feed.bytes.enrollments ?? 0) : 0;
    const partitions = partitionCount((feed.bytes[entity] ?? 0) + more, before[entity]?.length ?? 1);
    spills[entity] = {
      partitions,
      rows: new Array<number>(partitions).fill(0),
      digests: [],
      nameless: 0,
      hashes: Array.from({ length: partitions }, () => createHash('sha256')),
      unhashed: new Array<string>(partitions).fill(''),
    };
  }
  // Every entity was just set.
  return spills as Record<Entity, Spill>;
}

function closeSpills(spills: Record<Entity, Spill>): Record<Entity, SpillCounts> {
  for (const entity of entities) {
    const spill = spills[entity];
    spill.digests = spill.hashes.map((hash, partition) =>
      hash.update(spill.unhashed[partition] ?? '').digest('hex'),
    );
    spill.hashes = [];
    spill.unhashed = [];
  }
  return spills;
}

/** Ids whose row was dropped, and ids of users of whom only a part was. */
export function readDrops(text: string): { rows: Set<string>; parts: Set<string> } {
  const rows = new Set<string>();
  const parts = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const tab = line.indexOf('\t');
    (line.slice(0, tab) === 'part' ? parts : rows).add(line.slice(tab + 1));
  }
  return { rows, parts };
}
