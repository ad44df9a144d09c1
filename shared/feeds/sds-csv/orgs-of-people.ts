import { IdIndex } from '../id-index.ts';

/** The orgs of each person, whichever row comes first: most have one, and lists are kept once each. */
export class OrgsOfPeople {
  readonly #people = new IdIndex();
  /** Ids of orgs that people have together, sorted, as JSON. */
  readonly #lists = new IdIndex();

  add(id: string, orgId: string, line: number): void {
    this.#people.add(id, line);
    const orgs = JSON.stringify([...new Set([...this.of(id), orgId])].sort());
    this.#lists.add(orgs, line);
    this.#people.setNote(this.#people.find(id), this.#lists.find(orgs) + 1);
  }

  of(id: string): string[] {
    const note = this.#people.note(this.#people.find(id));
    // Written by `add` only.
    return note === 0 ? [] : (JSON.parse(this.#lists.text(note - 1)) as string[]);
  }
}
