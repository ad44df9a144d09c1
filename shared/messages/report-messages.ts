import * as z from 'zod';

/** Queue `webhooks`: call an endpoint about an event of a day, `YYYY-MM-DD`. */
export const WebhookMessage = z.strictObject({
  district: z.string(),
  endpoint: z.string(),
  event: z.string(),
  day: z.string(),
});
export type WebhookMessage = z.infer<typeof WebhookMessage>;
