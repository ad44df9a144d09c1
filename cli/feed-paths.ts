import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailed } from './failures.ts';

/**
 * The files of a feed: a zip or CSV file itself, or the CSV files of a folder, sorted.
 * @throws {CommandFailed} where there are none
 */
export async function feedPaths(feed: string): Promise<string[]> {
  const found = await stat(feed).catch(() => undefined);
  if (found === undefined) throw new CommandFailed(`There is no file or folder ${feed}`);
  if (!found.isDirectory()) return [feed];
  const names = (await readdir(feed)).filter((name) => /^[^.].*\.csv$/i.test(name)).sort();
  if (names.length === 0) throw new CommandFailed(`There are no CSV files in ${feed}`);
  return names.map((name) => join(feed, name));
}
