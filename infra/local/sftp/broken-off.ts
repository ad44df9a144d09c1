import { createHash } from 'node:crypto';
import type { Bucket, Part } from './bucket.ts';

/** Bytes that arrived of an upload whose line dropped: so many in parts of a multipart upload, the rest in `tail`. */
export type BrokenOff = { uploadId: string | undefined; parts: Part[]; before: number; tail: Buffer };

/** Names of notes, which nobody sees or writes; they are unfinished to whoever looks for reports too. */
const note = /(^|\/)\.[0-9a-f]{32}\.filepart$/;

export function isNote(name: string): boolean {
  return note.test(name);
}

/**
 * Where an upload that broke off is noted: beside what it was to become, one for each person and file. The parts stay what S3 calls an
 * incomplete upload; what is no whole part yet lies in the note.
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

  /** Bytes of it that are here. */
  async size(key: string): Promise<number | undefined> {
    const found = await this.#bucket.head(noteKey(this.#username, key));
    return found === undefined ? undefined : Number(found.metadata.before) + found.size;
  }

  /** @returns nothing where none broke off, or S3 keeps its parts no longer */
  async find(key: string): Promise<BrokenOff | undefined> {
    const at = noteKey(this.#username, key);
    const found = await this.#bucket.head(at);
    if (found === undefined) return undefined;
    const { upload: uploadId, before } = found.metadata;
    const parts = uploadId === undefined ? [] : await this.#bucket.parts(key, uploadId);
    if (parts === undefined) return undefined;
    const whole = { from: 0, to: found.size - 1, etag: found.etag };
    const tail = found.size === 0 ? Buffer.alloc(0) : await this.#bucket.read(at, whole);
    return { uploadId, parts, before: Number(before), tail };
  }

  /** `parts`: whether S3 is to forget them, too. */
  async forget(key: string, { parts }: { parts: boolean }): Promise<void> {
    const at = noteKey(this.#username, key);
    const found = await this.#bucket.head(at);
    if (found === undefined) return;
    const { upload } = found.metadata;
    if (parts && upload !== undefined) await this.#bucket.abort(key, upload);
    await this.#bucket.remove(at);
  }
}
