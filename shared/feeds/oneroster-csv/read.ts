import type { FeedRow, OpenFeed, Problem } from '../../roster/feed-reading.ts';
import type { Entity } from '../../roster/records.ts';
import type { Adapter } from '../adapter.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { readCsv } from '../csv-rows.ts';
import { IdIndex } from '../id-index.ts';
import { refusal } from '../problem-texts.ts';
import { PendingAgents } from './agents.ts';
import { findManifest, matchFiles, nameProblems, type TableFile } from './file-set.ts';
import { planColumns } from './header.ts';
import { manifestFile, readManifest } from './manifest.ts';
import { settleParents } from './parents.ts';
import type { TableName } from './row.ts';
import { isEmptyLine, TableReader } from './table-reader.ts';
import { type Include, tablesOf } from './tables.ts';

export const oneRosterCsv: Adapter = {
  format: 'oneroster-csv',
  recognises: (heads) =>
    heads.some(({ name, header }) => {
      const cells = new Set(header.map((cell) => cell.toLowerCase()));
      // Microsoft's files have ids of this name too, and neither of the other two.
      const isTable = cells.has('sourcedid') && (cells.has('status') || cells.has('datelastmodified'));
      return isTable || name.toLowerCase() === manifestFile;
    }),
  open: openOneRosterCsv,
};

/**
 * Opens a OneRoster CSV set of 1.1 or 1.2. Everything that can be known without reading the files through is known
 * before the first row comes: the manifest, the names, every header, and that no file is without rows.
 * @throws {FeedRejected}
 */
export async function openOneRosterCsv(
  files: readonly FeedFile[],
  options: { include: Include; limits: Limits },
): Promise<OpenFeed> {
  const { include, limits } = options;
  const manifest = await readManifest(findManifest(files), limits);
  const tables = tablesOf(manifest.version, include);
  const read = matchFiles(files, manifest, tables);
  for (const one of read) await checkHead(one, limits);
  const problems = [...manifest.problems, ...nameProblems(files, manifest, read)];
  return {
    format: `oneroster-csv ${manifest.version}`,
    complete: new Set(read.flatMap(({ table }) => table.entity ?? [])),
    reads: tables.map(({ name }) => `${name}.csv`),
    bytes: bytesOf(read),
    rows: readRows(read, problems, limits),
  };
}

/** What stands in a file of its own and is part of users counts with them. */
function bytesOf(read: readonly TableFile[]): Partial<Record<Entity, number>> {
  const bytes: Partial<Record<Entity, number>> = {};
  for (const { table, file } of read) {
    const entity = table.entity ?? 'users';
    bytes[entity] = (bytes[entity] ?? 0) + file.size;
  }
  return bytes;
}

async function checkHead({ table, file }: TableFile, limits: Limits): Promise<void> {
  let hasHeader = false;
  for await (const batch of readCsv(file, limits)) {
    for (const { cells } of batch) {
      if (isEmptyLine(cells)) continue;
      if (hasHeader) return;
      planColumns(file.name, cells, table);
      hasHeader = true;
    }
  }
  throw refusal(hasHeader ? 'header-only' : 'header-missing', { file: file.name });
}

async function* readRows(
  read: readonly TableFile[],
  problems: readonly Problem[],
  limits: Limits,
): AsyncGenerator<FeedRow> {
  for (const problem of problems) yield { kind: 'problem', problem };
  const seen = new Map<TableName, IdIndex>();
  for (const one of read) {
    const ids = new IdIndex();
    const reader = new TableReader(one.file.name, one.table, seen, ids);
    for await (const rows of readTable(one, reader, ids, limits)) {
      for (const row of rows) yield row; // `yield*` would await each row once more
    }
    yield reader.done();
    seen.set(one.table.name, ids);
  }
}

/** The rows of one file in batches, its late problems last. */
async function* readTable(
  { table, file }: TableFile,
  reader: TableReader,
  ids: IdIndex,
  limits: Limits,
): AsyncGenerator<Iterable<FeedRow>> {
  const reject = (sourcedId: string) => reader.reject(ids.find(sourcedId));
  const agents = table.hasAgents ? new PendingAgents(ids) : undefined;
  const held: FeedRow[] = [];
  for await (const batch of readCsv(file, limits)) {
    const rows: FeedRow[] = [];
    for (const row of batch) reader.read(row, rows);
    for (const row of agents === undefined ? [] : rows) agents?.wait(row);
    if (!table.isTree) {
      yield rows;
      continue;
    }
    for (const row of rows) if (row.kind === 'record') held.push(row);
    if (held.length > limits.heldRows) {
      throw refusal('too-many-rows', { file: file.name, detail: String(limits.heldRows) });
    }
    yield rows.filter(({ kind }) => kind !== 'record');
  }
  if (table.isTree) yield settleParents(held, reject);
  if (agents !== undefined) yield agents.settle(file.name, reject);
}
