import * as z from 'zod';

export const Env = z.object({
  REPORTS_TABLE: z.string(),
  EXCHANGE_BUCKET: z.string(),
  CHECKS_QUEUE: z.url(),
  BUILDS_QUEUE: z.url(),
});
