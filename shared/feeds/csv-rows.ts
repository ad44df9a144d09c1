import type { Buffer } from 'node:buffer';
import { CsvError, type Parser, parse } from 'csv-parse';
import type { FeedFile, Limits } from './byte-source.ts';
import { refusal } from './problem-texts.ts';
import { Utf8Gate } from './utf8-gate.ts';

/** A row as it stands in the file; an empty line is one empty cell. */
export type CsvRow = {
  /** Physical line where the row starts, 1-based. */
  line: number;
  cells: string[];
};

/**
 * A CSV file as batches of rows, about one per chunk: a promise per row would cost more than parsing it.
 * Any line ends, with or without byte order mark.
 * @throws {FeedRejected} not-utf8, malformed-csv, row-too-long
 */
export async function* readCsv(file: FeedFile, limits: Limits): AsyncGenerator<CsvRow[]> {
  const gate = new Utf8Gate(file.name);
  const lines = new LineCounter();
  let batch: CsvRow[] = [];
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: limits.rowBytes,
    on_record: (cells: string[], { lines: parsed }) => {
      batch.push({ line: lines.startOf(cells, parsed), cells });
      return null; // kept in the batch, so that nothing passes through the stream's own queue
    },
  });
  parser.on('error', () => undefined); // the callbacks of write and end report it
  parser.resume();
  try {
    for await (const chunk of file.stream()) {
      await write(parser, gate.check(chunk));
      if (batch.length > 0) yield batch;
      batch = [];
    }
    gate.end();
    await end(parser);
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error, file.name, lines) : error;
  } finally {
    parser.destroy();
  }
  if (batch.length > 0) yield batch;
}

function write(parser: Parser, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function end(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.once('error', reject);
    parser.end((error?: Error | null) => (error ? reject(error) : resolve()));
  });
}

function unreadable(error: CsvError, file: string, lines: LineCounter): Error {
  // What is too long and runs over many lines is no long row but a quote that nobody closed.
  const isLongLine = error.code === 'CSV_MAX_RECORD_SIZE' && !lines.isBroken(Number(error.lines));
  return refusal(isLongLine ? 'row-too-long' : 'malformed-csv', { file, row: lines.next, cause: error });
}

/**
 * Where rows start. The parser counts lines too, but CRLF inside quotes as two; a difference to one line per row
 * only says that it is time to count.
 */
class LineCounter {
  /** Line where the row that is being read starts. */
  next = 1;
  #parsed = 0;

  startOf(cells: readonly string[], parsed: number): number {
    const start = this.next;
    this.next += 1;
    if (parsed !== this.#parsed + 1) {
      for (const cell of cells) this.next += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
    }
    this.#parsed = parsed;
    return start;
  }

  /** Whether the row that the parser stands in, at this line of its own count, has run over a line end. */
  isBroken(parsed: number): boolean {
    return parsed > this.#parsed + 1;
  }
}
