import * as z from 'zod';

export const Env = z.object({
  SYNCS_TABLE: z.string(),
  STATE_BUCKET: z.string(),
  ROSTER_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  ASSIGNMENTS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  LOGINS_TABLE: z.string(),
  FINISHES_QUEUE: z.url(),
});
