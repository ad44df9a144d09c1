import { type Change, changesOf } from './changes.ts';
import { faultsIn, type PlantedFault, plant } from './faults.ts';
import { type FormatVersion, type GeneratedFormat, writerOf } from './formats/formats.ts';
import { linesOf, type Table } from './formats/table.ts';
import { layOut } from './layout.ts';
import type { District } from './people.ts';

export type DistrictOptions = {
  /** Of the first feed; everything else grows with it. */
  students: number;
  seed?: number;
  /** The year the school year ends in; it runs from 1 July to 1 July. */
  schoolYear?: number;
  /** OneRoster CSV where nothing is said. */
  format?: GeneratedFormat;
  /** Of the format, where it has several; the newest where nothing is said. */
  version?: FormatVersion;
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

/**
 * A district, the same for the same options on every machine, and the same people in every format. Nothing is kept: rows are made as
 * they are read, so that memory does not grow with the district.
 * @throws {RangeError} where `students` is not a whole number from 1 to 300,000, or the format has no such version.
 */
export function generateDistrict(options: DistrictOptions): GeneratedDistrict {
  const { students, seed = 1, schoolYear = 2027, version, dirty = false, after = false } = options;
  if (!Number.isInteger(students) || students < 1 || students > 300_000) {
    throw new RangeError('A district has 1 to 300,000 students');
  }
  const { format = 'oneroster-csv' } = options;
  const district: District = { seed, students, schoolYear, after, schools: layOut(seed, students) };
  const tables = writerOf(format, version)(district);
  const planted = dirty
    ? tables.flatMap(({ file, columns }) => faultsIn({ format, file, columns }, students))
    : [];
  return {
    files: tables.map((table) => ({
      file: table.file,
      lines: () => linesOfTable(table, { format, planted }),
    })),
    planted,
    changes: () => (after ? changesOf(district.schools, students) : []),
  };
}

type Dirt = { format: GeneratedFormat; planted: readonly PlantedFault[] };

function linesOfTable({ file, columns, rows }: Table, { format, planted }: Dirt): Iterable<string> {
  const here = planted.filter((fault) => fault.file === file);
  return linesOf(columns, here.length === 0 ? rows() : plant(rows(), { format, file, columns }, here));
}
