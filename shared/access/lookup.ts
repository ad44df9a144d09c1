import { createHash } from 'node:crypto';

/** Stands for an address or username among facts, which hold neither. Case and outer spaces don't count. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text.trim().toLowerCase()).digest('hex').slice(0, 32);
}

/** Id of the count of users who have a username or e-mail. */
export function lookupId(by: string, value: string): string {
  return `${by}:${digestOf(value)}`;
}
