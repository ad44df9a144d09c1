import * as z from 'zod';

/** Queue `checks`: a report came in and is to be looked at. */
export const CheckMessage = z.strictObject({ district: z.string(), report: z.string() });
export type CheckMessage = z.infer<typeof CheckMessage>;

/** Queue `webhooks`: call an endpoint about an event of a day, `YYYY-MM-DD`. */
export const WebhookMessage = z.strictObject({
  district: z.string(),
  endpoint: z.string(),
  event: z.string(),
  day: z.string(),
});
export type WebhookMessage = z.infer<typeof WebhookMessage>;

/** Queue `builds`: a report that somebody asked for is to be made. */
export const BuildMessage = z.strictObject({ district: z.string(), report: z.string() });
export type BuildMessage = z.infer<typeof BuildMessage>;
