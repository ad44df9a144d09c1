import { createHash, randomBytes } from 'node:crypto';

/**
 * What a browser or a mail carries to be known again: whose it is, so that it is found by one read in its district, and 256 random
 * bits. Stored is only a digest of these: nothing to guess, so a plain hash keeps them as well as a slow one.
 */
export type SecretHandle = { district: string; id: string; secret: string };

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function digestOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

export function writeHandle({ district, id, secret }: SecretHandle): string {
  return [district, Buffer.from(id).toString('base64url'), secret].join('.');
}

/** `undefined` for what nobody here can have written. */
export function readHandle(text: string): SecretHandle | undefined {
  const [, district, encoded, secret] =
    /^([a-z0-9][a-z0-9-]{0,62})\.([\w-]{1,1400})\.([\w-]{43})$/.exec(text) ?? [];
  if (district === undefined || encoded === undefined || secret === undefined) return undefined;
  const id = Buffer.from(encoded, 'base64url').toString('utf8');
  const handle = { district, id, secret };
  // One handle has one spelling.
  return writeHandle(handle) === text ? handle : undefined;
}
