import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { ReportFormat } from '../../../shared/reports/generated-kinds.ts';
import type { Pieces } from '../report-file.ts';
import { csvWriter, tabbedWriter } from './separated.ts';
import type { SheetWriter } from './sheet-writer.ts';
import { xlsxWriter } from './xlsx.ts';

export const contentTypes: Readonly<Record<ReportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  txt: 'text/plain; charset=utf-8',
};

export async function writerOf(format: ReportFormat, file: Pieces, columns: Row): Promise<SheetWriter> {
  switch (format) {
    case 'csv':
      return csvWriter(file, columns);
    case 'txt':
      return tabbedWriter(file);
    case 'xlsx':
      return xlsxWriter(file, columns);
    default:
      return format satisfies never;
  }
}
