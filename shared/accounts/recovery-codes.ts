import { randomBytes } from 'node:crypto';
import { digestOfSecret } from './secret-handle.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const count = 10;
const bytes = 15;

/**
 * Ten codes of 120 random bits as `7K3P-…`, in Crockford's base 32. So many bits that a plain digest keeps them
 * (OWASP ASVS 5.0, 6.5.2, asks for 112).
 */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: count }, () => grouped(encoded(randomBytes(bytes))));
}

/** What is kept of a code, however somebody types it. */
export function digestOfRecoveryCode(code: string): string {
  const read = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return digestOfSecret(`recovery:${read}`);
}

function encoded(random: Buffer): string {
  let bits = BigInt(`0x${random.toString('hex')}`);
  let text = '';
  for (let at = 0; at < (bytes * 8) / 5; at += 1) {
    text += alphabet.charAt(Number(bits & 31n));
    bits >>= 5n;
  }
  return text;
}

function grouped(text: string): string {
  return text.replace(/(.{4})(?=.)/g, '$1-');
}
