import { type Change, changesOf } from './changes.ts';
import { faultsIn, type PlantedFault, plant } from './faults.ts';
import { layOut } from './layout.ts';
import { enrollmentRows, roleRows, userRows } from './members.ts';
import type { District } from './people.ts';
import { academicSessionRows, classRows, courseRows, orgRows } from './structure.ts';
import { columns, csvLine, manifestRows, type OneRosterVersion } from './tables.ts';

export type DistrictOptions = {
  /** Of the first feed; everything else grows with it. */
  students: number;
  seed?: number;
  /** The year the school year ends in; it runs from 1 July to 1 July. */
  schoolYear?: number;
  version?: OneRosterVersion;
  /** Plant bad rows of every kind among the good ones. */
  dirty?: boolean;
  /** The same district some days later. */
  after?: boolean;
};

/** Lines without their ends, the header first; every call starts anew. */
export type GeneratedFile = { file: string; lines: () => Iterable<string> };

export type GeneratedDistrict = {
  files: GeneratedFile[];
  planted: PlantedFault[];
  /** From the first feed to this one: nothing unless `after`. */
  changes: () => Iterable<Change>;
};

type Table = { table: string; columns: readonly string[]; rows: () => Iterable<string[]> };

/**
 * A OneRoster district, the same for the same options on every machine. Nothing is kept: rows are made as they are
 * read, so that memory does not grow with the district.
 * @throws {RangeError} where `students` is not a whole number from 1 to 300,000.
 */
export function generateDistrict(options: DistrictOptions): GeneratedDistrict {
  const { students, seed = 1, schoolYear = 2027, version = '1.2', dirty = false, after = false } = options;
  if (!Number.isInteger(students) || students < 1 || students > 300_000) {
    throw new RangeError('A district has 1 to 300,000 students');
  }
  const district: District = { seed, students, schoolYear, after, schools: layOut(seed, students) };
  const tables = tablesOf(district, version);
  const names = tables.map(({ table }) => table);
  const planted = dirty ? names.flatMap((table) => faultsIn(table, version, students)) : [];
  return {
    files: [
      { file: 'manifest.csv', lines: () => linesOf(['propertyName', 'value'], manifestRows(version, names)) },
      ...tables.map((table) => ({ file: `${table.table}.csv`, lines: () => linesOfTable(table, planted) })),
    ],
    planted,
    changes: () => (after ? changesOf(district.schools, students) : []),
  };
}

function tablesOf(district: District, version: OneRosterVersion): Table[] {
  const roles = { table: 'roles', columns: columns.roles, rows: () => roleRows(district) };
  return [
    { table: 'orgs', columns: columns.orgs, rows: () => orgRows(district) },
    {
      table: 'academicSessions',
      columns: columns.academicSessions,
      rows: () => academicSessionRows(district),
    },
    { table: 'courses', columns: columns.courses, rows: () => courseRows(district) },
    { table: 'classes', columns: columns.classes, rows: () => classRows(district) },
    { table: 'users', columns: columns.users[version], rows: () => userRows(district, version) },
    ...(version === '1.2' ? [roles] : []),
    { table: 'enrollments', columns: columns.enrollments, rows: () => enrollmentRows(district) },
  ];
}

function linesOfTable({ table, columns, rows }: Table, planted: readonly PlantedFault[]): Iterable<string> {
  const here = planted.filter(({ file }) => file === `${table}.csv`);
  return linesOf(columns, here.length === 0 ? rows() : plant(rows(), columns, here));
}

function* linesOf(columns: readonly string[], rows: Iterable<string[]>): Generator<string> {
  yield csvLine(columns);
  for (const row of rows) yield csvLine(row);
}
