import * as z from 'zod';

/** What other software is called about, and people are mailed about as far as it concerns them. */
export const calledKinds = [
  'report.uploaded',
  'report.ready',
  'report.failed',
  'report.downloaded',
  'sync.applied',
  'sync.held',
  'sync.failed',
  'report.unheard',
  'roster.changed',
  'assignments.changed',
] as const;

/** All that the outbox takes. That other software is called no more it cannot be called about. */
export const eventKinds = [...calledKinds, 'webhook.disabled'] as const;
export type EventKind = (typeof eventKinds)[number];

/** References and counts, never somebody's name or what they brought. */
export const ServiceEvent = z.object({
  /** The same for the same happening, however often it is told. */
  id: z.string(),
  district: z.string(),
  kind: z.enum(eventKinds),
  /** ISO 8601. */
  at: z.string(),
  account: z.string().optional(),
  report: z.string().optional(),
  sync: z.string().optional(),
  /** As the audit calls people and clients. */
  by: z.string().optional(),
  /** What else is said of it, by kind: e.g. `outcome` of an upload, counts of a sync. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type ServiceEvent = z.infer<typeof ServiceEvent>;
