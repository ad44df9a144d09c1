import * as z from 'zod';

export const Env = z.object({
  REPORTS_TABLE: z.string(),
  WEBHOOK_SECRETS: z.string(),
  WEBHOOKS_QUEUE: z.url(),
});
