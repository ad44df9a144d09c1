import * as z from 'zod';

const Addresses = z.record(z.string(), z.url());

export const Env = z.object({
  /** Addresses of queues by what they are of, as JSON. */
  DEAD_LETTERS: z.string().transform((text) => Addresses.parse(JSON.parse(text))),
  /** Where a malware scanner listens; empty where there is none. */
  CLAMD: z.string(),
  /** Address that mails are from. */
  MAIL_FROM: z.string(),
  SFTP_HOST: z.string(),
  SFTP_PORT: z.string(),
  SFTP_FINGERPRINT: z.string(),
});
