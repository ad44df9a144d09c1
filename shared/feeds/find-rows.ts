import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import type { FeedFile } from './byte-source.ts';
import { RowScanner } from './row-scanner.ts';

/** A row as it stands in a file; cells by the column's name in lower case, trimmed. */
export type FoundRow = { file: string; line: number; cells: ReadonlyMap<string, string> };

const Records = z.array(z.array(z.string()));

/**
 * The rows of a file that have the value in the column, in the order of the file. The file was read as a feed before, so that
 * its quotes are known to close.
 * @throws the signal's reason, where it is given up before the end
 */
export async function findRows(
  file: FeedFile,
  { column, value }: { column: string; value: string },
  signal: AbortSignal,
): Promise<FoundRow[]> {
  let header: string[] | undefined;
  const found: FoundRow[] = [];
  const scanner = new RowScanner(value, () => header !== undefined);
  const take = (rows: Iterable<{ line: number; text: string }>) => {
    for (const { line, text } of rows) {
      const cells = cellsOf(text);
      if (header === undefined) {
        if (cells.some((cell) => cell !== '')) header = cells.map((cell) => cell.toLowerCase());
        continue;
      }
      const row = new Map(header.map((name, at) => [name, cells[at] ?? '']));
      if (row.get(column.toLowerCase()) === value) found.push({ file: file.name, line, cells: row });
    }
  };
  for await (const chunk of file.stream()) {
    signal.throwIfAborted();
    take(scanner.take(chunk));
  }
  take(scanner.end());
  return found;
}

function cellsOf(text: string): string[] {
  const [cells = []] = Records.parse(parse(text, { relax_column_count: true }));
  return cells.map((cell) => cell.trim());
}
