import * as z from 'zod';

export const Env = z.object({
  SYNCS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  TENANTS_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  SEALS_BUCKET: z.string(),
  PLANS_QUEUE: z.url(),
  PULLS_QUEUE: z.url(),
  ERASURES_QUEUE: z.url(),
  MAILS_QUEUE: z.url(),
});
