import * as z from 'zod';
import { QuotaVariable } from '../../shared/reports/quota.ts';

export const Env = z.object({
  ACCESS_TABLE: z.string(),
  REPORTS_TABLE: z.string(),
  EXCHANGE_BUCKET: z.string(),
  CHECKS_QUEUE: z.url(),
  REPORT_QUOTA: QuotaVariable,
});
