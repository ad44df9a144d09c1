import type { District } from '../people.ts';
import type { OneRosterVersion } from '../tables.ts';
import { canvasTables } from './canvas-csv.ts';
import { cleverTables } from './clever-csv.ts';
import { oneRosterTables } from './oneroster-csv.ts';
import { sdsTables } from './sds-csv.ts';
import { sds1Tables } from './sds-csv-1.ts';
import { sisTables } from './sis-csv.ts';
import type { Table } from './table.ts';

export const formatNames = ['oneroster-csv', 'clever-csv', 'sds-csv', 'canvas-csv', 'sis-csv'] as const;
export type GeneratedFormat = (typeof formatNames)[number];
export type FormatVersion = OneRosterVersion | '1' | '2' | '2.1';

type Writer = (district: District) => Table[];

/** By version; a format without versions has one of no name. */
const writers: Record<GeneratedFormat, Readonly<Partial<Record<FormatVersion | '', Writer>>>> = {
  'oneroster-csv': {
    '1.2': (district) => oneRosterTables(district, '1.2'),
    '1.2.1': (district) => oneRosterTables(district, '1.2.1'),
    '1.2.0': (district) => oneRosterTables(district, '1.2.0'),
    '1.1': (district) => oneRosterTables(district, '1.1'),
    '1.0': (district) => oneRosterTables(district, '1.0'),
  },
  'clever-csv': { '': cleverTables },
  'sds-csv': {
    '2.1': (district) => sdsTables(district, '2.1'),
    '2': (district) => sdsTables(district, '2'),
    '1': sds1Tables,
  },
  'canvas-csv': { '': canvasTables },
  'sis-csv': { '': sisTables },
};

const newest: Record<GeneratedFormat, FormatVersion | ''> = {
  ...{ 'oneroster-csv': '1.2', 'clever-csv': '', 'sds-csv': '2.1', 'canvas-csv': '', 'sis-csv': '' },
};

/** @throws {RangeError} where the format has no such version */
export function writerOf(format: GeneratedFormat, version: FormatVersion | undefined): Writer {
  const writer = writers[format][version ?? newest[format]];
  if (writer !== undefined) return writer;
  const known = versionsOf(format).join(', ');
  throw new RangeError(`${format} has ${known === '' ? 'no versions' : `the versions ${known}`}`);
}

export function versionsOf(format: GeneratedFormat): string[] {
  return Object.keys(writers[format])
    .filter((version) => version !== '')
    .sort();
}

/** Names of files in any version of the format. */
export function filesOf(format: GeneratedFormat): string[] {
  const nobody: District = { seed: 1, students: 0, schoolYear: 2027, after: false, schools: [] };
  const tables = Object.values(writers[format]).flatMap((write) => write(nobody));
  return [...new Set(tables.map(({ file }) => file))];
}
