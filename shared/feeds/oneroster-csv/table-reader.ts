import type { FeedRow, FileRead, ProblemRow } from '../../roster/feed-reading.ts';
import type { CsvRow } from '../csv-rows.ts';
import type { IdIndex } from '../id-index.ts';
import { showId, showWord } from '../mask.ts';
import { readId } from './columns.ts';
import { type Plan, planColumns } from './header.ts';
import { accepted, Row, type SeenIds } from './row.ts';
import type { Origin, Table } from './table.ts';

const control = /\p{Cc}/u;
const breaks = /[\t\n\r]+/g;

/** Checks one file row by row, and counts. Rows come in the file's order, the header first. */
export class TableReader {
  readonly #file: string;
  readonly #table: Table;
  readonly #seen: SeenIds;
  readonly #ids: IdIndex;
  readonly #row: Row;
  #plan: Plan | undefined;
  #rows = 0;
  #rejected = 0;

  constructor(file: string, table: Table, seen: SeenIds, ids: IdIndex) {
    this.#file = file;
    this.#table = table;
    this.#seen = seen;
    this.#ids = ids;
    this.#row = new Row(file, seen, table.reach);
  }

  /** Appends what the row becomes to `out`: a record or part, and what is wrong with it. */
  read({ line, cells }: CsvRow, out: FeedRow[]): void {
    if (isEmptyLine(cells)) return;
    const plan = this.#plan;
    if (plan === undefined) {
      this.#plan = planColumns(this.#file, cells, this.#table);
      for (const problem of this.#plan.problems) out.push({ kind: 'problem', problem });
      return;
    }
    this.#rows += 1;
    this.#row.begin(line);
    this.#readRow(cells, plan, out);
    if (this.#row.notices.length === 0) return;
    for (const problem of this.#row.notices) out.push({ kind: 'problem', problem });
    this.#row.notices = [];
  }

  #readRow(cells: readonly string[], plan: Plan, out: FeedRow[]): void {
    const row = this.#row;
    const isWhole = hasWidth(cells, plan, row);
    const sourcedId = isWhole || plan.sourcedIdAt === 0 ? this.#readSourcedId(cells, plan) : undefined;
    const ordinal = sourcedId === undefined ? -1 : this.#ids.add(sourcedId, row.line);
    if (sourcedId !== undefined && ordinal < 0) {
      this.#reportRepeated(sourcedId, out);
      return;
    }
    const record: Record<string, unknown> = { sourcedId };
    if (isWhole) readCells(cells, plan, record, row);
    const status = isWhole ? readStatus(cells, plan, row) : 'active';
    if (isWhole && !row.isDropped) this.#table.check?.(record, row);
    if (row.isDropped || sourcedId === undefined) {
      this.#drop(sourcedId, isWhole ? record.userId : this.#userOf(cells, plan), out);
      return;
    }
    for (const problem of row.problems) out.push({ kind: 'problem', problem });
    this.#accept({ file: this.#file, line: row.line, sourcedId, status }, record, ordinal, out);
  }

  /** A row accepted before turns out to be bad at the end of the file. */
  reject(ordinal: number): void {
    this.#rejected += 1;
    this.#ids.setNote(ordinal, 0);
  }

  done(): FileRead {
    const { entity } = this.#table;
    const rejected = this.#rejected;
    const counts = { rows: this.#rows, accepted: this.#rows - rejected, rejected };
    const { columns = [], otherColumns = [] } = this.#plan ?? {};
    const head = { columns, otherColumns, mode: 'bulk' } as const;
    return { kind: 'file', file: this.#file, ...(entity && { entity }), ...head, ...counts };
  }

  #accept(origin: Origin, record: Record<string, unknown>, ordinal: number, out: FeedRow[]): void {
    const note = this.#table.note?.(record, this.#row) ?? accepted;
    if (note > 0) this.#ids.setNote(ordinal, note);
    // A part of a user has no state of its own: one that is to be deleted is just not there.
    if (this.#table.entity === undefined && origin.status === 'tobedeleted') return;
    out.push(this.#table.toRow(record, origin));
  }

  #drop(sourcedId: string | undefined, userId: unknown, out: FeedRow[]): void {
    this.#rejected += 1;
    const dropped = this.#droppedOf(sourcedId, userId);
    let isFirst = true;
    for (const problem of this.#row.problems) {
      if (problem.severity !== 'error') continue; // nothing of a dropped row was repaired
      out.push({ kind: 'problem', problem, ...(isFirst && dropped && { dropped }) });
      isFirst = false;
    }
  }

  #reportRepeated(sourcedId: string, out: FeedRow[]): void {
    this.#rejected += 1;
    const detail = String(this.#ids.line(this.#ids.find(sourcedId)));
    this.#row.begin(this.#row.line);
    this.#row.fail({ column: 'sourcedId', code: 'duplicate-id', value: showId(sourcedId), detail });
    for (const problem of this.#row.problems) out.push({ kind: 'problem', problem });
  }

  /** A bad row of `roles.csv` keeps its user as it was; bad demographics must not hold back a change of roles. */
  #droppedOf(sourcedId: string | undefined, userId: unknown): ProblemRow['dropped'] {
    const { entity, name } = this.#table;
    if (entity !== undefined) return { entity, ...(sourcedId !== undefined && { sourcedId }) };
    return name === 'roles' && typeof userId === 'string'
      ? { entity: 'users', sourcedId: userId, part: true }
      : undefined;
  }

  /** The user of a row with a cell too many or too few: whoever stands in the right place and exists. */
  #userOf(cells: readonly string[], plan: Plan): string | undefined {
    const at = plan.fields.find(({ key }) => key === 'userId')?.at;
    const id = at === undefined ? undefined : cells[at]?.trim();
    const users = this.#seen.get('users');
    return id !== undefined && users !== undefined && users.note(users.find(id)) >= accepted ? id : undefined;
  }

  #readSourcedId(cells: readonly string[], plan: Plan): string | undefined {
    const row = this.#row;
    const text = (cells[plan.sourcedIdAt] ?? '').trim();
    if (text === '') row.fail({ column: 'sourcedId', code: 'value-missing' });
    else if (control.test(text)) row.fail({ column: 'sourcedId', code: 'control-character' });
    else {
      const id = readId('sourcedId', text, row);
      if (id !== undefined && this.#table.name === 'demographics') this.#checkUser(id);
      return id;
    }
    return undefined;
  }

  /** The id of a row of demographics is the user's. */
  #checkUser(id: string): void {
    const users = this.#seen.get('users');
    if (users !== undefined && users.note(users.find(id)) >= accepted) return;
    const place = { column: 'sourcedId', value: showId(id), detail: 'users.csv' };
    this.#row.fail({ ...place, code: 'dangling-reference' });
  }
}

export function isEmptyLine(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0]?.trim() === '';
}

function hasWidth(cells: readonly string[], plan: Plan, row: Row): boolean {
  if (cells.length === plan.width) {
    if (plan.named === plan.width || cells.slice(plan.named).every((cell) => cell.trim() === '')) return true;
  } else if (cells.length === plan.named) return true;
  const difference = cells.length - plan.named;
  row.fail({
    code: 'wrong-cell-count',
    detail: `${Math.abs(difference)} ${difference < 0 ? 'fewer' : 'more'}`,
  });
  return false;
}

function readCells(cells: readonly string[], plan: Plan, record: Record<string, unknown>, row: Row): void {
  for (const { at, key, column, isRequired, isStrict } of plan.fields) {
    let text = (cells[at] ?? '').trim();
    if (text === '') {
      if (isRequired) readBlank(column, key, record, row);
      continue;
    }
    if (control.test(text)) {
      const cleaned = text.replace(breaks, ' ');
      if (control.test(cleaned)) {
        row.fail({ column: column.name, code: 'control-character' });
        continue;
      }
      row.warn({ column: column.name, code: 'line-break-in-value' });
      text = cleaned;
    }
    const value = column.read(text, row, isStrict);
    if (value !== undefined) record[key] = value;
  }
}

function readBlank(
  column: Plan['fields'][number]['column'],
  key: string,
  record: Record<string, unknown>,
  row: Row,
): void {
  if (column.blank === undefined) {
    row.fail({ column: column.name, code: 'value-missing' });
    return;
  }
  row.warn({ column: column.name, code: column.blank.code });
  if (column.blank.value !== undefined) record[key] = column.blank.value;
}

/** `inactive` is of OneRoster 1.0, and exporters still write it. */
function readStatus(cells: readonly string[], plan: Plan, row: Row): 'active' | 'tobedeleted' {
  const text = plan.statusAt === undefined ? '' : (cells[plan.statusAt] ?? '').trim();
  if (text === '') return 'active';
  row.warnOnce({ column: 'status', code: 'bulk-status-filled' });
  const status = text.toLowerCase();
  const isKnown = status === 'active' || status === 'tobedeleted' || status === 'inactive';
  if (!isKnown) {
    const detail = 'active, tobedeleted';
    row.fail({ column: 'status', code: 'unknown-value', value: showWord(text), detail });
    return 'active';
  }
  if (status === 'inactive') row.warn({ column: 'status', code: 'status-inactive' });
  else if (status !== text) {
    row.warn({ column: 'status', code: 'enum-spelling', value: showWord(text), detail: status });
  }
  return status === 'active' ? 'active' : 'tobedeleted';
}
