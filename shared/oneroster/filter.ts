import { RequestError } from '../errors.ts';
import type { Kind } from './collections.ts';
import { type Found, isField, valueAt } from './fields.ts';

const operators = ['!=', '>=', '<=', '=', '>', '<', '~'] as const;
type Operator = (typeof operators)[number];
type Clause = { path: string; operator: Operator; value: string };
export type Filter = { clauses: Clause[]; joined: 'AND' | 'OR' };

const name = '[A-Za-z_][\\w.-]*';
const beginning = `${name}\\s*(?:${operators.join('|')})\\s*'`;
/** A quote inside a value is only taken for its end where another clause follows. */
const joint = new RegExp(`'\\s+(AND|OR)\\s+(?=${beginning})`, 'g');
const clause = new RegExp(`^\\s*(${name})\\s*(${operators.join('|')})\\s*'(.*)$`, 's');

/**
 * `field='value'`, at most two joined by one AND or OR.
 * @throws {RequestError} malformed: invalid-filter-field
 */
export function readFilter(kind: Kind, text: string): Filter {
  const joints = [...text.matchAll(joint)].map(([, word]) => word);
  if (joints.length > 1) throw unfit('A filter has two clauses at most.');
  const trimmed = text.trimEnd();
  if (!trimmed.endsWith("'")) throw unfit('A value stands in single quotes.');
  const parts = trimmed.slice(0, -1).split(joint);
  // Between the clauses stands the word that joins them.
  const clauses = parts.filter((_, at) => at % 2 === 0).map((part) => readClause(kind, part));
  return { clauses, joined: joints[0] === 'OR' ? 'OR' : 'AND' };
}

function readClause(kind: Kind, text: string): Clause {
  const [, path, operator, value] = clause.exec(text) ?? [];
  if (path === undefined || value === undefined) {
    throw unfit(
      "A clause is a field, one of = != > >= < <= ~, and a value in single quotes: familyName='Bell'.",
    );
  }
  if (!isField(kind, path)) throw unfit(`There is no field ${path} here.`);
  if (path === 'dateLastModified' && operator !== '~' && Number.isNaN(Date.parse(value))) {
    throw unfit('dateLastModified is compared with a date and time, ISO 8601.');
  }
  // The expression has matched one of them.
  return { path, operator: operator as Operator, value };
}

function unfit(message: string): RequestError {
  return new RequestError('malformed', 'invalid-filter-field', message);
}

export function matches({ clauses, joined }: Filter, record: Record<string, unknown>): boolean {
  const holds = (one: Clause) => meets(one, valueAt(record, one.path));
  return joined === 'OR' ? clauses.some(holds) : clauses.every(holds);
}

/**
 * A list of texts equals the texts of a list with commas, in any order; it contains them where it has one of them. Of values in
 * several objects one is enough. What is absent differs from every value and meets nothing else.
 */
function meets({ path, operator, value }: Clause, { texts, isList }: Found): boolean {
  if (operator === '~') {
    const wanted = (isList ? value.split(',') : [value]).map(folded);
    return texts.some((text) => wanted.some((one) => folded(text).includes(one)));
  }
  if (operator === '!=') return !meets({ path, operator: '=', value }, { texts, isList });
  if (operator === '=' && isList) return sameSet(texts, value.split(','));
  return texts.some((text) => compares(operator, order(path, text, value)));
}

const folded = (text: string) => text.trim().toLowerCase();

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [one, other].map((texts) => new Set(texts.map((text) => text.trim())));
  return a !== undefined && b !== undefined && a.size === b.size && [...a].every((text) => b.has(text));
}

/** Instants by what they mean, everything else by its characters. */
function order(path: string, text: string, value: string): number {
  if (path === 'dateLastModified') return Date.parse(text) - Date.parse(value);
  return text < value ? -1 : text > value ? 1 : 0;
}

function compares(operator: Exclude<Operator, '~' | '!='>, sign: number): boolean {
  switch (operator) {
    case '=':
      return sign === 0;
    case '>':
      return sign > 0;
    case '>=':
      return sign >= 0;
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
  }
}
