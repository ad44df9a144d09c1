import * as z from 'zod';

export const Env = z.object({
  ACCESS_TABLE: z.string(),
  SYNCS_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  STATE_BUCKET: z.string(),
  PAGES_BUCKET: z.string(),
});
