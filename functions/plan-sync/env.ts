import * as z from 'zod';

export const Env = z.object({
  SYNCS_TABLE: z.string(),
  ROSTER_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  ASSIGNMENTS_TABLE: z.string(),
  FEEDS_BUCKET: z.string(),
  STATE_BUCKET: z.string(),
  PLANS_QUEUE: z.url(),
  CHANGES_QUEUE: z.url(),
  FINISHES_QUEUE: z.url(),
});
