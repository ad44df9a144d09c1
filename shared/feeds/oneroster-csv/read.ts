import type { FeedRow, OpenFeed, Problem } from '../../roster/feed-reading.ts';
import type { Entity } from '../../roster/records.ts';
import type { Adapter } from '../adapter.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { readCsv } from '../csv-rows.ts';
import { IdIndex } from '../id-index.ts';
import { problemOf, refusal } from '../problem-texts.ts';
import { PendingAgents } from './agents.ts';
import { findFile, findManifest, matchFiles, nameProblems, partsOf, type TableFile } from './file-set.ts';
import { planColumns } from './header.ts';
import { type Manifest, manifest10, manifestFile, readManifest } from './manifest.ts';
import { settleParents } from './parents.ts';
import type { TableName } from './row.ts';
import { isEmptyLine, TableReader } from './table-reader.ts';
import { type Include, tablesOf } from './tables.ts';
import { editionOf, eraOf } from './version-marks.ts';

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
 * Opens a OneRoster CSV set of 1.0, 1.1 or 1.2, each file in full or of changes. Everything that can be known without
 * reading the files through is known before the first row comes: the manifest, the names, every header, and that no full file
 * is without rows.
 * @throws {FeedRejected}
 */
export async function openOneRosterCsv(
  files: readonly FeedFile[],
  options: { include: Include; limits: Limits },
): Promise<OpenFeed> {
  const { include, limits } = options;
  const manifest = await chooseManifest(files, limits);
  const tables = tablesOf(manifest.version, include);
  const read = matchFiles(files, manifest, tables);
  const problems = [...manifest.problems, ...nameProblems(files, manifest, read)];
  if (read.length === 0) problems.push(problemOf('nothing-to-report', 'warning', { file: manifestFile }));
  const heads = new Map<TableName, readonly string[]>();
  for (const one of read) heads.set(one.table.name, await checkHead(one, manifest, limits));
  const parts = partsOf(tables, manifest, read);
  return {
    format: `oneroster-csv ${editionOf(manifest.version, heads.get('users'))}`,
    complete: new Set(read.flatMap(({ table }) => (table.mode === 'delta' ? [] : (table.entity ?? [])))),
    ...(parts === undefined ? {} : { parts }),
    reads: tables.map(({ name }) => `${name}.csv`),
    bytes: bytesOf(read),
    rows: readRows(read, problems, limits),
  };
}

/**
 * A set without a manifest is one of 1.0 where its headers say so, and none of a later version does: that one has lost its
 * manifest, and with it what says whether a file is in full.
 */
async function chooseManifest(files: readonly FeedFile[], limits: Limits): Promise<Manifest> {
  const file = findManifest(files);
  if (file !== undefined) return readManifest(file, limits);
  const eras = new Set<string>();
  for (const { name } of tablesOf('1.0', { demographics: true })) {
    const table = findFile(files, `${name}.csv`);
    if (table === undefined) continue;
    const { header } = await readHead(table, limits);
    const era = header && eraOf(name, header);
    if (era !== undefined) eras.add(era);
  }
  if (!eras.has('1.0') || eras.size > 1) throw refusal('manifest-missing', { file: manifestFile });
  for (const name of manifest10.modes.keys()) {
    const detail = ', and a set of OneRoster 1.0, which has no manifest, needs all seven';
    if (!findFile(files, `${name}.csv`)) throw refusal('file-missing', { file: `${name}.csv`, detail });
  }
  return manifest10;
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

type Head = { header?: string[]; hasRows: boolean };

async function readHead(file: FeedFile, limits: Limits): Promise<Head> {
  let header: string[] | undefined;
  for await (const batch of readCsv(file, limits)) {
    for (const { cells } of batch) {
      if (isEmptyLine(cells)) continue;
      if (header !== undefined) return { header, hasRows: true };
      header = cells;
    }
  }
  return { ...(header && { header }), hasRows: false };
}

async function checkHead({ table, file }: TableFile, { version }: Manifest, limits: Limits) {
  const { header, hasRows } = await readHead(file, limits);
  if (header === undefined) throw refusal('header-missing', { file: file.name });
  if (version !== '1.0' && eraOf(table.name, header) === '1.0') {
    const detail = `${file.name} has the columns of OneRoster 1.0, though the manifest says ${version}`;
    throw refusal('manifest-contradicted', { file: file.name, detail });
  }
  planColumns(file.name, header, table);
  if (!hasRows && !table.mayBeEmpty) throw refusal('header-only', { file: file.name });
  return header;
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
    const done = reader.done();
    if (done.rows === 0) {
      const problem = problemOf('nothing-to-report', 'warning', { file: done.file });
      yield { kind: 'problem', problem };
    }
    yield done;
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
  const isOpen = table.mode === 'delta';
  const rejected = new Set<string>();
  const reject = (sourcedId: string) => {
    rejected.add(sourcedId);
    reader.reject(ids.find(sourcedId));
  };
  // Agents of changes may stand in the roster.
  const agents = table.hasAgents && !isOpen ? new PendingAgents(ids) : undefined;
  const held: FeedRow[] = [];
  for await (const batch of readCsv(file, limits)) {
    const rows: FeedRow[] = [];
    for (const row of batch) reader.read(row, rows);
    for (const row of agents === undefined ? [] : rows) agents?.wait(row);
    if (!table.isTree) {
      yield rows;
      continue;
    }
    for (const row of rows) if (isHeld(row)) held.push(row);
    if (held.length > limits.heldRows) {
      throw refusal('too-many-rows', { file: file.name, detail: String(limits.heldRows) });
    }
    yield rows.filter((row) => !isHeld(row));
  }
  if (table.isTree) {
    const settled = settleParents(held, { isOpen, reject });
    yield settled.filter((row) => row.kind !== 'reference' || !rejected.has(row.from.sourcedId));
  }
  if (agents !== undefined) yield agents.settle(file.name, reject);
}

function isHeld({ kind }: FeedRow): boolean {
  return kind === 'record' || kind === 'reference';
}
