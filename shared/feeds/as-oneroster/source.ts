import type { Problem } from '../../roster/feed-reading.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { readCsv } from '../csv-rows.ts';
import { maskPersonal } from '../mask.ts';
import { problemOf, refusal } from '../problem-texts.ts';

/** One CSV file of another format, as data. Headers may differ in case, and have spaces for underscores. */
export type CsvSource = {
  kind: 'csv';
  /** As the format spells it. */
  name: string;
  /** Columns that are read; `*` behind those without which the file cannot be read. */
  columns: string;
  /** The format wants them spelt like that; others are read all the same, and reported. */
  isExact?: true;
  /** Nobody adds columns of their own: another one is told of. */
  isClosed?: true;
};

/** A collection that was pulled from an API: one JSON object a line. */
export type JsonSource = { kind: 'jsonl'; name: string };

export type Source = CsvSource | JsonSource;

/** A row of a file. `cells`: trimmed text by column as the format spells it, blank ones left out; `item`: of JSON lines. */
export type SourceRow = { line: number; cells: Readonly<Record<string, string>>; item?: unknown };

/** A row whose cells cannot be told apart, and why; `texts` are what stands there. */
export type BadRow = { line: number; problem: Problem; texts: readonly string[] };

export type SourceHead = { columns: string[]; otherColumns: string[]; problems: Problem[] };

type Events = { head?(head: SourceHead): void };

const maxOtherColumns = 20;

/** The columns of a source without their marks. */
export function columnsOf({ columns }: CsvSource): { name: string; isRequired: boolean }[] {
  return columns
    .trim()
    .split(/\s*,\s*|\n/)
    .map((column) => column.trim())
    .filter((column) => column !== '')
    .map((column) => ({ name: column.replace(/\*$/, ''), isRequired: column.endsWith('*') }));
}

/** What two spellings of one column have in common. */
export function columnKey(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '_');
}

/**
 * The rows of a file in batches, its head told first.
 * @throws {FeedRejected} header-missing, header-duplicate, column-missing, and what any CSV file may be refused for
 */
export async function* readSource(
  source: Source,
  file: FeedFile,
  { limits, head }: { limits: Limits } & Events,
): AsyncGenerator<(SourceRow | BadRow)[]> {
  if (source.kind === 'jsonl') yield* readJsonLines(file, limits, head);
  else yield* readCsvSource(source, file, { limits, ...(head && { head }) });
}

async function* readCsvSource(
  source: CsvSource,
  file: FeedFile,
  { limits, head }: { limits: Limits } & Events,
): AsyncGenerator<(SourceRow | BadRow)[]> {
  let places: (string | undefined)[] | undefined;
  let named = 0;
  for await (const batch of readCsv(file, limits)) {
    const rows: (SourceRow | BadRow)[] = [];
    for (const { line, cells } of batch) {
      if (cells.every((cell) => cell.trim() === '')) continue;
      if (places === undefined) {
        const found = headOf(source, file.name, cells);
        places = found.places;
        named = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
        head?.(found.head);
        continue;
      }
      rows.push(rowOf(file.name, { line, cells }, { places, named }));
    }
    yield rows;
  }
  if (places === undefined) throw refusal('header-missing', { file: file.name });
}

function headOf(
  source: CsvSource,
  file: string,
  cells: readonly string[],
): { places: (string | undefined)[]; head: SourceHead } {
  const known = new Map(columnsOf(source).map((column) => [columnKey(column.name), column]));
  const seen = new Set<string>();
  const others: string[] = [];
  const problems: Problem[] = [];
  const places = cells.map((cell) => {
    const name = cell.trim();
    if (name === '') return undefined;
    const key = columnKey(name);
    const shown = /^[\s\w.]{0,64}$/.test(name) ? name : maskPersonal(name);
    if (seen.has(key)) throw refusal('header-duplicate', { file, column: shown, detail: shown });
    seen.add(key);
    const column = known.get(key)?.name;
    if (column === undefined) {
      others.push(shown);
      if (source.isClosed) problems.push(problemOf('column-unknown', 'warning', { file, value: shown }));
    } else if (source.isExact && column !== name)
      problems.push(problemOf('header-case', 'warning', { file, column, value: shown }));
    return column;
  });
  const missing = [...known.values()].find(({ name, isRequired }) => isRequired && !places.includes(name));
  if (missing !== undefined) {
    if (places.every((place) => place === undefined)) throw refusal('header-missing', { file });
    throw refusal('column-missing', { file, column: missing.name, detail: missing.name });
  }
  const columns = [...known.values()].flatMap(({ name }) => (places.includes(name) ? [name] : []));
  return { places, head: { columns, otherColumns: others.slice(0, maxOtherColumns), problems } };
}

function rowOf(
  file: string,
  { line, cells }: { line: number; cells: readonly string[] },
  { places, named }: { places: readonly (string | undefined)[]; named: number },
): SourceRow | BadRow {
  const isWhole =
    cells.length === places.length ||
    (cells.length >= named && cells.slice(named).every((c) => c.trim() === ''));
  if (!isWhole) {
    const difference = cells.length - named;
    const detail = `${Math.abs(difference)} ${difference < 0 ? 'fewer' : 'more'}`;
    const problem = problemOf('wrong-cell-count', 'error', { file, row: line, detail });
    return { line, problem, texts: cells.map((cell) => cell.trim()) };
  }
  const row: Record<string, string> = {};
  for (const [at, name] of places.entries()) {
    const text = name === undefined ? '' : (cells[at] ?? '').trim();
    if (name !== undefined && text !== '') row[name] = text;
  }
  return { line, cells: row };
}

async function* readJsonLines(
  file: FeedFile,
  limits: Limits,
  head: Events['head'],
): AsyncGenerator<(SourceRow | BadRow)[]> {
  head?.({ columns: [], otherColumns: [], problems: [] });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  let rest = '';
  const rowsOf = (texts: readonly string[]): SourceRow[] =>
    texts.flatMap((text) => {
      line++;
      // Written by a pull, from answers that parsed.
      return text === '' ? [] : { line, cells: {}, item: JSON.parse(text) as unknown };
    });
  for await (const chunk of file.stream()) {
    const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = texts.pop() ?? '';
    if (rest.length > limits.rowBytes) throw refusal('row-too-long', { file: file.name, row: line + 1 });
    yield rowsOf(texts);
  }
  yield rowsOf([rest + decoder.decode()]);
}
