import { createHash } from 'node:crypto';
import type { Bucket, Part } from './bucket.ts';

/** Bytes that arrived of an upload whose line dropped: so many in parts of a multipart upload, the rest in `tail`. */
export type BrokenOff = { uploadId: string | undefined; parts: Part[]; before: number; tail: Buffer };
/** `before`: bytes in parts when the tail was written. */
type Note = { uploadId: string | undefined; before: number; size: number; etag: string };

/** Names of notes, which nobody sees or writes; they are unfinished to whoever looks for reports too. */
const note = /(^|\/)\.[0-9a-f]{32}\.filepart$/;

export function isNote(name: string): boolean {
  return note.test(name);
}

/**
 * Where an upload that is not whole is noted: beside what it was to become, one for each person and file. The parts stay what S3 calls an
 * incomplete upload; what is no whole part yet lies in the note once the line has dropped.
 */
function noteKey(username: string, key: string): string {
  const digest = createHash('sha256').update(`${username}\n${key}`).digest('hex').slice(0, 32);
  return `${key.slice(0, key.lastIndexOf('/') + 1)}.${digest}.filepart`;
}

export class BrokenOffUploads {
  readonly #bucket: Bucket;
  readonly #username: string;

  constructor(bucket: Bucket, username: string) {
    this.#bucket = bucket;
    this.#username = username;
  }

  async note(key: string, { uploadId, before, tail }: Omit<BrokenOff, 'parts'>): Promise<void> {
    const metadata = { before: String(before), ...(uploadId === undefined ? {} : { upload: uploadId }) };
    await this.#bucket.put(noteKey(this.#username, key), tail, metadata);
  }

  /** Whether that upload is still the one that is gone on with. */
  async isOf(key: string, uploadId: string): Promise<boolean> {
    return (await this.#noted(key))?.uploadId === uploadId;
  }

  /** Bytes of it that are here. */
  async size(key: string): Promise<number | undefined> {
    const noted = await this.#noted(key);
    const parts = noted === undefined ? undefined : await this.#parts(key, noted);
    return noted === undefined || parts === undefined
      ? undefined
      : parts.bytes + tailBytes(noted, parts.bytes);
  }

  /** @returns nothing where none broke off, or S3 keeps its parts no longer */
  async find(key: string): Promise<BrokenOff | undefined> {
    const noted = await this.#noted(key);
    const found = noted === undefined ? undefined : await this.#parts(key, noted);
    if (noted === undefined || found === undefined) return undefined;
    const { parts, bytes } = found;
    const stretch = { from: 0, to: tailBytes(noted, bytes), etag: noted.etag };
    const tail = await this.#bucket.read(noteKey(this.#username, key), stretch);
    return { uploadId: noted.uploadId, parts, before: bytes, tail };
  }

  /** `parts`: whether S3 is to forget them, too. */
  async forget(key: string, { parts }: { parts: boolean }): Promise<void> {
    const noted = await this.#noted(key);
    if (noted === undefined) return;
    if (parts && noted.uploadId !== undefined) await this.#bucket.abort(key, noted.uploadId);
    await this.#bucket.remove(noteKey(this.#username, key));
  }

  async #noted(key: string): Promise<Note | undefined> {
    const found = await this.#bucket.head(noteKey(this.#username, key));
    if (found === undefined) return undefined;
    const { size, etag, metadata } = found;
    return { uploadId: metadata.upload, before: Number(metadata.before), size, etag };
  }

  async #parts(key: string, { uploadId }: Note): Promise<{ parts: Part[]; bytes: number } | undefined> {
    return uploadId === undefined ? { parts: [], bytes: 0 } : this.#bucket.parts(key, uploadId);
  }
}

/** Parts may have come after the note, or never: what it says follows upon those of its time only. */
function tailBytes({ before, size }: Note, inParts: number): number {
  return before === inParts ? size : 0;
}
