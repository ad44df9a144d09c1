import type { BrokenOff, BrokenOffUploads } from './broken-off.ts';
import type { Bucket, Part } from './bucket.ts';
import { PartBuffer } from './part-buffer.ts';
import { noRoom, SftpError } from './sftp-error.ts';

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
  readonly #coming = new PartBuffer();
  #sent: number;
  #sending: Promise<void> = Promise.resolve();
  #failure: unknown;

  /** @param goesOn with what an earlier one left, or what the file has already */
  constructor(to: To, goesOn?: BrokenOff) {
    this.#to = to;
    this.#parts = [...(goesOn?.parts ?? [])];
    this.#uploadId = goesOn?.uploadId;
    this.#sent = goesOn?.before ?? 0;
    if (goesOn !== undefined) this.#coming.fill(goesOn.tail);
  }

  /** Bytes up to the first gap. */
  get size(): number {
    return this.#sent + this.#coming.length;
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
    else await this.#append(data);
    for (let next = this.#takeEarly(); next !== undefined; next = this.#takeEarly()) await this.#append(next);
  }

  /** Makes the file appear, whole. */
  async complete(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#early.size > 0) throw new SftpError('failed', 'A part of the file is missing: send it again.');
    const { bucket, brokenOff, key, metadata } = this.#to;
    if (this.#uploadId === undefined) {
      await bucket.put(key, this.#coming.bytes, metadata);
    } else {
      if (this.#coming.length > 0) await this.#sendPart();
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
    const uploadId = this.#uploadId;
    if (await this.#isSuperseded()) return this.abort();
    await brokenOff.note(key, { uploadId, before: this.#sent, tail: this.#coming.bytes });
  }

  async abort(): Promise<void> {
    await this.#sending.catch(() => undefined);
    const { bucket, brokenOff, key } = this.#to;
    const isSuperseded = await this.#isSuperseded();
    if (this.#uploadId !== undefined) await bucket.abort(key, this.#uploadId);
    if (!isSuperseded) await brokenOff.forget(key, { parts: false });
  }

  /** The same person may have come again and begun anew, or finished, before this line was known to be dead. */
  async #isSuperseded(): Promise<boolean> {
    const { brokenOff, key } = this.#to;
    return this.#uploadId !== undefined && !(await brokenOff.isOf(key, this.#uploadId));
  }

  async #append(data: Buffer): Promise<void> {
    for (let rest = data; rest.length > 0; ) {
      rest = this.#coming.fill(rest);
      if (this.#coming.isFull) await this.#sendPart();
    }
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
  async #sendPart(): Promise<void> {
    await this.#settle();
    const { bucket, key } = this.#to;
    const uploadId = this.#uploadId ?? (await this.#begin());
    this.#sent += this.#coming.length;
    const Body = this.#coming.take();
    this.#sending = bucket
      .part(key, uploadId, { PartNumber: this.#parts.length + 1, Body })
      .then((part) => {
        this.#parts.push(part);
      })
      .catch((error: unknown) => {
        this.#failure = error;
      });
  }

  /** Noted at once, for the same person to go on even if this process dies. */
  async #begin(): Promise<string> {
    const { bucket, brokenOff, key, metadata } = this.#to;
    const uploadId = await bucket.begin(key, metadata);
    this.#uploadId = uploadId;
    await brokenOff.note(key, { uploadId, before: 0, tail: Buffer.alloc(0) });
    return uploadId;
  }

  async #settle(): Promise<void> {
    await this.#sending;
    if (this.#failure !== undefined) throw this.#failure;
  }
}
