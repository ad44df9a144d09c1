import type { Problem } from '../../roster/feed-reading.ts';
import { maskPersonal } from '../mask.ts';
import { type ProblemCode, problemOf, refusal } from '../problem-texts.ts';
import type { Column } from './columns.ts';
import type { Table } from './table.ts';

/** One field to read from every row; `at` is the cell's place, from 0. */
export type PlannedField = {
  at: number;
  key: string;
  column: Column<unknown>;
  isRequired: boolean;
  isStrict: boolean;
};

/** What the header of a file means for its rows. */
export type Plan = {
  /** Cells of a row; `named` where the header ends in cells without a name. */
  width: number;
  named: number;
  sourcedIdAt: number;
  statusAt: number | undefined;
  modifiedAt: number | undefined;
  idColumn: string;
  /** Without the id, `status` and `dateLastModified`. */
  fields: PlannedField[];
  /** Known columns that are there, in the order of the standard. */
  columns: string[];
  /** The first of the others, as they may be shown. */
  otherColumns: string[];
  problems: Problem[];
};

/** A header may be of any width; what is kept of every run must not be. */
const maxOtherColumns = 20;

/** @throws {FeedRejected} header-missing, header-duplicate, column-missing */
export function planColumns(file: string, cells: readonly string[], table: Table): Plan {
  const header = cells.map((cell) => cell.trim());
  const placed = placeColumns(file, cells, table);
  if (placed.size === 0) throw refusal('header-missing', { file });
  const missing = table.header.find(({ name, isRequired }) => isRequired && !placed.has(name));
  if (missing !== undefined) {
    throw refusal('column-missing', { file, column: missing.name, detail: missing.name });
  }
  const { idColumn = 'sourcedId' } = table;
  const fields = table.fields.flatMap(({ key, column }) => {
    const at = placed.get(column.name);
    const isRequired = table.header.some(({ name, isRequired }) => isRequired && name === column.name);
    return at === undefined
      ? []
      : [{ at, key, column, isRequired, isStrict: isRequired || column.isStrict === true }];
  });
  return {
    width: header.length,
    named: header.findLastIndex((name) => name !== '') + 1,
    idColumn,
    sourcedIdAt: placed.get(idColumn) ?? 0,
    statusAt: placed.get('status'),
    modifiedAt: placed.get('dateLastModified'),
    fields,
    columns: table.header.flatMap(({ name }) => (placed.has(name) ? [name] : [])),
    otherColumns: otherColumns(cells, placed),
    problems: headerProblems(file, cells, placed, table),
  };
}

/** Place by the standard's name. A name in another letter case counts where the exact one is not there. */
function placeColumns(file: string, cells: readonly string[], table: Table): Map<string, number> {
  const names = new Map(table.header.map(({ name }) => [name.toLowerCase(), name]));
  const placed = new Map<string, number>();
  const others = new Set<string>();
  for (const [at, cell] of cells.entries()) {
    const name = cell.trim();
    if (name === '') continue;
    const known = names.get(name.toLowerCase());
    if (known === undefined ? others.has(name) : placed.has(known)) {
      throw refusal('header-duplicate', { file, column: known ?? name, detail: known ?? name });
    }
    if (known === undefined) others.add(name);
    else placed.set(known, at);
  }
  return placed;
}

function otherColumns(cells: readonly string[], placed: ReadonlyMap<string, number>): string[] {
  const known = new Set(placed.values());
  const others = cells.flatMap((cell, at) => (cell.trim() === '' || known.has(at) ? [] : shown(cell.trim())));
  return others.slice(0, maxOtherColumns);
}

function headerProblems(
  file: string,
  cells: readonly string[],
  placed: ReadonlyMap<string, number>,
  table: Table,
): Problem[] {
  const problems: Problem[] = [];
  const warn = (code: ProblemCode, place: { column?: string; value?: string }) =>
    problems.push(problemOf(code, 'warning', { file, ...place }));
  const nameAt = new Map([...placed].map(([name, at]) => [at, name]));
  const named = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  for (const [at, cell] of cells.slice(0, named).entries()) {
    const known = nameAt.get(at);
    // The header may be a row of data that lost its header: its words are not ours to show.
    if (known === undefined && !isExtension(cell.trim())) warn('column-unknown', { value: shown(cell) });
    if (known !== undefined && !isExtension(known) && known !== cell)
      warn('header-case', { column: known, value: shown(cell) });
  }
  for (const { name, isRequired, isSilent } of table.header) {
    if (!isRequired && !isSilent && !placed.has(name)) warn('optional-column-missing', { column: name });
  }
  const places = table.header.flatMap(({ name }) => (isExtension(name) ? [] : (placed.get(name) ?? [])));
  if (places.some((at, index) => at < (places[index - 1] ?? 0))) warn('column-order', {});
  return problems;
}

/** The standard knows neither the names of extension columns nor their order. */
function isExtension(name: string): boolean {
  return name.startsWith('metadata.');
}

function shown(cell: string): string {
  return /^[\s\w.]{0,64}$/.test(cell) ? cell : maskPersonal(cell);
}
