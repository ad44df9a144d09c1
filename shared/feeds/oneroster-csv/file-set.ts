import type { Problem } from '../../roster/feed-reading.ts';
import type { FeedFile } from '../byte-source.ts';
import { problemOf, refusal } from '../problem-texts.ts';
import { type Manifest, manifestFile, tableNames } from './manifest.ts';
import type { TableName } from './row.ts';
import type { Table } from './table.ts';

/** Without these no person has a place, and a set that lost them must not look like an empty one. */
const alwaysNeeded: readonly TableName[] = ['orgs', 'users', 'roles'];

/** One table to read, with the file that holds it. */
export type TableFile = { table: Table; file: FeedFile };

/** @throws {FeedRejected} manifest-missing; file-unknown where a name is there twice */
export function findManifest(files: readonly FeedFile[]): FeedFile {
  const names = new Set<string>();
  for (const { name } of files) {
    if (names.has(name.toLowerCase()))
      throw refusal('file-unknown', { file: name, detail: 'it is there twice' });
    names.add(name.toLowerCase());
  }
  const manifest = files.find(({ name }) => name.toLowerCase() === manifestFile);
  if (manifest === undefined) throw refusal('manifest-missing', { file: manifestFile });
  return manifest;
}

/**
 * The files that the manifest announces, in the order of `tables`.
 * @throws {FeedRejected} file-missing, manifest-contradicted, version-unsupported (delta)
 */
export function matchFiles(
  files: readonly FeedFile[],
  manifest: Manifest,
  tables: readonly Table[],
): TableFile[] {
  return tables.flatMap((table) => {
    const name = `${table.name}.csv`;
    const file = files.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    const mode = manifest.modes.get(table.name);
    if (mode === 'delta') {
      throw refusal('version-unsupported', {
        file: name,
        detail: `Delta mode, which manifest.csv gives for ${name},`,
      });
    }
    if (file === undefined) {
      const isNeeded = mode === 'bulk' || alwaysNeeded.includes(table.name);
      const detail = mode === 'bulk' ? ', though manifest.csv announces it' : ', and every set needs it';
      if (isNeeded) throw refusal('file-missing', { file: name, detail });
      return [];
    }
    if (mode !== 'bulk') {
      const detail = `${name} is there, but the manifest ${mode === 'absent' ? 'calls it absent' : 'does not mention it'}`;
      throw refusal('manifest-contradicted', { file: name, detail });
    }
    return [{ table, file }];
  });
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
