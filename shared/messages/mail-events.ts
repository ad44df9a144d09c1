import * as z from 'zod';

const Instant = z.string();

/**
 * Queue `mail-events`: as much as is used of what SES says of a mail, as its configuration set sends it (Amazon SES Developer Guide,
 * "Contents of event data that Amazon SES publishes to Amazon SNS"; the same stands in `detail` of EventBridge's events).
 */
export const MailEvent = z.object({
  eventType: z.string(),
  mail: z.object({
    messageId: z.string(),
    destination: z.array(z.string()),
    tags: z.record(z.string(), z.array(z.string())).default({}),
  }),
  bounce: z
    .object({
      /** `Permanent`, `Transient` or `Undetermined`. */
      bounceType: z.string(),
      bounceSubType: z.string(),
      timestamp: Instant,
    })
    .optional(),
  complaint: z.object({ timestamp: Instant }).optional(),
  delivery: z.object({ timestamp: Instant }).optional(),
});
export type MailEvent = z.infer<typeof MailEvent>;

/** `forGood`: the address is to get no more. */
export type MailOutcome = {
  state: 'delivered' | 'bounced' | 'complained';
  at: string;
  why?: string;
  forGood: boolean;
};
