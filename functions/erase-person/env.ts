import * as z from 'zod';

export const Env = z.object({
  ROSTER_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  ASSIGNMENTS_TABLE: z.string(),
  SYNCS_TABLE: z.string(),
  TENANTS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  LOGINS_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
  FEEDS_BUCKET: z.string(),
  STATE_BUCKET: z.string(),
  PAGES_BUCKET: z.string(),
  EXCHANGE_BUCKET: z.string(),
  ERASURES_QUEUE: z.url(),
  PLANS_QUEUE: z.url(),
});
