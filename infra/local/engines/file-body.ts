import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** Bytes of one file, `from` up to `to`, which is not of them. */
export type Stretch = { path: string; from: number; to: number };

const chunkBytes = 256 * 1024;

/**
 * The body of an object that lies in files one after the other, for the engine's handlers, which know buffers: it has a length, parts of it
 * can be taken, and Fastify sends it as a stream. Nothing is opened before somebody reads.
 */
export class FileBody extends Readable {
  readonly #stretches: readonly Stretch[];
  readonly #length: number;
  #left: Stretch[];
  #file: FileHandle | undefined;

  constructor(stretches: readonly Stretch[]) {
    super({ highWaterMark: chunkBytes });
    this.#stretches = stretches;
    this.#left = [...stretches];
    this.#length = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  get length(): number {
    return this.#length;
  }

  get paths(): string[] {
    return this.#stretches.map(({ path }) => path);
  }

  subarray(from: number, to: number): FileBody {
    let begin = 0;
    const within = this.#stretches.flatMap((one) => {
      const at = begin;
      begin += one.to - one.from;
      const stretch = {
        path: one.path,
        from: one.from + Math.max(0, from - at),
        to: Math.min(one.to, one.from + to - at),
      };
      return stretch.from < stretch.to ? [stretch] : [];
    });
    return new FileBody(within);
  }

  override _read(): void {
    this.#next().then(
      (chunk) => this.push(chunk),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const closing = this.#file?.close() ?? Promise.resolve();
    closing.then(
      () => done(error),
      () => done(error),
    );
  }

  async #next(): Promise<Buffer | null> {
    const [stretch, ...after] = this.#left;
    if (stretch === undefined) return null;
    this.#file ??= await open(stretch.path, 'r');
    if (this.destroyed) {
      // Nobody closes what was opened after that.
      await this.#file.close();
      return null;
    }
    const length = Math.min(chunkBytes, stretch.to - stretch.from);
    const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, stretch.from);
    if (bytesRead === 0) throw new Error(`${stretch.path} is shorter than it was.`);
    const rest = { ...stretch, from: stretch.from + bytesRead };
    if (rest.from < rest.to) this.#left = [rest, ...after];
    else {
      await this.#file.close();
      this.#file = undefined;
      this.#left = after;
    }
    return buffer.subarray(0, bytesRead);
  }
}
