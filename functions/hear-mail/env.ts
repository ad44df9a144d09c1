import * as z from 'zod';

export const Env = z.object({
  ACCESS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  LOGINS_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
});
