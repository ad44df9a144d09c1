/**
 * Chance without state: a number is a function of the seed and of what it is for, so that any row can be made alone,
 * in any order, and one more student changes nobody else. The mixer is MurmurHash3's 32-bit finalizer.
 */
export function chance(seed: number, purpose: number, index: number): number {
  return finalize(finalize(finalize(seed ^ 0x9e3779b9) ^ Math.imul(purpose + 1, 0x85ebca6b)) ^ index);
}

function finalize(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @throws {RangeError} where there is nothing to pick from. */
export function pick<T>(list: readonly T[], number: number): T {
  const picked = list[number % list.length];
  if (picked === undefined) throw new RangeError('Nothing to pick from');
  return picked;
}
