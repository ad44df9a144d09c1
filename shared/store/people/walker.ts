import type { KeptPerson } from './kept-person.ts';

/** Something that a store has of a person. */
export type Found = { where: string; value: unknown };

/** `left`: what says something of the person. `ids`: where nothing stands but an id of theirs, and why that has to stay is said. */
export type Looked = { looked: number; left: number; ids: number };

/** One store, as export and erasure go through it. All may be done again at any time. */
export type Walker = {
  find(person: KeptPerson): AsyncIterable<Found>;
  /** Takes away or rewrites what is of the person; how many items or lines that were. */
  erase(person: KeptPerson): Promise<number>;
  look(person: KeptPerson): Promise<Looked>;
};
