import writeExcelFile from 'write-excel-file/node';
import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { Pieces } from '../report-file.ts';
import { type SheetWriter, TooLarge } from './sheet-writer.ts';

/** The library holds all rows at once: 50,000 of seven cells take 190 MB, 10,000 of them 106 MB (docs/reports-generated.md). */
export const mostXlsxRows = 10_000;

/** One sheet of texts under a bold head; a text is never a formula there. */
export function xlsxWriter(file: Pieces, columns: Row): SheetWriter {
  const rows: Row[] = [];
  return {
    async add(more) {
      if (rows.length + more.length > mostXlsxRows) {
        throw new TooLarge(`As XLSX a report has ${mostXlsxRows} rows at most; this one has more.`);
      }
      rows.push(...more);
    },
    async end() {
      const head = columns.map((value) => ({ value, fontWeight: 'bold' as const }));
      const body = rows.map((row) => row.map((value) => ({ value, type: String })));
      await file.append(await writeExcelFile([head, ...body], { stickyRowsCount: 1 }).toBuffer());
    },
  };
}
