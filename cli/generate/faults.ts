import type { OneRosterVersion } from './tables.ts';

/** One kind of bad row: a good row of the file, spoilt. It gets an id of its own unless the id is what is wrong. */
type Fault = {
  label: string;
  table: string;
  versions?: readonly OneRosterVersion[];
  spoil: (row: Readonly<Record<string, string>>) => Record<string, string>;
  /** Cells to add to the row's end, or to cut off. */
  extraCells?: number;
  keepsId?: true;
};

/** How many rows of one kind of fault a dirty district has, and in which file. */
export type PlantedFault = { label: string; file: string; rows: number };

const faults: readonly Fault[] = [
  {
    label: 'org-with-unknown-parent',
    table: 'orgs',
    spoil: (row) => ({ ...row, parentSourcedId: 'dst-missing' }),
  },
  {
    label: 'session-with-impossible-date',
    table: 'academicSessions',
    spoil: (row) => ({ ...row, endDate: '2027-13-05' }),
  },
  {
    label: 'session-without-school-year',
    table: 'academicSessions',
    spoil: (row) => ({ ...row, schoolYear: '' }),
  },
  {
    label: 'course-of-unknown-org',
    table: 'courses',
    spoil: (row) => ({ ...row, orgSourcedId: 'dst-missing' }),
  },
  {
    label: 'class-of-unknown-course',
    table: 'classes',
    spoil: (row) => ({ ...row, courseSourcedId: 'crs-missing' }),
  },
  {
    label: 'class-of-unknown-school',
    table: 'classes',
    spoil: (row) => ({ ...row, schoolSourcedId: 'sch-missing' }),
  },
  { label: 'class-of-unknown-type', table: 'classes', spoil: (row) => ({ ...row, classType: 'assembly' }) },
  { label: 'user-twice', table: 'users', spoil: (row) => ({ ...row }), keepsId: true },
  { label: 'user-with-bad-boolean', table: 'users', spoil: (row) => ({ ...row, enabledUser: 'maybe' }) },
  { label: 'user-without-name', table: 'users', spoil: (row) => ({ ...row, givenName: '', familyName: '' }) },
  { label: 'user-row-too-short', table: 'users', spoil: (row) => ({ ...row }), extraCells: -2 },
  {
    label: 'user-with-unknown-role',
    table: 'users',
    versions: ['1.1'],
    spoil: (row) => ({ ...row, role: 'wizard' }),
  },
  {
    label: 'user-at-unknown-org',
    table: 'users',
    versions: ['1.1'],
    spoil: (row) => ({ ...row, orgSourcedIds: 'sch-missing' }),
  },
  {
    label: 'role-unknown',
    table: 'roles',
    versions: ['1.2'],
    spoil: (row) => ({ ...row, roleType: 'secondary', role: 'wizard' }),
  },
  {
    label: 'role-of-unknown-user',
    table: 'roles',
    versions: ['1.2'],
    spoil: (row) => ({ ...row, userSourcedId: 'stu-missing' }),
  },
  {
    label: 'enrollment-of-unknown-user',
    table: 'enrollments',
    spoil: (row) => ({ ...row, userSourcedId: 'stu-missing' }),
  },
  {
    label: 'enrollment-in-unknown-class',
    table: 'enrollments',
    spoil: (row) => ({ ...row, classSourcedId: 'cls-missing' }),
  },
  {
    label: 'enrollment-with-local-date',
    table: 'enrollments',
    spoil: (row) => ({ ...row, beginDate: '8/27/2018' }),
  },
  {
    label: 'enrollment-with-unknown-role',
    table: 'enrollments',
    spoil: (row) => ({ ...row, role: 'wizard' }),
  },
  { label: 'enrollment-row-too-long', table: 'enrollments', spoil: (row) => ({ ...row }), extraCells: 1 },
  { label: 'enrollment-twice', table: 'enrollments', spoil: (row) => ({ ...row }), keepsId: true },
];

/** A bad row after this many good ones, while there are any left to plant. */
const goodRowsBetween = 13;

export function faultsIn(table: string, version: OneRosterVersion, students: number): PlantedFault[] {
  return faults
    .filter((fault) => fault.table === table && (fault.versions ?? [version]).includes(version))
    .map(({ label }) => ({ label, file: `${table}.csv`, rows: Math.ceil(students / 1000) }));
}

/** The table's rows with the planted ones among them; an empty table stays empty. */
export function* plant(
  rows: Iterable<string[]>,
  columns: readonly string[],
  planted: readonly PlantedFault[],
): Generator<string[]> {
  const waiting = planted.flatMap(({ label, rows: count }) =>
    Array.from({ length: count }, (_, index) => ({ label, number: index + 1 })),
  );
  let sinceLast = 0;
  let last: string[] | undefined;
  for (const row of rows) {
    yield row;
    last = row;
    sinceLast += 1;
    if (sinceLast < goodRowsBetween) continue;
    const next = waiting.shift();
    if (next !== undefined) yield spoilt(row, columns, next);
    sinceLast = 0;
  }
  for (const next of last === undefined ? [] : waiting) yield spoilt(last ?? [], columns, next);
}

function spoilt(
  row: readonly string[],
  columns: readonly string[],
  { label, number }: { label: string; number: number },
) {
  const fault = faults.find((candidate) => candidate.label === label);
  if (fault === undefined) return [...row];
  const good = Object.fromEntries(columns.map((column, index) => [column, row[index] ?? '']));
  const own = fault.keepsId ? good : { ...good, sourcedId: `bad-${label}-${number}` };
  const unique = 'username' in own ? { ...own, username: own.sourcedId ?? '' } : own;
  const bad = fault.spoil(fault.keepsId ? own : unique);
  const cells = columns.map((column) => bad[column] ?? '');
  const extra = fault.extraCells ?? 0;
  return extra < 0 ? cells.slice(0, extra) : [...cells, ...Array<string>(extra).fill('surplus')];
}
