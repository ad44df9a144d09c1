import type { Report } from '../reports/report.ts';
import { madeUlid } from '../roster/made-ulid.ts';
import type { ReportLedger } from './report-ledger.ts';

type Deps = {
  reports: Pick<ReportLedger, 'list' | 'change'>;
  /** ISO 8601. */
  now(): string;
};

/**
 * Reports whose time is over are told of and fetched no longer, and what was awaited comes no more. Safe to run twice and at any time.
 */
export async function archiveReports({ reports, now }: Deps, district: string): Promise<void> {
  for (let after: string | undefined, more = true; more; ) {
    const page = await reports.list(district, { after, limit: 100 });
    for (const report of page.items) {
      const at = now();
      if (report.state !== 'archived' && report.until <= at) await archive(report, at);
    }
    after = page.next;
    more = after !== undefined;
  }

  async function archive(report: Report, at: string): Promise<void> {
    const line = { id: madeUlid(Date.parse(at), [report.id, 'archived']), at, what: 'archived' };
    const why = report.state === 'awaited' ? { why: 'never-came' } : {};
    // Where it has changed just now, the next night looks again.
    await reports.change(district, report, { ...report, state: 'archived' }, { line: { ...line, ...why } });
  }
}
