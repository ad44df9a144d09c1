import type { FeedRow, FileRead, OpenFeed, Problem, ProblemRow } from '../../roster/feed-reading.ts';
import type { Entity } from '../../roster/records.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { IdIndex } from '../id-index.ts';
import { settleParents } from '../oneroster-csv/parents.ts';
import { accepted, type TableName } from '../oneroster-csv/row.ts';
import type { Table } from '../oneroster-csv/table.ts';
import { TableReader } from '../oneroster-csv/table-reader.ts';
import { type Include, tablesOf } from '../oneroster-csv/tables.ts';
import type { Version } from '../oneroster-csv/vocabularies.ts';
import { refusal } from '../problem-texts.ts';
import { badRow } from './bad-row.ts';
import type { PersonKind } from './natural-ids.ts';
import { partTables } from './part-tables.ts';
import { readSource, type Source, type SourceHead, type SourceRow } from './source.ts';
import { type FileNames, inFormatWords, inSourceWords, partId, type Telling, toldRows } from './told-rows.ts';

/** A row of a OneRoster 1.2 table by column; blank ones are left out. Parts of users (`roles`, `agents`) need no `sourcedId`. */
export type MadeRow = Readonly<Record<string, string>>;

/** What a maker may ask of rows made before its own. */
export type Made = {
  /** Whether a row of the table with this id was accepted; of an earlier table, or an earlier row. */
  has(table: TableName, id: string): boolean;
  /** Whether a row with this id was seen, be it a bad one. */
  knows(table: TableName, id: string): boolean;
  /** A problem of the row that no column of OneRoster knows of. `error` drops nothing by itself, but for what is named. */
  report(problem: Problem, dropped?: ProblemRow['dropped']): void;
};

/**
 * Makes the rows of one table from one file. Several makers may read one file, and several may make rows of one table: those listed
 * first come first.
 */
export type Maker = Telling & {
  table: TableName;
  /** Columns that OneRoster requires and the format may leave blank. */
  optional?: readonly string[];
  /** The rows that a row of the source stands for, maybe none. May keep notes from row to row; called in the order of the file. */
  make(row: SourceRow, made: Made): Iterable<MadeRow>;
  /** Rows that only the end of the file shows. */
  end?(made: Made): Iterable<MadeRow>;
};

export type Conversion = {
  /** As it is told, e.g. `clever-csv`. */
  format: string;
  /** Of the tables that are made; 1.2 where nothing is said. */
  version?: Version;
  makers: readonly Maker[];
  files: readonly FeedFile[];
  /** Entities of which absence means that they are gone. */
  complete: ReadonlySet<Entity>;
  /** The entity that the rows of a file count for, by the name of the source; its rows count once, whatever is made of them. */
  entityOf: Readonly<Record<string, Entity>>;
  /** Whose ids may be those of others too, so that they go by `idOfKind`. */
  sharing?: readonly PersonKind[];
  mode?: FileRead['mode'];
  /** Tables of which a set of changes has only some rows: what refers to others may stand in the roster. */
  beyond?: ReadonlySet<TableName>;
  include: Include;
  limits: Limits;
  /** Of the set as a whole. */
  problems?: readonly Problem[];
  fileNames?: FileNames;
};

/** What a file has come to, over all its makers. */
type Tally = { head: SourceHead; lines: number; bad: Set<number>; isCounted: boolean };

/**
 * Reads another format as if it were OneRoster 1.2, so that all its rows are checked by the same rules. A file that is not there is not
 * read; which must be there the format says before.
 * @throws {FeedRejected} where a file has no header, lacks a column, or has no rows; later from `rows`, as any CSV file may be refused
 */
export async function convert(conversion: Conversion): Promise<OpenFeed> {
  const { format, complete, makers } = conversion;
  const read = new Map<Source, FeedFile>();
  for (const { source } of makers) {
    const file = fileOf(conversion.files, source);
    if (file !== undefined) read.set(source, file);
  }
  for (const [source, file] of read) await checkHead(source, file, conversion);
  const bytes: Partial<Record<Entity, number>> = {};
  for (const [{ name }, { size }] of read) {
    const entity = conversion.entityOf[name] ?? 'users';
    bytes[entity] = (bytes[entity] ?? 0) + size;
  }
  return {
    format,
    complete,
    reads: [...new Set(makers.map(({ source }) => source.name))],
    bytes,
    rows: rowsOf(conversion, read),
  };
}

export function fileOf(files: readonly FeedFile[], { name }: Pick<Source, 'name'>): FeedFile | undefined {
  return files.find((file) => file.name.toLowerCase() === name.toLowerCase());
}

async function checkHead(source: Source, file: FeedFile, { limits, mode }: Conversion): Promise<void> {
  for await (const rows of readSource(source, file, { limits })) if (rows.length > 0) return;
  // A collection that an API gave whole may be empty; whether that can be so is for the guard.
  if (source.kind === 'csv' && mode !== 'delta') throw refusal('header-only', { file: file.name });
}

async function* rowsOf(conversion: Conversion, read: ReadonlyMap<Source, FeedFile>): AsyncGenerator<FeedRow> {
  for (const problem of conversion.problems ?? []) yield { kind: 'problem', problem };
  const seen = new Map<TableName, IdIndex>();
  const tallies = new Map<Source, Tally>();
  const { version = '1.2', include, beyond = new Set<TableName>() } = conversion;
  const tables = [...tablesOf(version, include), ...partTables()];
  const unsure = new Set(beyond.size === 0 ? [] : tables.map(({ name }) => name));
  for (const whole of tables) {
    const table = { ...relaxed(whole), reach: { beyond, unsure } };
    const makings = conversion.makers.flatMap((maker) => {
      const file = maker.table === table.name ? read.get(maker.source) : undefined;
      return file === undefined ? [] : { maker, file };
    });
    if (makings.length === 0) continue;
    const ids = new IdIndex();
    for await (const row of rowsOfTable(table, { conversion, makings, ids, seen, tallies })) {
      yield inFormatWords(row, conversion.fileNames);
    }
    seen.set(table.name, ids);
  }
  for (const [source, tally] of tallies) {
    const file = read.get(source);
    if (file !== undefined) yield fileRead(conversion, { source, file, tally });
  }
}

/** What OneRoster requires and other formats need not have; the canonical roster does without. */
const dispensable: Partial<Record<TableName, readonly string[]>> = {
  courses: ['orgSourcedId'],
  classes: ['courseSourcedId', 'termSourcedIds'],
};

function relaxed(table: Table): Table {
  return withOptional(table, dispensable[table.name] ?? []);
}

function withOptional(table: Table, names: readonly string[]): Table {
  const header = table.header.map((column) =>
    names.includes(column.name) ? { ...column, isRequired: false } : column,
  );
  return { ...table, header };
}

type OfTable = {
  conversion: Conversion;
  makings: readonly { maker: Maker; file: FeedFile }[];
  ids: IdIndex;
  seen: ReadonlyMap<TableName, IdIndex>;
  tallies: Map<Source, Tally>;
};

async function* rowsOfTable(table: Table, of: OfTable): AsyncGenerator<FeedRow> {
  const { conversion, makings, ids, seen, tallies } = of;
  const { limits } = conversion;
  // Rows of a tree may come before their parents.
  const held: FeedRow[] = [];
  const readers = new Map<string, TableReader>();
  for (const { maker, file } of makings) {
    const reader = new TableReader(file.name, withOptional(table, maker.optional ?? []), seen, ids);
    readers.set(file.name, reader);
    const tables = tablesMade(conversion, maker.source);
    const making = { maker, file, table, tables, reader, seen, ids, sharing: conversion.sharing ?? [] };
    for await (const rows of readMaker(making, tallies, limits)) {
      for (const row of rows) {
        if (table.isTree && row.kind === 'record') held.push(row);
        else yield row;
      }
      if (held.length > limits.heldRows) {
        throw refusal('too-many-rows', { file: file.name, detail: String(limits.heldRows) });
      }
    }
  }
  // What did not change is not in a set of changes, so that a parent may be elsewhere.
  const isOpen = (conversion.beyond?.size ?? 0) > 0;
  yield* settled(held, { readers, ids, tallies, makings, isOpen });
}

type Making = {
  maker: Maker;
  file: FeedFile;
  table: Table;
  /** All that are made of the file. */
  tables: readonly TableName[];
  sharing: readonly PersonKind[];
  reader: TableReader;
  seen: ReadonlyMap<TableName, IdIndex>;
  ids: IdIndex;
};

async function* readMaker(
  { maker, file, table, tables, sharing, reader, seen, ids }: Making,
  tallies: Map<Source, Tally>,
  limits: Limits,
): AsyncGenerator<FeedRow[]> {
  const tally = tallies.get(maker.source) ?? newTally();
  const isFirst = !tally.isCounted;
  tallies.set(maker.source, tally);
  tally.isCounted = true;
  const header = table.header.map(({ name }) => name);
  reader.read({ line: 1, cells: header }, []);
  let out: FeedRow[] = [];
  const indexOf = (name: TableName) => (name === table.name ? ids : seen.get(name));
  const made: Made = {
    has: (name, id) => (indexOf(name)?.note(indexOf(name)?.find(id) ?? -1) ?? 0) >= accepted,
    knows: (name, id) => (indexOf(name)?.find(id) ?? -1) >= 0,
    report: (problem, dropped) => out.push({ kind: 'problem', problem, ...(dropped && { dropped }) }),
  };
  const take = (rows: Iterable<MadeRow>, line: number) => {
    for (const row of rows) {
      const cells = header.map((name) => row[name] ?? '');
      // Any that is not there yet will do.
      if (table.entity === undefined && row.sourcedId === undefined) cells[0] = `${partId}${ids.size}`;
      reader.read({ line, cells }, out);
    }
  };
  const told = (): FeedRow[] => {
    const rows = toldRows(out, maker);
    for (const row of rows) {
      if (row.kind === 'problem' && row.problem.severity === 'error' && row.problem.row !== undefined)
        tally.bad.add(row.problem.row);
    }
    out = [];
    return rows;
  };
  const head = (found: SourceHead) => {
    tally.head = found;
    if (isFirst) for (const problem of found.problems) out.push({ kind: 'problem', problem });
  };
  for await (const rows of readSource(maker.source, file, { limits, head })) {
    for (const row of rows) {
      if (isFirst) tally.lines++;
      if (!('problem' in row)) take(maker.make(row, made), row.line);
      else if (isFirst) out.push(badRow(row, tables, sharing));
    }
    yield told();
  }
  take(maker.end?.(made) ?? [], 0);
  yield told();
}

function newTally(): Tally {
  return {
    head: { columns: [], otherColumns: [], problems: [] },
    lines: 0,
    bad: new Set(),
    isCounted: false,
  };
}

function tablesMade({ makers }: Conversion, source: Source): TableName[] {
  return makers.flatMap((maker) => (maker.source === source ? maker.table : []));
}

function* settled(
  held: readonly FeedRow[],
  {
    isOpen,
    ...at
  }: Pick<OfTable, 'makings' | 'ids' | 'tallies'> & {
    readers: ReadonlyMap<string, TableReader>;
    isOpen: boolean;
  },
): Generator<FeedRow> {
  const fileOfId = new Map(held.flatMap((row) => (row.kind === 'record' ? [[row.sourcedId, row.file]] : [])));
  const reject = (id: string) => at.readers.get(fileOfId.get(id) ?? '')?.reject(at.ids.find(id));
  for (const row of settleParents(held, { isOpen, reject })) {
    const making =
      row.kind === 'problem' ? at.makings.find(({ file }) => file.name === row.problem.file) : undefined;
    if (row.kind !== 'problem' || making === undefined) {
      yield row;
      continue;
    }
    if (row.problem.row !== undefined) at.tallies.get(making.maker.source)?.bad.add(row.problem.row);
    yield inSourceWords(row, making.maker);
  }
}

function fileRead(
  { entityOf, mode = 'bulk' }: Conversion,
  { source, file, tally }: { source: Source; file: FeedFile; tally: Tally },
): FileRead {
  const entity = entityOf[source.name];
  const { columns, otherColumns } = tally.head;
  const rejected = tally.bad.size;
  return {
    ...{ kind: 'file', file: file.name, columns, otherColumns, mode, rows: tally.lines, rejected },
    ...(entity === undefined ? {} : { entity }),
    accepted: tally.lines - rejected,
  };
}
