import * as z from 'zod';

export const Env = z.object({
  AUDIT_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
  WEBHOOK_SECRETS: z.string(),
  WEBHOOKS_QUEUE: z.url(),
});
