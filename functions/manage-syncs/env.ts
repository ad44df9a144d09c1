import * as z from 'zod';

export const Env = z.object({
  TENANTS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  SYNCS_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  FEEDS_BUCKET: z.string(),
  STATE_BUCKET: z.string(),
  PLANS_QUEUE: z.url(),
  PULLS_QUEUE: z.url(),
});
