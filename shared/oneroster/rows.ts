import { type StateLine, sha256 } from '../roster/state.ts';
import type { Workspace } from '../roster/sync-stores.ts';
import { type AnyRecord, type Collection, collectionOf } from './collections.ts';
import { matches } from './filter.ts';
import { type Query, sortText } from './query.ts';
import type { ServedRoster } from './served-roster.ts';
import {
  groupIn,
  type Index,
  indexKey,
  type PageObjects,
  type Row,
  readRows,
  rowKey,
  storeRows,
} from './stored-rows.ts';

/** Rows in an order, of which any part can be read. */
export type Rows = { total: number; read(from: number, to: number): Promise<StateLine[]> };

export function rowsOf(lines: readonly StateLine[]): Rows {
  return { total: lines.length, read: async (from, to) => lines.slice(from, to) };
}

export type RowDeps = {
  objects: PageObjects;
  /** Scratch space of its own, given back after `use`. */
  scratch<T>(use: (workspace: Workspace) => Promise<T>): Promise<T>;
};

type Wanted = Pick<Query, 'filter' | 'sort'>;

/** More rows than these are not arranged in memory. */
const fewRows = 5000;
const rowsAtOnce = 1000;

/** The ways by which records are looked up beneath others: the groups that each record is in. */
export const groupings = {
  classesBySchool: { of: 'classes', groups: ({ schoolId }) => [schoolId] },
  classesByCourse: { of: 'classes', groups: ({ courseId }) => [courseId] },
  classesByTerm: { of: 'classes', groups: ({ termIds = [] }) => termIds },
  coursesByOrg: { of: 'courses', groups: ({ orgId }) => [orgId] },
  periodsByTerm: { of: 'gradingPeriods', groups: ({ parentId }) => [parentId] },
  studentsBySchool: { of: 'students', groups: placesAs('student') },
  teachersBySchool: { of: 'teachers', groups: placesAs('teacher') },
  enrollmentsBySchool: { of: 'enrollments', groups: ({ schoolId }) => [schoolId] },
  enrollmentsByClass: { of: 'enrollments', groups: ({ classId }) => [classId] },
  enrollmentsByUser: { of: 'enrollments', groups: ({ userId }) => [userId] },
} as const satisfies Record<string, Grouping>;
type Grouping = {
  of: Parameters<typeof collectionOf>[0];
  groups: (record: AnyRecord) => readonly (string | undefined)[];
};

function placesAs(wanted: string) {
  return ({ roles = [] }: AnyRecord) => [
    ...new Set(roles.filter(({ role }) => role === wanted).map(({ orgId }) => orgId)),
  ];
}

/** The rows of one roster as one client sees it. What is asked for is stored once, and read from then on. */
export class RosterRows {
  readonly #deps: RowDeps;
  readonly #roster: ServedRoster;
  /** Where rows of the roster are stored. */
  readonly #place: string;

  constructor(deps: RowDeps, roster: ServedRoster, place: string) {
    this.#deps = deps;
    this.#roster = roster;
    this.#place = place;
  }

  /** Of a whole collection. */
  async all(collection: Collection, name: string, wanted: Wanted): Promise<Rows> {
    const parts = this.#roster.partitions(collection.entity);
    const rows = this.#partitions(collection, parts, this.#rowOf(collection, wanted));
    return this.#stored([name, wanted], { rows, parts });
  }

  /** Of one group of a grouping, by id. */
  async group(name: keyof typeof groupings, group: string): Promise<Rows> {
    const { of, groups }: Grouping = groupings[name];
    const collection = collectionOf(of);
    const parts = this.#roster.partitions(collection.entity);
    const rows = this.#partitions(collection, parts, (line) => {
      const record = this.#roster.recordOf(collection, line);
      const ids = record === undefined ? [] : groups(record);
      return ids.flatMap((id) =>
        id === undefined ? [] : [{ key: rowKey({ group: id, id: line.id }), line }],
      );
    });
    const { index, prefix } = await this.#open([name], { rows, parts });
    const { objects } = this.#deps;
    const { from, to } = await groupIn(objects, prefix, { index, group });
    return {
      total: to - from,
      read: (first, last) => readRows(objects, prefix, { from: from + first, to: Math.min(from + last, to) }),
    };
  }

  /** What a query wants of rows that are in the order of their ids. `path`: names them. */
  async arranged(
    collection: Collection,
    rows: Rows,
    { path, wanted }: { path: readonly string[]; wanted: Wanted },
  ) {
    if (wanted.filter === undefined && wanted.sort === undefined) return rows;
    const rowOf = this.#rowOf(collection, wanted);
    if (rows.total > fewRows) {
      const parts = Math.ceil(rows.total / rowsAtOnce);
      return this.#stored([path, wanted], { rows: inParts(rows, rowOf), parts });
    }
    const few = (await rows.read(0, rows.total)).flatMap(rowOf);
    return rowsOf(few.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ line }) => line));
  }

  async #stored(what: readonly unknown[], source: Parameters<typeof storeRows>[2]): Promise<Rows> {
    const { index, prefix } = await this.#open(what, source);
    const { objects } = this.#deps;
    return {
      total: index.total,
      read: (from, to) => readRows(objects, prefix, { from, to: Math.min(to, index.total) }),
    };
  }

  async #open(
    what: readonly unknown[],
    source: Parameters<typeof storeRows>[2],
  ): Promise<{ index: Index; prefix: string }> {
    const { objects, scratch } = this.#deps;
    const named = sha256(JSON.stringify([what, this.#roster.limits ?? null])).slice(0, 32);
    const prefix = `${this.#place}/${named}`;
    const text = await objects.find(indexKey(prefix));
    // Written by storeRows only.
    if (text !== undefined) return { index: JSON.parse(text) as Index, prefix };
    const index = await scratch((workspace) => storeRows({ objects, workspace }, prefix, source));
    return { index, prefix };
  }

  async *#partitions(
    { entity }: Collection,
    parts: number,
    rowOf: (line: StateLine) => readonly Row[],
  ): AsyncGenerator<Row[]> {
    // The next one is on its way while one is looked at.
    let next = parts > 0 ? this.#roster.lines(entity, 0) : undefined;
    for (let partition = 0; next !== undefined; partition++) {
      const lines = await next;
      next = partition + 1 < parts ? this.#roster.lines(entity, partition + 1) : undefined;
      next?.catch(() => undefined);
      yield lines.flatMap(rowOf);
    }
  }

  /** The row of a line, where the query wants it. Looks into the record only where it has to. */
  #rowOf(collection: Collection, { filter, sort }: Wanted): (line: StateLine) => Row[] {
    return (line) => {
      if (collection.holds && this.#roster.recordOf(collection, line) === undefined) return [];
      if (filter === undefined && sort === undefined) return [{ key: rowKey({ id: line.id }), line }];
      const record = this.#roster.show(collection, line);
      if (filter !== undefined && !matches(filter, record)) return [];
      const text = sort === undefined ? '' : sortText(record, sort);
      return [{ key: rowKey({ text, id: line.id }), line }];
    };
  }
}

async function* inParts(rows: Rows, rowOf: (line: StateLine) => Row[]): AsyncGenerator<Row[]> {
  for (let from = 0; from < rows.total; from += rowsAtOnce) {
    const lines = await rows.read(from, Math.min(from + rowsAtOnce, rows.total));
    yield lines.flatMap(rowOf);
  }
}
