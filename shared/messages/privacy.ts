import * as z from 'zod';
import { Certificate } from '../audit/certificate.ts';

/** Export and erasure of one person, and how long things are kept (docs/privacy.md). */

export const ErasureQuery = z.strictObject({
  dats: z.enum(['copy', 'discard']).optional(),
  copyTo: z.string().optional(),
});

export const ErasureBody = z.strictObject({
  keepOut: z.boolean().default(false).meta({
    description: 'Erases somebody whom the feed still has as active, and reads their id in no more.',
  }),
});

export const ErasureView = z.strictObject({
  erasureId: z.string(),
  state: z.enum(['queued', 'erasing', 'done', 'incomplete']),
  requestedAt: z.string(),
  requestedBy: z.string(),
  left: z.array(z.string()).optional().meta({
    description: 'Of one that is incomplete: stores that still say something of the person.',
  }),
  retries: z.int().optional().meta({
    description: 'Nights on which it was tried again: at most seven.',
  }),
  certificate: Certificate.optional(),
  signed: z
    .string()
    .optional()
    .meta({ description: 'The certificate as a JWS (ES256), to be kept and checked.' }),
});
export type ErasureView = z.infer<typeof ErasureView>;

export const ExportView = z.strictObject({
  url: z.url().meta({ description: 'Where the JSON document is, for a quarter of an hour.' }),
  expiresAt: z.string(),
  bytes: z.int(),
});
export type ExportView = z.infer<typeof ExportView>;

export const KeySet = z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) });

/** Queue `erasures`: one erasure, or a day's look for what is kept too long. A reference, never an id of a person. */
export const ErasureMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('erasure'), district: z.string(), erasureId: z.string() }),
  z.strictObject({ kind: z.literal('retention'), district: z.string() }),
]);
export type ErasureMessage = z.infer<typeof ErasureMessage>;

const days = (least: number, most: number, kept: number) => z.int().min(least).max(most).default(kept);

/** Days. Nothing that the committed roster, an open plan or a day that is kept refers to ever goes before its time. */
export const Retention = z.strictObject({
  uploads: days(7, 1100, 400).meta({ description: 'Files of feeds as they were uploaded.' }),
  plans: days(7, 1100, 90).meta({ description: 'Plans of syncs that are over.' }),
  problems: days(7, 1100, 400).meta({ description: 'Problems of syncs that are over.' }),
  history: days(90, 3660, 1100).meta({
    description: 'Rosters of past days; syncs from before are not undone any more.',
  }),
  reports: days(90, 400, 400).meta({ description: 'Copies of files that were brought or made.' }),
  audit: days(365, 3660, 2557).meta({
    description: 'Names and addresses beside lines of the audit. The lines stay.',
  }),
});
export type Retention = z.infer<typeof Retention>;
