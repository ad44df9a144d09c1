import { IdIndex } from '../id-index.ts';

/** The org of each class, where enrollments don't say it. The first row of a class counts. */
export class OrgsOfClasses {
  readonly #classes = new IdIndex();
  readonly #orgs = new IdIndex();

  add(classId: string, orgId: string, line: number): void {
    const ordinal = this.#classes.add(classId, line);
    if (ordinal < 0) return;
    this.#orgs.add(orgId, line);
    this.#classes.setNote(ordinal, this.#orgs.find(orgId) + 1);
  }

  /** Blank where nobody has the class. */
  of(classId: string): string {
    const note = this.#classes.note(this.#classes.find(classId));
    return note === 0 ? '' : this.#orgs.text(note - 1);
  }
}
