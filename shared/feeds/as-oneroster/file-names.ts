import type { Problem } from '../../roster/feed-reading.ts';
import type { FeedFile } from '../byte-source.ts';
import { problemOf, refusal } from '../problem-texts.ts';
import { fileOf } from './convert.ts';
import type { Source } from './source.ts';

type Named = Pick<Source, 'name'>;

export type FileSet = {
  /** All that are read where they are there. */
  read: readonly Named[];
  /** Without any of these nothing can be read safely. */
  needed: readonly Named[];
  /** Files that say something only together. */
  together?: readonly (readonly Named[])[];
  /** Of the format, and not read; nobody is told. */
  ignored?: readonly string[];
};

/**
 * What is odd about the names of a set that has no manifest.
 * @throws {FeedRejected} file-missing; file-unknown where a name is there twice
 */
export function checkNames(
  files: readonly FeedFile[],
  { read, needed, together = [], ignored = [] }: FileSet,
): Problem[] {
  const seen = new Set<string>();
  for (const { name: file } of files) {
    if (seen.has(file.toLowerCase())) throw refusal('file-unknown', { file, detail: 'it is there twice' });
    seen.add(file.toLowerCase());
  }
  const missing = needed.find((source) => fileOf(files, source) === undefined);
  if (missing !== undefined)
    throw refusal('file-missing', { file: missing.name, detail: ', and every set needs it' });
  for (const group of together) {
    const gone = group.find((source) => fileOf(files, source) === undefined);
    const there = group.find((source) => fileOf(files, source) !== undefined);
    if (gone !== undefined && there !== undefined)
      throw refusal('file-missing', { file: gone.name, detail: `, though ${there.name} is there` });
  }
  const known = new Set([...read.map(({ name }) => name), ...ignored].map((name) => name.toLowerCase()));
  return files.flatMap(({ name: file }) =>
    known.has(file.toLowerCase()) ? [] : problemOf('file-unknown', 'warning', { file }),
  );
}
