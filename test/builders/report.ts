import type { DeploymentQuota } from '../../shared/reports/quota.ts';
import type { Report } from '../../shared/reports/report.ts';

/** Of school s1, come by HTTPS on 22 November 2026. */
export function aReport(more: Partial<Report> = {}): Report {
  return {
    ...{ id: '01KAMN8E000000000000000001', account: 's1', folder: 'upload', fileName: 'grads.csv' },
    ...{ kind: 'unknown', state: 'accepted', size: 3, by: 'ada', via: 'https', revision: 1 },
    ...{ at: '2026-11-22T12:00:00.000Z', until: '2027-02-20T12:00:00.000Z' },
    ...more,
  };
}

/** As a deployment has it. */
export const testQuota: DeploymentQuota = {
  usual: { bytes: 1_000_000_000, files: 100 },
  most: { bytes: 2_000_000_000, files: 1000 },
};
