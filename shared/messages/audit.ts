import * as z from 'zod';
import { chainCount } from '../audit/chain.ts';
import { AuditLine, Detail } from '../audit/line.ts';
import { SealKey, SignedSeal } from '../audit/seal.ts';
import { Id, Instant, PageQuery, pageOf, Sha256 } from './parameters.ts';

export const AuditQuery = PageQuery.extend({
  chain: z.coerce
    .number()
    .int()
    .min(0)
    .max(chainCount - 1)
    .optional()
    .meta({ description: 'One chain alone; else all, one after the other.' }),
  by: z.string().max(300).optional().meta({ description: 'Whose deeds: an account, or client:….' }),
  about: Id.optional().meta({ description: 'An id that a line names.' }),
  action: z.string().max(100).optional(),
  from: Instant.optional().meta({ description: 'Not before.' }),
  to: Instant.optional().meta({ description: 'Before.' }),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditPage = pageOf(
  z.object({
    line: AuditLine,
    hash: Sha256.meta({
      description: 'SHA-256 of the hash before, a line feed, and the line as canonical JSON.',
    }),
    detail: Detail.optional().meta({
      description: 'Values of a person; absent once they are erased.',
    }),
  }),
);

export const SealPage = pageOf(SignedSeal).extend({
  keys: z
    .array(SealKey)
    .meta({ description: 'By which the seals are signed; `keyId` is their RFC 7638 thumbprint.' }),
});

export { SignedSeal };
