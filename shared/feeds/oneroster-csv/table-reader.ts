import type { FeedRow, FileRead, ProblemRow } from '../../roster/feed-reading.ts';
import type { CsvRow } from '../csv-rows.ts';
import type { IdIndex } from '../id-index.ts';
import { showId } from '../mask.ts';
import { refusal } from '../problem-texts.ts';
import { readId } from './columns.ts';
import { type Plan, planColumns } from './header.ts';
import { accepted, Row, type SeenIds } from './row.ts';
import { type RowState, readChange, readStatus } from './state-cells.ts';
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
  /** Rows that say what became of them, and when: without any a file is none of changes. */
  #changes = 0;

  constructor(file: string, table: Table, seen: SeenIds, ids: IdIndex) {
    this.#file = file;
    this.#table = table;
    this.#seen = seen;
    this.#ids = ids;
    this.#row = new Row(file, seen, table);
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
    const ordinal = sourcedId === undefined ? -1 : this.#ordinalOf(sourcedId);
    if (sourcedId !== undefined && ordinal < 0) {
      this.#reportRepeated(sourcedId, out);
      return;
    }
    const record: Record<string, unknown> = { sourcedId };
    const state: RowState = isWhole ? this.#readState(cells, plan) : { status: 'active' };
    const isRemoval = this.#isDelta && state.status === 'tobedeleted';
    if (isWhole) readCells(cells, isRemoval ? ofPart(plan) : plan.fields, record, row);
    if (isWhole && !row.isDropped && !isRemoval) this.#table.check?.(record, row);
    if (row.isDropped || sourcedId === undefined) {
      this.#drop(sourcedId, isWhole ? record.userId : this.#userOf(cells, plan), out);
      return;
    }
    for (const problem of row.problems) out.push({ kind: 'problem', problem });
    const origin = { file: this.#file, line: row.line, sourcedId, ...state };
    if (isRemoval) this.#remove(origin, record, out);
    else this.#accept(origin, record, ordinal, out);
  }

  get #isDelta(): boolean {
    return this.#table.mode === 'delta';
  }

  /** A record may change several times in one file of changes; in a full one it has one row. */
  #ordinalOf(sourcedId: string): number {
    const added = this.#ids.add(sourcedId, this.#row.line);
    return added < 0 && this.#isDelta ? this.#ids.find(sourcedId) : added;
  }

  #readState(cells: readonly string[], plan: Plan): RowState {
    if (!this.#isDelta) return readStatus(cells, plan, this.#row, this.#table);
    const state = readChange(cells, plan, this.#row, this.#table);
    const isSaid = [plan.statusAt, plan.modifiedAt].every((at) => cells[at ?? -1]?.trim());
    if (isSaid) this.#changes += 1;
    return state;
  }

  /** A row accepted before turns out to be bad at the end of the file. */
  reject(ordinal: number): void {
    this.#rejected += 1;
    this.#ids.setNote(ordinal, 0);
  }

  /** @throws {FeedRejected} manifest-contradicted, where no row of a file of changes says what became of it. */
  done(): FileRead {
    const { entity, mode = 'bulk' } = this.#table;
    if (this.#isDelta && this.#rows > 0 && this.#changes === 0) {
      const detail = `${this.#file} is announced as delta, but no row has both status and dateLastModified`;
      throw refusal('manifest-contradicted', { file: this.#file, detail });
    }
    const rejected = this.#rejected;
    const counts = { rows: this.#rows, accepted: this.#rows - rejected, rejected };
    const { columns = [], otherColumns = [] } = this.#plan ?? {};
    const head = { columns, otherColumns, mode };
    return { kind: 'file', file: this.#file, ...(entity && { entity }), ...head, ...counts };
  }

  #accept(origin: Origin, record: Record<string, unknown>, ordinal: number, out: FeedRow[]): void {
    const note = this.#table.note?.(record, this.#row) ?? accepted;
    if (note > 0) this.#ids.setNote(ordinal, note);
    // A part of a user has no state of its own: one that is to be deleted is just not there.
    if (this.#table.entity === undefined && origin.status === 'tobedeleted') return;
    out.push(this.#table.toRow(record, origin));
    const { file, line, sourcedId } = origin;
    for (const { column, target, id } of this.#row.references) {
      const from = this.#droppedOf(sourcedId, record.userId);
      if (from === undefined || from.sourcedId === undefined) continue;
      const to = { entity: target, sourcedId: id };
      out.push({ kind: 'reference', file, line, column, from: { ...from, sourcedId: from.sourcedId }, to });
    }
  }

  #remove(
    { file, line, sourcedId, modified }: Origin,
    record: Record<string, unknown>,
    out: FeedRow[],
  ): void {
    const { entity, name } = this.#table;
    if (modified === undefined) return; // then it was dropped
    if (entity !== undefined) out.push({ kind: 'removal', entity, file, line, sourcedId, modified });
    if (name !== 'roles' && name !== 'demographics') return;
    const userId = typeof record.userId === 'string' ? record.userId : sourcedId;
    out.push({ kind: 'part-removal', part: name, userId, sourcedId, modified });
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
    const column = this.#plan?.idColumn ?? 'sourcedId';
    this.#row.fail({ column, code: 'duplicate-id', value: showId(sourcedId), detail });
    for (const problem of this.#row.problems) out.push({ kind: 'problem', problem });
  }

  /** A bad row of a part keeps its user as it was; but bad demographics must not hold back a change of roles. */
  #droppedOf(sourcedId: string | undefined, userId: unknown): ProblemRow['dropped'] {
    const { entity, name } = this.#table;
    if (entity !== undefined) return { entity, ...(sourcedId !== undefined && { sourcedId }) };
    return name !== 'demographics' && typeof userId === 'string'
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
    const column = plan.idColumn;
    const text = (cells[plan.sourcedIdAt] ?? '').trim();
    if (text === '') row.fail({ column, code: 'value-missing' });
    else if (control.test(text)) row.fail({ column, code: 'control-character' });
    else {
      const id = readId(column, text, row);
      if (id !== undefined && this.#table.name === 'demographics') this.#checkUser(column, id);
      return id;
    }
    return undefined;
  }

  /** The id of a row of demographics is the user's. */
  #checkUser(column: string, id: string): void {
    const users = this.#seen.get('users');
    if (users !== undefined && users.note(users.find(id)) >= accepted) return;
    if (this.#row.reach.beyond.has('users')) return;
    const place = { column, value: showId(id), detail: 'users.csv' };
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

/** All that counts of a row that takes a part of a user away. */
function ofPart({ fields }: Plan): Plan['fields'] {
  return fields.filter(({ key }) => key === 'userId');
}

function readCells(
  cells: readonly string[],
  fields: Plan['fields'],
  record: Record<string, unknown>,
  row: Row,
): void {
  for (const { at, key, column, isRequired, isStrict } of fields) {
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
