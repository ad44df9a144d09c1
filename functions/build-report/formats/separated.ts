import { stringify } from 'csv-stringify/sync';
import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { Pieces } from '../report-file.ts';
import type { SheetWriter } from './sheet-writer.ts';

const byteOrderMark = '\uFEFF';

/**
 * RFC 4180, UTF-8 with a byte order mark, by which spreadsheets know it. A cell that a spreadsheet would take for a formula begins with an
 * apostrophe.
 */
export async function csvWriter(file: Pieces, columns: Row): Promise<SheetWriter> {
  const text = (rows: readonly Row[]) =>
    stringify([...rows], { escape_formulas: true, record_delimiter: 'windows' });
  await file.append(byteOrderMark + text([columns]));
  return {
    add: (rows) => file.append(text(rows)),
    end: async () => undefined,
  };
}

/** Cells between tabs, as they are: what reads it is no spreadsheet, and an apostrophe would be part of a name. */
export function tabbedWriter(file: Pieces): SheetWriter {
  return {
    add: (rows) => file.append(rows.map((row) => `${row.join('\t')}\r\n`).join('')),
    end: async () => undefined,
  };
}
