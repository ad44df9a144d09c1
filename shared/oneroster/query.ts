import { RequestError } from '../errors.ts';
import type { Kind } from './collections.ts';
import { isField, valueAt } from './fields.ts';
import { type Filter, readFilter } from './filter.ts';
import type { Shown } from './json.ts';

/** Parameters as they were sent. */
export type Asked = {
  limit?: string | undefined;
  offset?: string | undefined;
  sort?: string | undefined;
  orderBy?: string | undefined;
  filter?: string | undefined;
  fields?: string | undefined;
  snapshot?: string | undefined;
};

export type Query = {
  limit: number;
  offset: number;
  /** Absent = by `sourcedId`. */
  sort?: string;
  descending: boolean;
  filter?: Filter;
  fields?: string[];
};

export const defaultLimit = 100;
/** Pages above it could outgrow what an HTTP API answers. */
export const maxLimit = 1000;
const maxOffset = 2 ** 31 - 1;

/** @throws {RequestError} malformed: invalid-filter-field, invalid-selection-field or invalid-data */
export function readQuery(kind: Kind, asked: Asked): Query {
  const { sort, orderBy, filter } = asked;
  if (sort !== undefined && !isField(kind, sort)) throw noField(sort);
  if (orderBy !== undefined && orderBy !== 'asc' && orderBy !== 'desc') {
    throw unfit('orderBy is asc or desc.');
  }
  const fields = readFields(kind, asked.fields);
  return {
    limit: readNumber('limit', asked.limit ?? String(defaultLimit), { least: 1, most: maxLimit }),
    offset: readNumber('offset', asked.offset ?? '0', { least: 0, most: maxOffset }),
    ...(sort === undefined || sort === 'sourcedId' ? {} : { sort }),
    descending: orderBy === 'desc',
    ...(filter === undefined ? {} : { filter: readFilter(kind, filter) }),
    ...(fields === undefined ? {} : { fields }),
  };
}

export function readFields(kind: Kind, text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const fields = text.split(',').map((field) => field.trim());
  for (const field of fields) if (field.includes('.') || !isField(kind, field)) throw noField(field);
  return fields;
}

/** Plain digits: `1e3`, `+5` and `0x5` are no numbers here. */
function readNumber(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw unfit(`${name} is a whole number from ${least} to ${most}.`);
}

/** The wanted fields alone; `sourcedId` always comes. */
export function selected(record: Shown, fields: readonly string[] | undefined): Record<string, unknown> {
  if (fields === undefined) return record;
  return Object.fromEntries(
    Object.entries(record).filter(([field]) => field === 'sourcedId' || fields.includes(field)),
  );
}

/** Texts that sort as Unicode does; what is absent comes first. */
export function sortText(record: Shown, path: string): string {
  return valueAt(record, path).texts.join(',');
}

function noField(field: string): RequestError {
  return new RequestError('malformed', 'invalid-selection-field', `There is no field ${field} here.`);
}

function unfit(message: string): RequestError {
  return new RequestError('malformed', 'invalid-data', message);
}
