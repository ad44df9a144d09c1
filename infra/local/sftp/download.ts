import type { Bucket, Found } from './bucket.ts';
import { SftpError } from './sftp-error.ts';

/** Clients ask for 32 KB at a time; S3 is asked for so much at once, and for the next while that is read. */
const windowBytes = 1024 * 1024;
/** Two that are read from, as requests come side by side, and the next one. */
const mostWindows = 3;

/** A file on its way out, read by ranges of the version that was opened. */
export class Download {
  readonly key: string;
  readonly #bucket: Bucket;
  readonly #found: Found;
  /** By number, the one used last at the end. */
  readonly #windows = new Map<number, Promise<Buffer>>();
  #served = 0;

  constructor(bucket: Bucket, key: string, found: Found) {
    this.#bucket = bucket;
    this.key = key;
    this.#found = found;
  }

  get found(): Found {
    return this.#found;
  }

  get bytes(): number {
    return this.#served;
  }

  /** Whether as much was read as the file has. */
  get isWhole(): boolean {
    return this.#served >= this.#found.size;
  }

  /** @throws {SftpError} at the end of the file */
  async read(offset: number, length: number): Promise<Buffer> {
    const { size } = this.#found;
    if (offset >= size) throw new SftpError('eof', 'The file ends here.');
    const number = Math.floor(offset / windowBytes);
    const window = await this.#window(number);
    if ((number + 1) * windowBytes < size) this.#window(number + 1).catch(() => undefined);
    const from = offset - number * windowBytes;
    // Up to the end of a window: clients ask again for what is missing.
    const data = window.subarray(from, from + length);
    this.#served += data.length;
    return data;
  }

  #window(number: number): Promise<Buffer> {
    const from = number * windowBytes;
    const to = Math.min(from + windowBytes, this.#found.size);
    const window =
      this.#windows.get(number) ?? this.#bucket.read(this.key, { from, to, etag: this.#found.etag });
    this.#windows.delete(number);
    this.#windows.set(number, window);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > mostWindows && oldest !== undefined) this.#windows.delete(oldest);
    return window;
  }
}
