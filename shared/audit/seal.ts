import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { canonical } from './line.ts';

/** What all chains of a district ended with at a moment; whoever keeps it finds lines that are cut off or written anew. */
export const Seal = z.object({
  district: z.string(),
  at: z.string(),
  /** Thumbprint of the key, RFC 7638. */
  keyId: z.string(),
  heads: z.array(
    z.object({ chain: z.int().nonnegative(), sequence: z.int().nonnegative(), hash: z.string() }),
  ),
});
export type Seal = z.infer<typeof Seal>;

/** `signature`: ES256 over the seal's canonical JSON, base64url. */
export const SignedSeal = z.object({ seal: Seal, signature: z.string() });
export type SignedSeal = z.infer<typeof SignedSeal>;

export const SealKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
});
export type SealKey = z.infer<typeof SealKey>;
export const PrivateSealKey = SealKey.extend({ d: z.string() });

/** Names a key by what it is, so that nobody can put another under its name. */
export function thumbprint({ kty, crv, x, y }: SealKey): string {
  return createHash('sha256').update(canonical({ kty, crv, x, y })).digest('base64url');
}

export function signSeal(seal: Omit<Seal, 'keyId'>, key: z.infer<typeof PrivateSealKey>): SignedSeal {
  const signed = { ...seal, keyId: thumbprint(key) };
  const signature = sign('sha256', Buffer.from(canonical(signed)), {
    key,
    format: 'jwk',
    dsaEncoding: 'ieee-p1363',
  });
  return { seal: signed, signature: signature.toString('base64url') };
}

/** Whether the key that the seal names has signed it. */
export function isSigned({ seal, signature }: SignedSeal, key: SealKey): boolean {
  if (seal.keyId !== thumbprint(key)) return false;
  const publicKey = createPublicKey({ key, format: 'jwk' });
  const bytes = Buffer.from(signature, 'base64url');
  return verify('sha256', Buffer.from(canonical(seal)), { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes);
}
