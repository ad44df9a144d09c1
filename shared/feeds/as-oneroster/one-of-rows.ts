import { createHash } from 'node:crypto';
import { IdIndex } from '../id-index.ts';

/**
 * Where several rows may tell of one thing and disagree, the one that counts: the same, in whatever order they come. Keeps a number an
 * id, so that a district's people fit.
 */
export class OneOfRows {
  readonly #ids = new IdIndex();

  offer(id: string, content: string): void {
    const mark = markOf(content);
    if (this.#ids.add(id, 0) >= 0) {
      this.#ids.setNote(this.#ids.find(id), mark);
      return;
    }
    const at = this.#ids.find(id);
    if (mark < this.#ids.note(at)) this.#ids.setNote(at, mark);
  }

  has(id: string): boolean {
    return this.#ids.find(id) >= 0;
  }

  isChosen(id: string, content: string): boolean {
    return this.#ids.note(this.#ids.find(id)) === markOf(content);
  }
}

/** 32 bits; two rows of one id that share them count as one. */
function markOf(content: string): number {
  return createHash('sha1').update(content).digest().readUInt32BE(0);
}
