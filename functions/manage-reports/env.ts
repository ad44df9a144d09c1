import * as z from 'zod';
import { QuotaVariable } from '../../shared/reports/quota.ts';

export const Env = z.object({
  TENANTS_TABLE: z.string(),
  ACCESS_TABLE: z.string(),
  ACCOUNTS_TABLE: z.string(),
  AUDIT_TABLE: z.string(),
  ROSTER_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
  EXCHANGE_BUCKET: z.string(),
  BUILDS_QUEUE: z.url(),
  REPORT_QUOTA: QuotaVariable,
});
