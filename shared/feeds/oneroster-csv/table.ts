import type { FeedRow } from '../../roster/feed-reading.ts';
import type { Entity } from '../../roster/records.ts';
import type { Column } from './columns.ts';
import type { Reach, Row, TableName } from './row.ts';

export type HeaderColumn = {
  name: string;
  isRequired: boolean;
  /** Nobody misses it. */
  isSilent: boolean;
};

export type Field = { key: string; column: Column<unknown> };

/** Where a row came from, and what it says of itself. */
export type Origin = { file: string; line: number; sourcedId: string; status: 'active' | 'tobedeleted' };

type Fields<Cells> = { [K in Exclude<keyof Cells, 'sourcedId'>]-?: Column<NonNullable<Cells[K]>> };

type TableDescription<Cells> = {
  name: TableName;
  /** The entity whose records stand in the file; without one they are parts of users. */
  entity?: Entity;
  /** Columns in the order of the standard: `*` required, `?` not missed where it is not there. */
  header: string;
  /** Field of the record by the column it comes from; blank cells leave it out. */
  fields: Fields<Cells>;
  /** Its parent stands in the same file, in any order. */
  isTree?: boolean;
  /** Its agents stand in the same file, in any order. */
  hasAgents?: boolean;
  /** What one column cannot tell; not called for rows that are dropped already. */
  check?(cells: Cells, row: Row): void;
  toRow(cells: Cells, origin: Origin): FeedRow;
  /** What the others may want to know of an accepted row, at least 1. */
  note?(cells: Cells, row: Row): number;
};

/** One CSV file of the standard, as data. */
export type Table = Omit<TableDescription<Record<string, unknown>>, 'header' | 'fields'> & {
  header: readonly HeaderColumn[];
  fields: readonly Field[];
  /** Nothing but the set it is read from, where it does not say. */
  reach?: Reach;
};

export function defineTable<Cells extends { sourcedId: string }>(
  description: TableDescription<Cells>,
): Table {
  const { header, fields, ...rest } = description;
  return {
    // The reader fills exactly the fields described here, so what it hands to the functions below are Cells.
    ...(rest as unknown as Omit<Table, 'header' | 'fields'>),
    header: header
      .trim()
      .split(/\s+/)
      .map((name) => ({
        name: name.replace(/[*?]$/, ''),
        isRequired: name.endsWith('*'),
        isSilent: name.endsWith('?'),
      })),
    fields: Object.entries<Column<unknown>>(fields).map(([key, column]) => ({ key, column })),
  };
}
