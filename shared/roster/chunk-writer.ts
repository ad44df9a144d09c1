import { type Change, chunkKey, targetKey } from './plan.ts';
import { sha256 } from './state.ts';
import type { Objects } from './sync-stores.ts';

/** Puts objects a few at a time; the first failure surfaces at the next call. */
export function boundedPuts(objects: Objects, atOnce: number) {
  const running = new Set<Promise<void>>();
  let failed: unknown;
  const check = () => {
    if (failed !== undefined) throw failed;
  };
  return {
    async put(key: string, text: string): Promise<void> {
      check();
      if (running.size >= atOnce) await Promise.race(running);
      const put: Promise<void> = objects.put(key, text).then(
        () => void running.delete(put),
        (error: unknown) => {
          failed ??= error;
          running.delete(put);
        },
      );
      running.add(put);
      check();
    },
    async settled(): Promise<void> {
      await Promise.all(running);
      check();
    },
  };
}

/** Cuts the changes of a plan into chunks of `size` lines of JSON. */
export class ChunkWriter {
  readonly digests: string[] = [];
  changes = 0;
  readonly #prefix: string;
  readonly #size: number;
  readonly #puts: ReturnType<typeof boundedPuts>;
  /** Keys that must be written whatever the comparison says, until they are. */
  readonly #cover: Set<string>;
  #lines: string[] = [];

  constructor(objects: Objects, { prefix, size }: { prefix: string; size: number }, cover: Set<string>) {
    this.#prefix = prefix;
    this.#size = size;
    this.#puts = boundedPuts(objects, 4);
    this.#cover = cover;
  }

  async add(changes: Iterable<Change>): Promise<void> {
    for (const change of changes) {
      if (this.#cover.size > 0) this.#cover.delete(targetKey(change));
      this.#lines.push(JSON.stringify(change));
      this.changes++;
      if (this.#lines.length >= this.#size) await this.#flush();
    }
  }

  async close(): Promise<void> {
    if (this.#lines.length > 0) await this.#flush();
    await this.#puts.settled();
  }

  async #flush(): Promise<void> {
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    const chunk = this.digests.length;
    this.digests.push(sha256(text));
    await this.#puts.put(chunkKey(this.#prefix, chunk), text);
  }
}
