import * as z from 'zod';

export const Env = z.object({
  TENANTS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  ASSIGNMENTS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  SYNCS_TABLE: z.string(),
  PROVISIONS_QUEUE: z.string(),
  MAILS_QUEUE: z.url(),
  LOGINS_TABLE: z.string(),
  PROVIDER_SECRETS: z.string(),
  AUDIT_TABLE: z.string(),
});
