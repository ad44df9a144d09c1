import { createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';

const StoreCounts = z.strictObject({
  looked: z.int().meta({ description: 'Items, objects or lines that were looked at after the erasure.' }),
  erased: z.int().meta({ description: 'What was taken away or written anew without the person.' }),
  left: z.int().meta({ description: 'What still said something of the person: 0.' }),
  ids: z.int().meta({
    description: 'Where nothing stands but an id, which fences off late writers or tells followers.',
  }),
});

/** What was found after somebody's erasure; as it is signed, a JWS (ES256) in its compact form. */
export const Certificate = z.strictObject({
  district: z.string(),
  erasure: z.string(),
  person: z
    .string()
    .meta({ description: 'SHA-256 of `district LF id`, in hex: whoever knows the id can compare it.' }),
  at: z.string(),
  stores: z.record(z.string(), StoreCounts),
});
export type Certificate = z.infer<typeof Certificate>;

/** By it no signature of a certificate is taken for a token's, nor the other way round. */
export const certificateType = 'erasure-certificate+jws';

const Header = z.object({ alg: z.literal('ES256'), kid: z.string(), typ: z.literal(certificateType) });
/** A public key as `GET /v1/certificate-keys` has it. */
export const CertificateKey = z.looseObject({
  kid: z.string(),
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
});
export type CertificateKey = z.infer<typeof CertificateKey>;

/** @throws where it was not signed by one of the keys, or says something else than was signed */
export function verifyCertificate(jws: string, keys: readonly CertificateKey[]): Certificate {
  const [head = '', body = '', signature = '', ...more] = jws.split('.');
  if (signature === '' || more.length > 0) throw new Error('It is no certificate.');
  const { kid } = Header.parse(decoded(head));
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined) throw new Error('No published key has signed this certificate.');
  const { kty, crv, x, y } = key;
  const publicKey = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
  const bytes = Buffer.from(signature, 'base64url');
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes))
    throw new Error('The certificate says something else than was signed.');
  return Certificate.parse(decoded(body));
}

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
