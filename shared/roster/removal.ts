import type { StateLine } from './state.ts';

export type Removal = {
  before: StateLine;
  kind: 'mark' | 'suspend' | 'remove';
  /** What is left, where that is another record than the one before. */
  after?: StateLine;
  /** Of the season, not of a mishap: the guard does not count it. */
  expected?: true;
};

/** The line that is left of what a removal takes away, if any is. */
export function removed(
  { before: { id, json, feed, modified }, kind, after }: Removal,
  at: string,
): StateLine | undefined {
  if (after !== undefined || kind === 'remove') return after && { ...after, changed: at };
  const status = kind === 'mark' ? 'tobedeleted' : 'suspended';
  const marks = {
    ...(feed === undefined ? {} : { feed }),
    ...(modified === undefined ? {} : { modified }),
  };
  return { status, id, json, changed: at, since: at, ...marks };
}

/** What becomes of an active record that a full feed no longer has: it stays for now, or is to be taken away. */
export type Fate = { stays: StateLine } | { goes: Removal };
