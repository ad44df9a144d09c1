import type { Row } from '../../../shared/reports/generated/told-person.ts';
import {
  type AskedReport,
  generatedReports,
  type ReportFormat,
} from '../../../shared/reports/generated-kinds.ts';
import type { Pieces } from '../report-file.ts';
import { pdfCardsWriter } from './pdf-cards.ts';
import { pdfTableWriter } from './pdf-table.ts';
import { csvWriter, tabbedWriter } from './separated.ts';
import type { SheetWriter } from './sheet-writer.ts';
import { xlsxWriter } from './xlsx.ts';

export const contentTypes: Readonly<Record<ReportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  txt: 'text/plain; charset=utf-8',
};

export async function writerOf(
  { kind, format }: Pick<AskedReport, 'kind' | 'format'>,
  file: Pieces,
  columns: Row,
): Promise<SheetWriter> {
  switch (format) {
    case 'csv':
      return csvWriter(file, columns);
    case 'txt':
      return tabbedWriter(file);
    case 'xlsx':
      return xlsxWriter(file, columns);
    case 'pdf': {
      const { title } = generatedReports[kind];
      return kind === 'start-cards'
        ? pdfCardsWriter(file, columns, title)
        : pdfTableWriter(file, columns, title);
    }
    default:
      return format satisfies never;
  }
}
