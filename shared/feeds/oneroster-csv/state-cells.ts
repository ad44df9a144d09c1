import { showWord } from '../mask.ts';
import { isDay } from './columns.ts';
import type { Plan } from './header.ts';
import type { Row } from './row.ts';
import type { Table } from './table.ts';

/** What a row says of its record's state. */
export type RowState = { status: 'active' | 'tobedeleted'; modified?: string };

const cellAt = (cells: readonly string[], at: number | undefined): string =>
  at === undefined ? '' : (cells[at] ?? '').trim();

/** Of a full file: blank is active. `inactive` is of OneRoster 1.0, and exporters still write it. */
export function readStatus(cells: readonly string[], plan: Plan, row: Row, table: Table): RowState {
  const text = cellAt(cells, plan.statusAt);
  if (text === '') return { status: 'active' };
  if (!table.tellsStatus) row.warnOnce({ column: 'status', code: 'bulk-status-filled' });
  return { status: statusOf(text, row, table) };
}

/** Of a file of changes: without a state and its time a row says nothing that could be relied on. */
export function readChange(cells: readonly string[], plan: Plan, row: Row, table: Table): RowState {
  const text = cellAt(cells, plan.statusAt);
  if (text === '') row.fail({ column: 'status', code: 'value-missing' });
  const status = text === '' ? 'active' : statusOf(text, row, table);
  const time = cellAt(cells, plan.modifiedAt);
  const modified = time === '' ? undefined : instantOf(time, row);
  if (time === '') row.fail({ column: 'dateLastModified', code: 'value-missing' });
  else if (modified === undefined)
    row.fail({ column: 'dateLastModified', code: 'bad-datetime', value: showWord(time) });
  return modified === undefined ? { status } : { status, modified };
}

function statusOf(text: string, row: Row, table: Table): RowState['status'] {
  const status = text.toLowerCase();
  const isKnown = status === 'active' || status === 'tobedeleted' || status === 'inactive';
  if (!isKnown) {
    const detail = 'active, tobedeleted';
    row.fail({ column: 'status', code: 'unknown-value', value: showWord(text), detail });
    return 'active';
  }
  if (status === 'inactive') {
    if (!table.tellsStatus) row.warn({ column: 'status', code: 'status-inactive' });
  } else if (status !== text) {
    row.warn({ column: 'status', code: 'enum-spelling', value: showWord(text), detail: status });
  }
  return status === 'active' ? 'active' : 'tobedeleted';
}

const instantForm = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?([.]\d+)?(Z|[+-]\d\d:?\d\d)?)?$/i;
const standardForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d+)?Z$/;

/** ISO 8601 with milliseconds in UTC. What has no zone is taken for UTC, and a day for its beginning. */
function instantOf(text: string, row: Row): string | undefined {
  const [, day, minutes = '00:00', seconds = ':00', fraction = '', zone = 'Z'] = instantForm.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  const offset = zone.toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const time = Date.parse(`${day}T${minutes}${seconds}${fraction.slice(0, 4)}${offset}`);
  if (Number.isNaN(time)) return undefined;
  const instant = new Date(time).toISOString();
  if (!standardForm.test(text))
    row.warnOnce({ column: 'dateLastModified', code: 'datetime-spelling', value: text, detail: instant });
  return instant;
}
