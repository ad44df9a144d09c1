import * as z from 'zod';

export const Env = z.object({
  ACCESS_TABLE: z.string(),
  ROSTER_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
});
