import * as z from 'zod';

export const Env = z.object({
  ACCESS_TABLE: z.string(),
  ASSIGNMENTS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  TENANTS_TABLE: z.string(),
  LOGINS_TABLE: z.string(),
  SYNCS_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
  STATE_BUCKET: z.string(),
  EXCHANGE_BUCKET: z.string(),
  /** Of the pages where people sign in. */
  ORIGIN: z.string(),
});
