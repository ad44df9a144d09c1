import type { OpenFeed, Problem } from '../../roster/feed-reading.ts';
import type { FeedFile } from '../byte-source.ts';
import { problemOf, refusal } from '../problem-texts.ts';
import { type Manifest, manifestFile, tableNames } from './manifest.ts';
import type { Reach, TableName } from './row.ts';
import { ofChanges, type Table } from './table.ts';

/** Without these no person has a place, and a set that lost them must not look like an empty one. */
const alwaysNeeded: readonly TableName[] = ['orgs', 'users', 'roles'];

/** One table to read, with the file that holds it. */
export type TableFile = { table: Table; file: FeedFile };

/** The manifest, where there is one. @throws {FeedRejected} file-unknown where a name is there twice */
export function findManifest(files: readonly FeedFile[]): FeedFile | undefined {
  const names = new Set<string>();
  for (const { name } of files) {
    if (names.has(name.toLowerCase()))
      throw refusal('file-unknown', { file: name, detail: 'it is there twice' });
    names.add(name.toLowerCase());
  }
  return findFile(files, manifestFile);
}

/** By its name in any letter case. */
export function findFile(files: readonly FeedFile[], name: string): FeedFile | undefined {
  return files.find((file) => file.name.toLowerCase() === name.toLowerCase());
}

/**
 * The files that the manifest announces, in the order of `tables`, each as its mode has it.
 * @throws {FeedRejected} file-missing, manifest-contradicted
 */
export function matchFiles(
  files: readonly FeedFile[],
  manifest: Manifest,
  tables: readonly Table[],
): TableFile[] {
  const modeOf = ({ name }: Table) => manifest.modes.get(name) ?? 'absent';
  const hasChanges = tables.some((table) => modeOf(table) === 'delta');
  // A manifest alone says that there is nothing to report.
  const isEmpty = tables.every(({ name }) => findFile(files, `${name}.csv`) === undefined);
  const isFull = !hasChanges && !isEmpty;
  const reach = hasChanges ? reachOf(tables, manifest) : undefined;
  return tables.flatMap((table) => {
    const name = `${table.name}.csv`;
    const file = findFile(files, name);
    const mode = modeOf(table);
    if (file === undefined) {
      const isAnnounced = mode !== 'absent';
      const detail = isAnnounced
        ? ', though manifest.csv announces it'
        : ', and every set needs it that is not of changes';
      if (isAnnounced || (isFull && alwaysNeeded.includes(table.name)))
        throw refusal('file-missing', { file: name, detail });
      return [];
    }
    if (mode === 'absent') {
      const isSaid = manifest.modes.has(table.name);
      const detail = `${name} is there, but the manifest ${isSaid ? 'calls it absent' : 'does not mention it'}`;
      throw refusal('manifest-contradicted', { file: name, detail });
    }
    const read = mode === 'delta' ? ofChanges(table) : table;
    return [{ table: reach === undefined ? read : { ...read, reach }, file }];
  });
}

/** Which files a row of each may refer to. */
const refersTo: Partial<Record<TableName, readonly TableName[]>> = {
  orgs: ['orgs'],
  academicSessions: ['academicSessions'],
  courses: ['academicSessions', 'orgs'],
  classes: ['courses', 'orgs', 'academicSessions'],
  users: ['orgs'],
  roles: ['users', 'orgs'],
  demographics: ['users'],
  enrollments: ['classes', 'orgs', 'users'],
};

/** `tables` come in the order of their references. */
function reachOf(tables: readonly Table[], manifest: Manifest): Reach {
  const names = tables.map(({ name }) => name);
  const beyond = new Set(names.filter((name) => manifest.modes.get(name) !== 'bulk'));
  const unsure = new Set(beyond);
  for (const name of names) if (refersTo[name]?.some((target) => unsure.has(target))) unsure.add(name);
  return { beyond, unsure };
}

/** What a set of changes says by what it leaves out, for parts of users that have files of their own. */
export function partsOf(
  tables: readonly Table[],
  manifest: Manifest,
  read: readonly TableFile[],
): OpenFeed['parts'] {
  if (!read.some(({ table }) => table.mode === 'delta')) return undefined;
  const areUsersFull = manifest.modes.get('users') === 'bulk';
  const parts: OpenFeed['parts'] = {};
  for (const { name } of tables) {
    if (name !== 'roles' && name !== 'demographics') continue;
    const isFull = manifest.modes.get(name) === 'bulk';
    if (!isFull) parts[name] = 'delta';
    else if (!areUsersFull) parts[name] = 'full';
  }
  return parts;
}

/** What is odd about the names, none of it in the way of reading. */
export function nameProblems(
  files: readonly FeedFile[],
  manifest: Manifest,
  read: readonly TableFile[],
): Problem[] {
  const spelt = new Map(
    [...tableNames, 'manifest'].map((name) => [`${name}.csv`.toLowerCase(), `${name}.csv`]),
  );
  return files.flatMap(({ name }): Problem[] => {
    const file = name;
    const standard = spelt.get(name.toLowerCase());
    if (standard === undefined) return [problemOf('file-unknown', 'warning', { file })];
    const problems: Problem[] = [];
    if (standard !== name) problems.push(problemOf('file-name-case', 'warning', { file, detail: standard }));
    const isRead = standard === manifestFile || read.some((one) => one.file.name === name);
    const mode = manifest.modes.get(standard.slice(0, -'.csv'.length)) ?? 'absent';
    if (!isRead && mode === 'absent') problems.push(problemOf('file-unexpected', 'warning', { file }));
    return problems;
  });
}
