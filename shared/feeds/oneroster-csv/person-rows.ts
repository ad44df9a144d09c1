import type { FeedFile } from '../byte-source.ts';
import { type FoundRow, findRows } from '../find-rows.ts';

/** Where a row stands, so that a person finds it in a spreadsheet; `row` is its line. */
export type Place = { file: string; row: number; sourcedId: string };

/** What a feed says of one person, by its rows. All are absent where the last file has no such row. */
export type PersonRows = {
  user?: Place;
  /** Of `roles.csv`, which 1.1 has not: there the roles stand in the user's own row. */
  roles: (Place & { role: string; orgId: string })[];
  enrollments: (Place & { classId: string })[];
};

const columnOfPerson = {
  'users.csv': 'sourcedId',
  'roles.csv': 'userSourcedId',
  'enrollments.csv': 'userSourcedId',
} as const;

/**
 * The rows of a OneRoster set that name a person. Of a repeated id the first row counts, as in a sync.
 * @throws the signal's reason, where it is given up before the end
 */
export async function findPersonRows(
  files: readonly FeedFile[],
  user: string,
  signal: AbortSignal,
): Promise<PersonRows> {
  const rowsIn = async (name: keyof typeof columnOfPerson): Promise<FoundRow[]> => {
    const file = files.find((one) => one.name.toLowerCase() === name);
    return file === undefined ? [] : findRows(file, { column: columnOfPerson[name], value: user }, signal);
  };
  const [[own], roles, enrollments] = await Promise.all([
    rowsIn('users.csv'),
    rowsIn('roles.csv'),
    rowsIn('enrollments.csv'),
  ]);
  return {
    ...(own === undefined ? {} : { user: placeOf(own) }),
    roles: roles.map((row) => ({
      ...placeOf(row),
      role: row.cells.get('role') ?? '',
      orgId: row.cells.get('orgsourcedid') ?? '',
    })),
    enrollments: enrollments.map((row) => ({
      ...placeOf(row),
      classId: row.cells.get('classsourcedid') ?? '',
    })),
  };
}

function placeOf({ file, line, cells }: FoundRow): Place {
  return { file, row: line, sourcedId: cells.get('sourcedid') ?? '' };
}
