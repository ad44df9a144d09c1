import type { Made, MadeRow } from '../as-oneroster/convert.ts';
import { problemOf } from '../problem-texts.ts';
import { isRecord, textOf } from './collections.ts';

/** What of a pulled object becomes one cell. `undefined`: nothing. */
export type Cell = (value: unknown, tell: Tell) => string | undefined;

/** Says what a value had to be read as. */
export type Tell = (code: 'list-comma') => void;

export const text: Cell = textOf;

/** Declared as text, and often no text: `true`, `1` and `"1"` are true. */
export const flag: Cell = (value) => {
  const said = textOf(value);
  return said === '1' ? 'true' : said === '0' ? 'false' : said;
};

/** Some servers give days as the moments at which they begin. */
export const day: Cell = (value) => {
  const said = textOf(value);
  return said === undefined ? undefined : (/^(\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?Z?$/.exec(said)?.[1] ?? said);
};

/** `{"sourcedId": …}`, or the id alone. */
export const ref: Cell = (value) => (isRecord(value) ? textOf(value.sourcedId) : textOf(value));

export const refs: Cell = (value) => {
  const ids = elementsOf(value).flatMap((one) => ref(one, () => {}) ?? []);
  return ids.length === 0 ? undefined : ids.join(',');
};

export const list: Cell = (value, tell) => {
  const elements = elementsOf(value).flatMap((one) => textOf(one) ?? []);
  // One cell that is no list may hold several already, as it does in CSV.
  if (Array.isArray(value) && elements.some((one) => one.includes(','))) tell('list-comma');
  const kept = Array.isArray(value) ? elements.map((one) => one.replaceAll(',', ';')) : elements;
  return kept.length === 0 ? undefined : kept.join(',');
};

/** `{Type:Id}` elements, as in CSV. */
export const userIds: Cell = (value) => {
  const elements = elementsOf(value).flatMap((one) => {
    const type = isRecord(one) ? textOf(one.type) : undefined;
    const identifier = isRecord(one) ? textOf(one.identifier) : undefined;
    return type === undefined || identifier === undefined ? [] : `{${type}:${identifier}}`;
  });
  return elements.length === 0 ? undefined : elements.join(',');
};

export function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** A column of a table, the field of the object that it comes from, and how. */
export type Field = readonly [column: string, field: string, cell: Cell];

export function rowOf(
  item: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  { made, file, line }: { made: Made; file: string; line: number },
): MadeRow {
  const row: Record<string, string> = {};
  for (const [column, field, cell] of fields) {
    const tell: Tell = (code) => made.report(problemOf(code, 'warning', { file, row: line, column: field }));
    const value = cell(item[field], tell);
    if (value !== undefined) row[column] = value;
  }
  return row;
}

/** A full pull says of what is there that it is; only the rest is worth a word. A pull of changes says all. */
export function stateOf(item: Readonly<Record<string, unknown>>, mode: 'full' | 'delta'): MadeRow {
  const status = textOf(item.status);
  const dateLastModified = textOf(item.dateLastModified);
  if (mode === 'full') return status === undefined || status === 'active' ? {} : { status };
  return { ...(status && { status }), ...(dateLastModified && { dateLastModified }) };
}
