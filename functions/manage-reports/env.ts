import * as z from 'zod';

export const Env = z.object({
  TENANTS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  ROSTER_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
  EXCHANGE_BUCKET: z.string(),
  BUILDS_QUEUE: z.url(),
});
