import type { FeedFormat } from '../roster/feed-reading.ts';
import type { Adapter, FileHead } from './adapter.ts';
import type { FeedFile, Limits } from './byte-source.ts';
import { readCsv } from './csv-rows.ts';
import { maskPersonal } from './mask.ts';
import { refusal } from './problem-texts.ts';
import { pullFile, readPullHead } from './pull-head.ts';

type Asked = { adapters: readonly Adapter[]; format: FeedFormat | undefined; limits: Limits };

/**
 * The one adapter that knows these files. Nothing is guessed: a feed that is set up as one format and sends another is refused, and so
 * is what nobody knows, or more than one does.
 * @throws {FeedRejected} format-mismatch, format-unclear, and what any CSV file may be refused for
 */
export async function adapterOf(
  files: readonly FeedFile[],
  { adapters, format, limits }: Asked,
): Promise<Adapter> {
  const heads = await headsOf(files, limits);
  const known = adapters.filter((adapter) => adapter.recognises(heads));
  const asked = adapters.find((adapter) => adapter.format === format);
  if (asked !== undefined) {
    // What no format knows may be a broken set of this one, which can say best what is wrong with it.
    if (known.length === 0 || known.includes(asked)) return asked;
    const found = known.map((adapter) => adapter.format).join(' or ');
    throw refusal('format-mismatch', { detail: `${asked.format}, and its files are ${found}` });
  }
  const [only, ...others] = known;
  if (only !== undefined && others.length === 0) return only;
  const detail =
    only === undefined
      ? `no format has ${heads.map(({ name }) => maskedName(name)).join(', ')} with these headers`
      : `they could be ${known.map((adapter) => adapter.format).join(' or ')}`;
  throw refusal('format-unclear', { detail });
}

/** Every format that knows these files. @throws {FeedRejected} as any CSV file may be refused */
export async function formatsOf(
  files: readonly FeedFile[],
  { adapters, limits }: Pick<Asked, 'adapters' | 'limits'>,
): Promise<FeedFormat[]> {
  const heads = await headsOf(files, limits);
  return adapters.filter((adapter) => adapter.recognises(heads)).map(({ format }) => format);
}

/** @throws {FeedRejected} as any CSV file may be refused */
export function headsOf(files: readonly FeedFile[], limits: Limits): Promise<FileHead[]> {
  return Promise.all(files.map((file) => headOf(file, limits)));
}

export async function headOf(file: FeedFile, limits: Limits): Promise<FileHead> {
  if (file.name === pullFile) return { name: file.name, header: [], ...pulledAs(await readPullHead([file])) };
  if (!/\.csv$/i.test(file.name)) return { name: file.name, header: [] };
  for await (const batch of readCsv(file, limits)) {
    for (const { cells } of batch) {
      const header = cells.map((cell) => cell.trim());
      if (header.some((cell) => cell !== '')) return { name: file.name, header };
    }
  }
  return { name: file.name, header: [] };
}

function pulledAs(head: { format: string } | undefined): Pick<FileHead, 'pulled'> {
  return head === undefined ? {} : { pulled: head.format };
}

/** Some put people's names into the names of files. */
function maskedName(name: string): string {
  return /^[\w.-]{1,40}$/.test(name) ? name : maskPersonal(name);
}
