import { IdIndex } from '../id-index.ts';
import { maxIdLength } from '../oneroster-csv/columns.ts';
import { refusal } from '../problem-texts.ts';
import type { BadRow, Source } from './source.ts';

/** What stands in the rows of people that cannot be read: any of it may be the id of one of them. */
export class UnclearIds {
  readonly #texts = new IdIndex();
  readonly #file: string;

  constructor({ name }: Pick<Source, 'name'>) {
    this.#file = name;
  }

  add({ texts, line }: BadRow): void {
    for (const text of texts) if (text !== '' && text.length <= maxIdLength) this.#texts.add(text, line);
  }

  has(id: string): boolean {
    return this.#texts.find(id) >= 0;
  }

  /**
   * Before somebody of another kind gets the id: one of the two would get the record of the other.
   * @throws {FeedRejected} person-unclear, where a row that cannot be read has the id
   */
  mustLack(id: string): void {
    const at = this.#texts.find(id);
    if (at >= 0) throw refusal('person-unclear', { file: this.#file, row: this.#texts.line(at) });
  }
}
