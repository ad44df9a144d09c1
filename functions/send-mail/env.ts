import * as z from 'zod';

export const Env = z.object({
  TENANTS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  LOGINS_TABLE: z.string(),
  ROSTER_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
  SYNCS_TABLE: z.string(),
  /** Address that mails are from. */
  MAIL_FROM: z.string(),
  /** SES configuration set. */
  MAIL_SETTINGS: z.string(),
  /** Of the pages that links lead to, `https://…`. */
  ORIGIN: z.url(),
  /** Of the SFTP server; empty where there is none. */
  SFTP_HOST: z.string(),
  SFTP_PORT: z.string(),
  SFTP_FINGERPRINT: z.string(),
});
