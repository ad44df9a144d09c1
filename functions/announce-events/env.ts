import * as z from 'zod';

export const Env = z.object({
  ACCESS_TABLE: z.string(),
  ASSIGNMENTS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
  MAILS_QUEUE: z.url(),
  WEBHOOKS_QUEUE: z.url(),
});
