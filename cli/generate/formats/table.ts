import { csvLine } from '../tables.ts';

/** One file of a feed. Rows are made as they are read; every call starts anew. */
export type Table = { file: string; columns: readonly string[]; rows: () => Iterable<string[]> };

/** Cells by column; a column that is left out is blank. */
export type Row = Readonly<Record<string, string>>;

/** A table whose rows name their columns. */
export function tableOf(file: string, columns: readonly string[], rows: () => Iterable<Row>): Table {
  return {
    file,
    columns,
    *rows() {
      for (const row of rows()) yield columns.map((column) => row[column] ?? '');
    },
  };
}

export function* keyed(columns: readonly string[], rows: Iterable<readonly string[]>): Generator<Row> {
  for (const row of rows)
    yield Object.fromEntries(columns.map((column, index) => [column, row[index] ?? '']));
}

export function* linesOf(columns: readonly string[], rows: Iterable<readonly string[]>): Generator<string> {
  yield csvLine(columns);
  for (const row of rows) yield csvLine(row);
}

export const words = (text: string): string[] => text.trim().split(/\s+/);

/** Names that may hold blanks, with commas between them. */
export const cells = (text: string): string[] => text.split(',').map((name) => name.trim());
