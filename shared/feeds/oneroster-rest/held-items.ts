import { Buffer } from 'node:buffer';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const blockItems = 1_000;
/** The quickest: blocks of like objects shrink to a tenth even so. */
const level = 1;

/**
 * Objects of a pull, packed: nobody may have any of them before all are known to fit together, and a district's million enrollments
 * would not fit in memory as they come.
 */
export class HeldItems {
  readonly #blocks: Buffer[] = [];
  #open: unknown[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(items: readonly unknown[]): void {
    for (const item of items) {
      this.#open.push(item);
      this.#size += 1;
      if (this.#open.length === blockItems) this.#close();
    }
  }

  *items(): Generator<unknown> {
    // Written by #close.
    for (const block of this.#blocks) yield* JSON.parse(inflateRawSync(block).toString()) as unknown[];
    yield* this.#open;
  }

  #close(): void {
    this.#blocks.push(deflateRawSync(Buffer.from(JSON.stringify(this.#open)), { level }));
    this.#open = [];
  }
}
