import { randomBytes } from 'node:crypto';
import { digestOfSecret } from './secret-handle.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const count = 10;
const length = 28;

/** Ten codes of 140 random bits as `7K3P-…`, in Crockford's base 32. So many bits that a plain digest keeps them. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: count }, () => grouped(random()));
}

/** What is kept of a code, however somebody types it. */
export function digestOfRecoveryCode(code: string): string {
  const read = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return digestOfSecret(`recovery:${read}`);
}

function random(): string {
  return Array.from(randomBytes(length), (byte) => alphabet.charAt(byte & 31)).join('');
}

function grouped(text: string): string {
  return text.replace(/(.{4})(?=.)/g, '$1-');
}
