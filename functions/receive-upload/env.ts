import * as z from 'zod';

export const Env = z.object({
  SYNCS_TABLE: z.string(),
  FEEDS_BUCKET: z.string(),
});
