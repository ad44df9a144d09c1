/** Random access to one stored object: S3 by ranged reads, or a local file. Offsets are bytes; `to` is exclusive. */
export type ByteSource = {
  name: string;
  size: number;
  read(from: number, to: number): Promise<Buffer>;
  stream(): AsyncIterable<Buffer>;
};

/** One file of a feed, unpacked as it is read. May be streamed several times. */
export type FeedFile = {
  name: string;
  /** Uncompressed bytes. */
  size: number;
  stream(): AsyncIterable<Buffer>;
};

/** What an upload may cost us; a feed beyond any of these is refused. */
export type Limits = {
  /** Entries of one zip, folders and system files included. */
  entries: number;
  /** Uncompressed bytes of all entries together. */
  totalBytes: number;
  /** Uncompressed by compressed size; counted only for entries above `ratioFreeBytes`. */
  ratio: number;
  ratioFreeBytes: number;
  /** Bytes of one CSV row. */
  rowBytes: number;
  /** Rows of a file that is held in memory to resolve its parents (orgs, academicSessions). */
  heldRows: number;
};

export const defaultLimits: Limits = {
  entries: 1_000,
  totalBytes: 8 * 1024 ** 3,
  ratio: 100,
  ratioFreeBytes: 10 * 1024 ** 2,
  rowBytes: 1024 ** 2,
  heldRows: 200_000,
};
