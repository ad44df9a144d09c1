import * as z from 'zod';

export const Env = z.object({
  TENANTS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  SEALS_BUCKET: z.string(),
});
