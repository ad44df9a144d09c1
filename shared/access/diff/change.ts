import { isSameData } from '../same-data.ts';

/** One difference between two catalogues. */
export type CatalogueChange = {
  what: 'cell' | 'open' | 'rule' | 'permission' | 'role' | 'setting' | 'overlay' | 'catalogue';
  /**
   * Of a cell: who may do it `gains`, `loses`, or may do it still but in more (`wider`), fewer (`narrower`) or other
   * (`changed`) cases. `words`: sources and wording only, no answer differs.
   */
  effect: 'gains' | 'loses' | 'wider' | 'narrower' | 'changed' | 'added' | 'removed' | 'words';
  role?: string;
  permission?: string;
  setting?: string;
  overlay?: string;
  /** People who hold the role, where that was told. */
  holders?: number;
  sentence: string;
};

/** How many people hold a role, by its id; a role that isn't there is not told about. */
export type Holders = Readonly<Record<string, number>>;

/** "teacher" or "teacher (412 people)". */
export function who(role: string, holders: Holders): string {
  const count = countOf(role, holders);
  if (count === undefined) return role;
  const people = count === 0 ? 'nobody yet' : count === 1 ? '1 person' : `${count} people`;
  return `${role} (${people})`;
}

export function countOf(role: string, holders: Holders): number | undefined {
  return Object.hasOwn(holders, role) ? holders[role] : undefined;
}

export function withArticle(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** The named members that differ. */
export function differing<T extends object>(
  before: T,
  after: T,
  names: readonly (keyof T & string)[],
): string[] {
  return names.filter((name) => !isSameData(before[name], after[name]));
}

/** Pairs by key: first those that are there after, in that order, then those that no longer are. */
export function paired<T>(
  before: readonly T[],
  after: readonly T[],
  key: (one: T) => string,
): { key: string; before: T | undefined; after: T | undefined }[] {
  const old = new Map(before.map((one) => [key(one), one]));
  const young = new Map(after.map((one) => [key(one), one]));
  return [...new Set([...young.keys(), ...old.keys()])].map((id) => ({
    key: id,
    before: old.get(id),
    after: young.get(id),
  }));
}
