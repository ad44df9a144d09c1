import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FileBody } from './file-body.ts';

export type Place = { bucket: string; key: string };

/**
 * Bodies that came in parts, a file each. A part is written once and never changed, so that an object is its parts, and a copy of it links
 * to the same files: nothing is read to join or copy them. `uploads/{id}/{part}`; `objects/{digest of bucket and key}/{etag}/{part}`.
 */
export class BodyFiles {
  readonly #uploads: string;
  readonly #objects: string;

  constructor(directory: string) {
    this.#uploads = join(directory, 'uploads');
    this.#objects = join(directory, 'objects');
    mkdirSync(this.#uploads, { recursive: true });
    mkdirSync(this.#objects, { recursive: true });
  }

  putPart(uploadId: string, number: number, body: Buffer): void {
    const directory = join(this.#uploads, uploadId);
    mkdirSync(directory, { recursive: true });
    // Whole or not at all, should this process die.
    const coming = join(directory, 'coming');
    writeFileSync(coming, body);
    renameSync(coming, join(directory, nameOf(number)));
  }

  partBytes(uploadId: string, number: number): number {
    return statSync(join(this.#uploads, uploadId, nameOf(number))).size;
  }

  /** Of these parts; the others are forgotten. */
  complete(uploadId: string, numbers: readonly number[], place: Place & { etag: string }): void {
    const directory = join(this.#uploads, uploadId);
    const names = new Set(numbers.map(nameOf));
    for (const name of readdirSync(directory)) if (!names.has(name)) rmSync(join(directory, name));
    this.#put(directory, place);
  }

  /** @returns the tag of the copy, which is that of the original */
  copy({ paths: [first = '', ...more] }: FileBody, to: Place): string {
    const coming = join(this.#uploads, crypto.randomUUID());
    mkdirSync(coming);
    for (const path of [first, ...more]) linkSync(path, join(coming, basename(path)));
    const etag = `"${basename(dirname(first))}"`;
    this.#put(coming, { ...to, etag });
    return etag;
  }

  has(place: Place & { etag: string }): boolean {
    return existsSync(this.#at(place));
  }

  /** @returns nothing where its body is no matter of files */
  find(place: Place & { etag: string }): FileBody | undefined {
    const directory = this.#at(place);
    if (!existsSync(directory)) return undefined;
    const paths = readdirSync(directory)
      .toSorted()
      .map((name) => join(directory, name));
    return new FileBody(paths.map((path) => ({ path, from: 0, to: statSync(path).size })));
  }

  forgetUpload(uploadId: string): void {
    rmSync(join(this.#uploads, uploadId), { recursive: true, force: true });
  }

  /** All versions of the object, but one that is to stay. */
  forget(place: Place, but?: string): void {
    const directory = this.#of(place);
    if (!existsSync(directory)) return;
    const stays = but === undefined ? [] : [bare(but)];
    for (const name of readdirSync(directory)) {
      if (!stays.includes(name)) rmSync(join(directory, name), { recursive: true, force: true });
    }
    if (stays.length === 0) rmdirSync(directory);
  }

  /** What a process that died has left. */
  sweep(uploads: Iterable<string>, objects: Iterable<Place>): void {
    const known = new Set(uploads);
    for (const id of readdirSync(this.#uploads)) if (!known.has(id)) this.forgetUpload(id);
    const places = new Set([...objects].map((place) => this.#of(place)));
    for (const name of readdirSync(this.#objects)) {
      const directory = join(this.#objects, name);
      if (!places.has(directory)) rmSync(directory, { recursive: true, force: true });
    }
  }

  #put(from: string, place: Place & { etag: string }): void {
    const to = this.#at(place);
    mkdirSync(this.#of(place), { recursive: true });
    // Of the same tag: the same bytes.
    if (existsSync(to)) rmSync(from, { recursive: true, force: true });
    else renameSync(from, to);
  }

  #at({ etag, ...place }: Place & { etag: string }): string {
    return join(this.#of(place), bare(etag));
  }

  #of({ bucket, key }: Place): string {
    return join(this.#objects, createHash('sha256').update(`${bucket}/${key}`).digest('hex'));
  }
}

/** In the order of parts, of which there are at most 10,000. */
function nameOf(number: number): string {
  return String(number).padStart(5, '0');
}

function bare(etag: string): string {
  return etag.replaceAll('"', '');
}
