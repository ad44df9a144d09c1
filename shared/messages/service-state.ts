import * as z from 'zod';
import { Instant } from './parameters.ts';

/** What of the service whoever runs it has to look at, over all districts; counts, and nothing of anybody. */
export const ServiceState = z.object({
  deadLetters: z
    .array(z.object({ of: z.string(), waiting: z.int().nonnegative() }))
    .meta({ description: 'What could not be done and waits for somebody to look, by queue or stream.' }),
  scanner: z
    .object({
      state: z.enum(['none', 'answers', 'silent']),
      version: z.string().optional(),
      signaturesOf: Instant.optional().meta({
        description: 'When what it looks for was last brought up to date.',
      }),
    })
    .meta({ description: 'The malware scanner of what comes in; `none` is set up, or it answers, or not.' }),
  mailFrom: z.string().meta({ description: 'Address that mails are from.' }),
  sftp: z.object({ host: z.string(), port: z.string(), fingerprint: z.string() }).optional(),
});
export type ServiceState = z.infer<typeof ServiceState>;
