import * as z from 'zod';

export const Env = z.object({
  SYNCS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  PLANS_QUEUE: z.url(),
  PULLS_QUEUE: z.url(),
  ERASURES_QUEUE: z.url(),
});
