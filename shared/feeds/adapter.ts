import type { FeedFormat, OpenFeed } from '../roster/feed-reading.ts';
import type { FeedFile, Limits } from './byte-source.ts';
import type { Include } from './oneroster-csv/tables.ts';

/** A file and the cells of its first line that is not empty; none where it is no CSV. Byte order mark and blanks around cells are gone. */
export type FileHead = {
  name: string;
  header: readonly string[];
  /** Of `pull.jsonl`: the format of the API that was pulled. */
  pulled?: string;
};

export type AdapterOptions = { include: Include; limits: Limits };

/** A format: text or pulled objects in, rows of the canonical roster out. */
export type Adapter = {
  format: FeedFormat;
  /** By content, and names where the format fixes them: whether these files are of this format and no other. */
  recognises(heads: readonly FileHead[]): boolean;
  /** @throws {FeedRejected} */
  open(files: readonly FeedFile[], options: AdapterOptions): Promise<OpenFeed>;
};
