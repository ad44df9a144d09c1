import type { FeedFormat, OpenFeed } from '../roster/feed-reading.ts';
import { adapters } from './adapters.ts';
import { type ByteSource, defaultLimits, type FeedFile, type Limits } from './byte-source.ts';
import { refusal } from './problem-texts.ts';
import { adapterOf } from './recognise.ts';
import { openZip } from './zip.ts';

export type { ByteSource } from './byte-source.ts';

/** One zip, or the CSV files of one set, or the JSON lines of one pull. */
export type FeedFiles = ByteSource[];

export type ReadOptions = {
  /** What the feed is set up as; by content alone where nobody has said. */
  format?: FeedFormat;
  /** Personal data that the district asked for; all else of the kind is dropped at the edge. Never passwords. */
  include?: { phones?: boolean; demographics?: boolean };
  /** Somebody said that this is all there is, of a format where an upload only adds and changes. */
  snapshot?: boolean;
  limits?: Partial<Limits>;
};

/**
 * Opens what a district uploaded.
 * @throws {FeedRejected} with what is wrong with the feed as a whole; `rows` may throw it too, for what only reading
 * through shows: encoding, quotes, and a damaged zip
 */
export async function openFeed(files: FeedFiles, options: ReadOptions = {}): Promise<OpenFeed> {
  const limits = { ...defaultLimits, ...options.limits };
  const unpacked = await unpackFeed(files, limits);
  const adapter = await adapterOf(unpacked, { adapters, format: options.format, limits });
  const { include = {}, snapshot = false } = options;
  return adapter.open(unpacked, { include, limits, snapshot });
}

/** The files of what a district uploaded, none of them read. @throws {FeedRejected} */
export async function unpackFeed(files: FeedFiles, limits: Limits = defaultLimits): Promise<FeedFile[]> {
  const [only, ...others] = files;
  if (only === undefined) throw refusal('empty-zip', {});
  if (others.length === 0 && (await isZip(only))) return openZip(only, limits);
  for (const file of files) {
    if (/[/\\\0]/.test(file.name)) throw refusal('unsafe-entry-name', { file: file.name });
    if (/\.zip$/i.test(file.name)) {
      throw refusal('file-unknown', { file: file.name, detail: 'a zip must come alone' });
    }
  }
  return files;
}

/** By name or by content: a zip under another name is still one, and what is called so must be one. */
async function isZip(file: ByteSource): Promise<boolean> {
  if (/\.jsonl$/i.test(file.name)) return false;
  if (!/\.csv$/i.test(file.name)) return true;
  const start = await file.read(0, Math.min(4, file.size));
  return start.toString('latin1').startsWith('PK\x03\x04');
}
