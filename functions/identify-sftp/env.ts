import * as z from 'zod';
import { QuotaVariable } from '../../shared/reports/quota.ts';

export const Env = z.object({
  TENANTS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  LOGINS_TABLE: z.string(),
  SYNCS_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  MAILS_QUEUE: z.string(),
  REPORTS_TABLE: z.string(),
  EXCHANGE_BUCKET: z.string(),
  /** ARN of the role that a session works in. */
  SFTP_ROLE: z.string(),
  REPORT_QUOTA: QuotaVariable,
});
