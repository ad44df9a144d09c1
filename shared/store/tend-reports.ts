import type { BuildMessage, CheckMessage } from '../messages/report-messages.ts';
import type { Report } from '../reports/report.ts';
import { madeUlid } from '../roster/made-ulid.ts';
import type { DistrictQueue } from './district-queue.ts';
import type { ReportLedger } from './report-ledger.ts';

type Deps = {
  reports: Pick<ReportLedger, 'list' | 'change'>;
  checks: Pick<DistrictQueue<CheckMessage>, 'send'>;
  builds: Pick<DistrictQueue<BuildMessage>, 'send'>;
  /** ISO 8601. */
  now(): string;
};

/** Whoever wrote the ledger sends at once: after so long, it ended between the two. */
const standsStillMs = 5 * 60_000;

/**
 * Reports whose time is over are told of and fetched no longer, and what was awaited comes no more; what nobody looks at or makes, for a
 * crash came before its message, is sent again. Safe to run twice and at any time.
 */
export async function tendReports({ reports, checks, builds, now }: Deps, district: string): Promise<void> {
  for (let after: string | undefined, more = true; more; ) {
    const page = await reports.list(district, { after, limit: 100 });
    for (const report of page.items) await tend(report);
    after = page.next;
    more = after !== undefined;
  }

  async function tend(report: Report): Promise<void> {
    const at = now();
    if (report.state === 'archived') return;
    if (report.until <= at) return archive(report, at);
    if (Date.parse(at) - Date.parse(report.at) <= standsStillMs) return;
    const message = { district, report: report.id };
    if (report.state === 'received') await checks.send(message);
    if (report.state === 'requested') await builds.send(message);
  }

  async function archive(report: Report, at: string): Promise<void> {
    const line = { id: madeUlid(Date.parse(at), [report.id, 'archived']), at, what: 'archived' };
    const why = report.state === 'awaited' ? { why: 'never-came' } : {};
    // Where it has changed just now, the next night looks again.
    await reports.change(district, report, { ...report, state: 'archived' }, { line: { ...line, ...why } });
  }
}
