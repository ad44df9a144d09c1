import { createHash } from 'node:crypto';

/**
 * What two spellings of one name have in common: case, outer spaces and Unicode's compatible forms don't count. Upper case
 * comes between, since letters like `ß` have no other form that they share with `SS`; and lower case first, since `ẞ` has none but `ß`.
 */
function folded(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/** Stands for an address or username among facts, which hold neither. */
export function digestOf(text: string): string {
  return createHash('sha256').update(folded(text)).digest('hex').slice(0, 32);
}

/** Id of whose a name is; `by`: `username`, `email` or `webId`. */
export function lookupId(by: string, value: string): string {
  return `${by}:${digestOf(value)}`;
}
