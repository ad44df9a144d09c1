import * as z from 'zod';

export const Env = z.object({
  TENANTS_TABLE: z.string(),
  LOGINS_TABLE: z.string(),
});
