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
export function removed({ before, kind, after }: Removal, at: string): StateLine | undefined {
  if (after !== undefined || kind === 'remove') return after;
  const { id, json, modified } = before;
  const line: StateLine = { status: kind === 'mark' ? 'tobedeleted' : 'suspended', id, json, since: at };
  return modified === undefined ? line : { ...line, modified };
}

/** What becomes of an active record that a full feed no longer has: it stays for now, or is to be taken away. */
export type Fate = { stays: StateLine } | { goes: Removal };
