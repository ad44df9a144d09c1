import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { Pieces } from '../report-file.ts';
import { type SheetWriter, TooLarge } from './sheet-writer.ts';

/** The library holds all cells at once, which is what the function's memory is for (docs/reports-generated.md). */
const mostCells = 200_000;

/** One sheet of texts under a bold head; a text is never a formula there. */
export function xlsxWriter(file: Pieces, columns: Row): SheetWriter {
  const most = Math.floor(mostCells / columns.length);
  const sheet: SheetData = [columns.map((value) => ({ value, fontWeight: 'bold' as const }))];
  return {
    async add(rows) {
      if (sheet.length - 1 + rows.length > most) {
        throw new TooLarge(`As XLSX this report has ${most} rows at most; there are more.`);
      }
      for (const row of rows) sheet.push([...row]);
    },
    async end() {
      await file.append(await writeExcelFile(sheet, { stickyRowsCount: 1 }).toBuffer());
    },
  };
}
