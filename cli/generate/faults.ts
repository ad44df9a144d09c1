import { type Fault, faults, idColumns } from './fault-kinds.ts';
import type { GeneratedFormat } from './formats/formats.ts';

/** How many rows of one kind of fault a dirty district has, and in which file. */
export type PlantedFault = { label: string; file: string; rows: number };

/** A file that faults are planted in. */
export type Planting = { format: GeneratedFormat; file: string; columns: readonly string[] };

/** A bad row after this many good ones, while there are any left to plant. */
const goodRowsBetween = 13;

export function faultsIn(planting: Planting, students: number): PlantedFault[] {
  const rows = Math.ceil(students / 1000);
  return faultsOf(planting).map(({ label, file }) => ({ label, file, rows }));
}

function faultsOf({ format, file, columns }: Planting): Fault[] {
  return faults[format].filter(
    ({ file: of, spoils = {} }) => of === file && Object.keys(spoils).every((name) => columns.includes(name)),
  );
}

/** The table's rows with the planted ones among them; an empty table stays empty. */
export function* plant(
  rows: Iterable<string[]>,
  planting: Planting,
  planted: readonly PlantedFault[],
): Generator<string[]> {
  const kinds = new Map(faultsOf(planting).map((fault) => [fault.label, fault]));
  const waiting = planted.flatMap(({ label, rows: count }) => {
    const fault = kinds.get(label);
    return fault === undefined ? [] : Array.from({ length: count }, (_, at) => ({ fault, number: at + 1 }));
  });
  let sinceLast = 0;
  let last: string[] | undefined;
  for (const row of rows) {
    yield row;
    last = row;
    sinceLast += 1;
    if (sinceLast < goodRowsBetween) continue;
    const next = waiting.shift();
    if (next !== undefined) yield spoilt(row, planting, next);
    sinceLast = 0;
  }
  for (const next of last === undefined ? [] : waiting) yield spoilt(last ?? [], planting, next);
}

type Planted = { fault: Fault; number: number };

function spoilt(row: readonly string[], { format, file, columns }: Planting, { fault, number }: Planted) {
  const { label, spoils = {}, extraCells = 0, keepsId = false } = fault;
  const id = keepsId ? undefined : idColumns[format][file];
  const own = `bad-${label}-${number}`;
  const cells = columns.map((column, index) => {
    const isOwn = column === id || (id !== undefined && /^(username|login_id)$/i.test(column));
    return spoils[column] ?? (isOwn ? own : (row[index] ?? ''));
  });
  return extraCells < 0
    ? cells.slice(0, extraCells)
    : [...cells, ...Array<string>(extraCells).fill('surplus')];
}
