import * as z from 'zod';

export const Env = z.object({
  TENANTS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  LOGINS_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  MAILS_QUEUE: z.url(),
});
