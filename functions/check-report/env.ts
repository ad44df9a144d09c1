import * as z from 'zod';

export const Env = z.object({
  REPORTS_TABLE: z.string(),
  SYNCS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  EXCHANGE_BUCKET: z.string(),
  FEEDS_BUCKET: z.string(),
  PLANS_QUEUE: z.url(),
  /** Where a malware scanner listens, as `tcp://host:3310`; empty where there is none. */
  CLAMD: z.string(),
});
