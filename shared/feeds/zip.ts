import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { FeedRejected } from '../errors.ts';
import type { ByteSource, FeedFile, Limits } from './byte-source.ts';
import { refusal } from './problem-texts.ts';

const pieceBytes = 1024 ** 2;
/** The central directory is read entry by entry, 46 bytes at a time; from a store each would be a request. */
const windowBytes = 128 * 1024;

/** Names that macOS and editors leave behind. */
const systemName = /(^|\/)(__MACOSX\/|\.)/;
const unsafeName = /^[/\\]|^[A-Za-z]:|\\|(^|\/)\.\.?(\/|$)|\0/;

/**
 * The CSV and other files at the root of a zip; nothing is unpacked until a file is streamed, and a stream
 * checks size and CRC-32 against what the zip declares.
 * @throws {FeedRejected} not-a-zip, empty-zip, zip-damaged, zip-bomb, unsafe-entry-name, nested-folder
 */
export async function openZip(source: ByteSource, limits: Limits): Promise<FeedFile[]> {
  const reader = new SourceReader(source);
  const entries: NamedEntry[] = [];
  try {
    const zip = await openDirectory(reader, source);
    if (zip.entryCount > limits.entries) throw refusal('zip-bomb', { detail: `${zip.entryCount} entries` });
    for await (const entry of zip.eachEntry()) entries.push({ entry, name: nameOf(entry), zip });
  } catch (error) {
    throw reader.failure ?? (error instanceof FeedRejected ? error : damaged(source.name, error));
  }
  const files = entries.filter(({ name }) => !systemName.test(name) && !name.endsWith('/'));
  checkNames(entries, files);
  checkSizes(files, source, limits);
  return files.map((file) => ({
    name: file.name,
    size: file.entry.uncompressedSize,
    stream: () => inflated(file, reader),
  }));
}

type NamedEntry = { entry: Entry; name: string; zip: OpenedZip };
/** `entryCount` is yauzl's, missing from its types. */
type OpenedZip = ZipFile & { entryCount: number };

async function openDirectory(reader: SourceReader, source: ByteSource): Promise<OpenedZip> {
  try {
    // Names are decoded by `nameOf`: yauzl would turn backslashes into folders, and its refusals have no code.
    const zip = await fromRandomAccessReaderPromise(reader, source.size, {
      autoClose: false,
      decodeStrings: false,
    });
    return zip as OpenedZip;
  } catch (error) {
    throw reader.failure ?? refusal('not-a-zip', { file: source.name, cause: error });
  }
}

function nameOf(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
}

function checkNames(entries: readonly NamedEntry[], files: readonly NamedEntry[]): void {
  for (const { name } of entries) {
    if (unsafeName.test(name)) throw refusal('unsafe-entry-name', { file: printable(name) });
  }
  const nested = files.find(({ name }) => name.includes('/'));
  if (nested !== undefined) throw refusal('nested-folder', { file: printable(nested.name) });
  if (files.length === 0) throw refusal('empty-zip', {});
}

function checkSizes(files: readonly NamedEntry[], source: ByteSource, limits: Limits): void {
  let packed = 0;
  let unpacked = 0;
  for (const { entry, name } of files) {
    if (entry.isEncrypted()) {
      throw refusal('zip-damaged', { file: name, detail: 'it is protected with a password' });
    }
    packed += entry.compressedSize;
    unpacked += entry.uncompressedSize;
    const ratio = entry.uncompressedSize / Math.max(entry.compressedSize, 1);
    if (entry.uncompressedSize > limits.ratioFreeBytes && ratio > limits.ratio) {
      throw refusal('zip-bomb', { file: name, detail: `${Math.round(ratio)} times its packed size` });
    }
  }
  // Entries that share their bytes, the other way to a bomb, add up to more than the zip holds.
  if (packed > source.size) throw refusal('zip-bomb', { detail: 'entries that overlap' });
  if (unpacked > limits.totalBytes) throw refusal('zip-bomb', { detail: `${unpacked} bytes unpacked` });
}

/** Streams one entry; errors of the store pass as they are, errors of the zip become a rejection. */
async function* inflated(file: NamedEntry, reader: SourceReader): AsyncGenerator<Buffer> {
  let checksum = 0;
  try {
    const stream = await file.zip.openReadStreamPromise(file.entry);
    for await (const chunk of stream) {
      const bytes: Buffer = chunk; // no encoding is set on the stream
      checksum = crc32(bytes, checksum);
      yield bytes;
    }
  } catch (error) {
    throw reader.failure ?? damaged(file.name, error);
  }
  if (checksum !== file.entry.crc32) throw damaged(file.name, 'its checksum does not match');
}

function damaged(file: string, cause: unknown): FeedRejected {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return refusal('zip-damaged', { file, detail, cause });
}

/** A hostile name may hold anything; only what can be printed goes into a message. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

class SourceReader extends RandomAccessReader {
  /** What the store threw; yauzl would hand it on as if the zip were bad. */
  failure: unknown;
  readonly #source: ByteSource;
  #window: { from: number; bytes: Buffer } = { from: 0, bytes: Buffer.alloc(0) };

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#cached(position, length).then(
      (bytes) => done(null, bytes.copy(target, offset)),
      (error: Error) => done(error),
    );
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#pieces(start, end), { objectMode: false });
  }

  async #cached(position: number, length: number): Promise<Buffer> {
    const { from, bytes } = this.#window;
    const isInside = position >= from && position + length <= from + bytes.length;
    if (!isInside) {
      const to = Math.min(position + Math.max(length, windowBytes), this.#source.size);
      this.#window = { from: position, bytes: await this.#read(position, to) };
    }
    const start = position - this.#window.from;
    return this.#window.bytes.subarray(start, start + length);
  }

  async *#pieces(start: number, end: number): AsyncGenerator<Buffer> {
    for (let from = start; from < end; from += pieceBytes) {
      yield await this.#read(from, Math.min(from + pieceBytes, end));
    }
  }

  async #read(from: number, to: number): Promise<Buffer> {
    if (from >= to) return Buffer.alloc(0);
    try {
      return await this.#source.read(from, to);
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
