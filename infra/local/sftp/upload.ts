import type { BrokenOff, BrokenOffUploads } from './broken-off.ts';
import type { Bucket, Part } from './bucket.ts';
import { noRoom, SftpError } from './sftp-error.ts';

/** Above S3's least of 5 MiB; 10,000 parts of it are more than any file here may have. */
const partBytes = 8 * 1024 * 1024;
/** What S3 copies in one call, which a rename is. Rosters of large districts are below a tenth of it. */
export const mostFileBytes = 5 * 1024 ** 3;
/** What may come before what lies before it: more than clients send at once. */
const mostEarlyBytes = 16 * 1024 * 1024;

type To = { bucket: Bucket; brokenOff: BrokenOffUploads; key: string; metadata: Record<string, string> };

/**
 * A file on its way in. Nobody sees anything of it before `complete`. Calls come one after the other; each resolves when there is room
 * for more, so that no more than two parts are ever in memory.
 */
export class Upload {
  readonly #to: To;
  readonly #parts: Part[];
  readonly #early = new Map<number, Buffer>();
  #earlyBytes = 0;
  #uploadId: string | undefined;
  #chunks: Buffer[];
  #buffered: number;
  #sent: number;
  #sending: Promise<void> = Promise.resolve();
  #failure: unknown;

  /** @param goesOn with what an earlier one left, or what the file has already */
  constructor(to: To, goesOn?: BrokenOff) {
    this.#to = to;
    this.#parts = [...(goesOn?.parts ?? [])];
    this.#uploadId = goesOn?.uploadId;
    this.#sent = goesOn?.before ?? 0;
    this.#chunks = goesOn === undefined ? [] : [goesOn.tail];
    this.#buffered = goesOn?.tail.length ?? 0;
  }

  /** Bytes up to the first gap. */
  get size(): number {
    return this.#sent + this.#buffered;
  }

  /**
   * @param most bytes that the file may have, for the room that there is
   * @throws {SftpError} for what is too much, or written twice
   */
  async write(offset: number, data: Buffer, most: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const size = offset + data.length;
    if (size > mostFileBytes || size > most) {
      // Clients close what they could not write: what has come is not the file.
      this.#failure =
        size > mostFileBytes ? new SftpError('failed', 'Files have at most 5 GiB here.') : noRoom();
      throw this.#failure;
    }
    if (offset < this.size)
      throw new SftpError('failed', 'What was written is not written again: start anew.');
    if (offset > this.size) this.#keepEarly(offset, data);
    else this.#append(data);
    for (let next = this.#takeEarly(); next !== undefined; next = this.#takeEarly()) this.#append(next);
    while (this.#buffered >= partBytes) await this.#sendPart(partBytes);
  }

  /** Makes the file appear, whole. */
  async complete(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#early.size > 0) throw new SftpError('failed', 'A part of the file is missing: send it again.');
    const { bucket, brokenOff, key, metadata } = this.#to;
    if (this.#uploadId === undefined) {
      await bucket.put(key, Buffer.concat(this.#chunks), metadata);
    } else {
      if (this.#buffered > 0) await this.#sendPart(this.#buffered);
      await this.#settle();
      await bucket.complete(key, this.#uploadId, this.#parts);
    }
    await brokenOff.forget(key, { parts: false });
  }

  /** The line dropped: keeps what is here, for the same person to go on. */
  async breakOff(): Promise<void> {
    await this.#sending.catch(() => undefined);
    if (this.#failure !== undefined || this.size === 0) return this.abort();
    const { brokenOff, key } = this.#to;
    const tail = Buffer.concat(this.#chunks);
    await brokenOff.note(key, { uploadId: this.#uploadId, before: this.#sent, tail });
  }

  async abort(): Promise<void> {
    await this.#sending.catch(() => undefined);
    const { bucket, brokenOff, key } = this.#to;
    if (this.#uploadId !== undefined) await bucket.abort(key, this.#uploadId);
    await brokenOff.forget(key, { parts: false });
  }

  #append(data: Buffer): void {
    this.#chunks.push(data);
    this.#buffered += data.length;
  }

  /** Clients that ask for many writes at once may send them in another order. */
  #keepEarly(offset: number, data: Buffer): void {
    if (this.#earlyBytes + data.length > mostEarlyBytes || this.#early.has(offset)) {
      throw new SftpError('failed', 'Files are written from their beginning to their end.');
    }
    this.#early.set(offset, data);
    this.#earlyBytes += data.length;
  }

  #takeEarly(): Buffer | undefined {
    const data = this.#early.get(this.size);
    if (data === undefined) return undefined;
    this.#early.delete(this.size);
    this.#earlyBytes -= data.length;
    return data;
  }

  /** Begins to send a part, once the one before has gone. */
  async #sendPart(bytes: number): Promise<void> {
    await this.#settle();
    const all = Buffer.concat(this.#chunks);
    const Body = all.subarray(0, bytes);
    const rest = all.length === bytes ? [] : [Buffer.from(all.subarray(bytes))];
    const { bucket, key, metadata } = this.#to;
    this.#uploadId ??= await bucket.begin(key, metadata);
    const uploadId = this.#uploadId;
    this.#chunks = rest;
    this.#buffered -= bytes;
    this.#sent += bytes;
    this.#sending = bucket
      .part(key, uploadId, { PartNumber: this.#parts.length + 1, Body })
      .then((part) => {
        this.#parts.push(part);
      })
      .catch((error: unknown) => {
        this.#failure = error;
      });
  }

  async #settle(): Promise<void> {
    await this.#sending;
    if (this.#failure !== undefined) throw this.#failure;
  }
}
