import { maskPersonal, showId, showWord } from '../mask.ts';
import { accepted, type Row, type TableName } from './row.ts';
import { cedsGrades, type Vocabulary } from './vocabularies.ts';

/** How one column becomes one field of a record. */
export type Column<T> = {
  name: string;
  /**
   * The value of a cell that is not blank, trimmed and free of control characters; `undefined` after reporting why
   * there is none. `isStrict`: without a good value the row is worthless, so that a bad one is an error.
   */
  read(text: string, row: Row, isStrict: boolean): T | undefined;
  /** Strict although the standard lets the cell be blank. */
  isStrict?: boolean;
  /** A required cell that is blank costs no more than this warning. */
  blank?: { code: 'name-missing' | 'username-missing'; value?: T };
};

const guid = /^[0-9A-Za-z.\-_/@]+$/;
const maxIdLength = 255;
const beyondAscii = /[^\0-\x7f]/;

export function readId(name: string, text: string, row: Row): string | undefined {
  if (text.length > maxIdLength) {
    row.fail({ column: name, code: 'id-too-long', value: showId(text) });
    return undefined;
  }
  if (!guid.test(text)) row.warnOnce({ column: name, code: 'id-characters', value: showId(text) });
  return text;
}

export function text(name: string): Column<string> {
  return { name, read: (value) => value };
}

/** Composed letters, so that two spellings of one name are one. */
export function nameText(name: string): Column<string> {
  return { name, read: composed, blank: { code: 'name-missing', value: '' } };
}

function composed(value: string): string {
  return beyondAscii.test(value) ? value.normalize('NFC') : value;
}

export function title(name: string): Column<string> {
  return { name, read: composed };
}

export function username(name: string): Column<string> {
  return { name, read: (value) => value, blank: { code: 'username-missing' } };
}

export function email(name: string): Column<string> {
  return {
    name,
    read(value, row) {
      const at = value.indexOf('@');
      if (at > 0 && at < value.length - 1) return value;
      row.warn({ column: name, code: 'bad-email', value: maskPersonal(value) });
      return undefined;
    },
  };
}

export function bool(name: string): Column<boolean> {
  return {
    name,
    read(value, row, isStrict) {
      if (value === 'true') return true;
      if (value === 'false') return false;
      const meant = /^(true|1)$/i.test(value) ? true : /^(false|0)$/i.test(value) ? false : undefined;
      if (meant === undefined)
        row.report(isStrict, { column: name, code: 'bad-boolean', value: showWord(value) });
      else
        row.warn({ column: name, code: 'boolean-spelling', value: showWord(value), detail: String(meant) });
      return meant;
    },
  };
}

export function year(name: string): Column<string> {
  return {
    name,
    read(value, row, isStrict) {
      if (/^\d{4}$/.test(value)) return value;
      row.report(isStrict, { column: name, code: 'bad-year', value: showWord(value) });
      return undefined;
    },
  };
}

/** A calendar day `YYYY-MM-DD`. */
export function date(name: string, options: { isStrict?: boolean } = {}): Column<string> {
  let last = ''; // most rows have the dates of the row before
  return {
    name,
    ...options,
    read(value, row, isStrict) {
      if (value === last) return value;
      if (isDay(value)) {
        last = value;
        return value;
      }
      row.report(isStrict, { column: name, code: 'bad-date', value: showWord(value) });
      return undefined;
    },
  };
}

const dayForm = /^(\d{4})-(\d\d)-(\d\d)$/;
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(value: string): boolean {
  const [, year, month, day] = dayForm.exec(value) ?? [];
  if (year === undefined) return false;
  const isLeap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  const length = month === '02' && isLeap ? 29 : (monthLengths[Number(month) - 1] ?? 0);
  return Number(day) >= 1 && Number(day) <= length;
}

export function oneOf(name: string, vocabulary: Vocabulary): Column<string> {
  const known = new Set(vocabulary.values);
  const older = new Set(vocabulary.older);
  const spelt = new Map([...known, ...older].map((value) => [value.toLowerCase(), value]));
  const choices = vocabulary.values.join(', ');
  return {
    name,
    read(value, row, isStrict) {
      if (known.has(value)) return value;
      if (vocabulary.isExtensible && /^ext:./.test(value)) return value;
      const meant = spelt.get(value.toLowerCase());
      if (meant === undefined) {
        row.report(isStrict, {
          column: name,
          code: 'unknown-value',
          value: showWord(value),
          detail: choices,
        });
        return undefined;
      }
      if (meant !== value)
        row.warn({ column: name, code: 'enum-spelling', value: showWord(value), detail: meant });
      if (older.has(meant)) row.warn({ column: name, code: 'role-of-older-version', value: meant });
      return meant;
    },
  };
}

/** Elements joined by commas in one cell; an element cannot hold a comma. */
function elementsOf(value: string): string[] {
  if (!value.includes(',')) return [value];
  return value.split(',').flatMap((element) => element.trim() || []);
}

export function list(name: string): Column<string[]> {
  return { name, read: (value) => someOf(elementsOf(composed(value))) };
}

export function grades(name: string): Column<string[]> {
  return {
    name,
    read(value, row) {
      const all = elementsOf(value);
      const unknown = all.find((grade) => !cedsGrades.has(grade));
      if (unknown !== undefined) row.warn({ column: name, code: 'grade-unknown', value: showWord(unknown) });
      return someOf(all);
    },
  };
}

/** `{Type:Id}` elements, such as `{LDAP:a1},{Fed:b2}`. */
export function userIds(name: string): Column<{ type: string; identifier: string }[]> {
  return {
    name,
    read(value, row) {
      const elements = elementsOf(value);
      const good = elements.flatMap((element) => {
        const [, type = '', identifier = ''] = /^\{([^{}:]+):([^{}]+)\}$/.exec(element) ?? [];
        return type === '' ? [] : { type: type.trim(), identifier: identifier.trim() };
      });
      if (good.length < elements.length)
        row.warn({ column: name, code: 'bad-user-id', value: maskPersonal(value) });
      return someOf(good);
    },
  };
}

/**
 * A row of another file that was read before, or a record that may stand in the roster already. What points into an absent file is left out, unless the record is
 * nothing without it (`isKept`): then it is taken on trust, as the record may stand in the roster already.
 */
export function reference(
  name: string,
  target: TableName,
  options: { isKept?: boolean } = {},
): Column<string> {
  return { name, read: (value, row) => resolve(name, value, target, row, options.isKept ?? false) };
}

/** One that does not resolve costs the row: a list with a hole would say something else. */
export function references(name: string, target: TableName): Column<string[]> {
  return {
    name,
    read(value, row, isStrict) {
      const elements = elementsOf(value);
      if (elements.length === 0) row.report(isStrict, { column: name, code: 'value-missing' });
      return someOf([...new Set(elements.flatMap((id) => resolve(name, id, target, row, false) ?? []))]);
    },
  };
}

function resolve(name: string, id: string, target: TableName, row: Row, isKept: boolean): string | undefined {
  const file = `${target}.csv`;
  const seen = row.seen.get(target);
  if (row.reach.beyond.has(target)) return readId(name, id, row);
  if (seen === undefined) {
    row.warn({ column: name, code: 'absent-file-reference', value: showId(id), detail: file });
    return isKept ? readId(name, id, row) : undefined;
  }
  if (seen.note(seen.find(id)) >= accepted) return id;
  row.fail({ column: name, code: 'dangling-reference', value: showId(id), detail: file });
  return undefined;
}

/** A row of the same file, which may come later: `parents.ts` and `agents.ts` check it at the end of the file. */
export function ownId(name: string): Column<string> {
  return { name, read: (value, row) => readId(name, value, row) };
}

export function ownIds(name: string): Column<string[]> {
  return {
    name,
    read: (value, row) =>
      someOf([...new Set(elementsOf(value).flatMap((id) => readId(name, id, row) ?? []))]),
  };
}

function someOf<T>(all: T[]): T[] | undefined {
  return all.length > 0 ? all : undefined;
}
