import { keptDays, type Report } from '../reports/report.ts';
import type { ServiceEvent } from '../reports/service-event.ts';
import { madeUlid } from '../roster/made-ulid.ts';
import type { ReportLine } from './report-ledger.ts';

/** How a report ends: what it becomes, the line of its ledger, and what people hear of it; the same for whoever ends it. */
export type Ending = { report: Report; line: ReportLine; event: ServiceEvent };

const dayMs = 24 * 3_600_000;

export function readyReport(
  { report, district }: { report: Report; district: string },
  { size, sha256, rows, at }: { size: number; sha256: string; rows: number; at: Date },
): Ending {
  const { progress: _, ...rest } = report;
  const until = new Date(at.getTime() + keptDays * dayMs).toISOString();
  const ended: Report = { ...rest, state: 'ready', size, sha256, until };
  return endingOf(ended, { district, at, what: 'ready', facts: { rows, size } });
}

/** `refused`: whoever asked can do something about it; `failed`: a fault on our side. */
export function endedReport(
  { report, district }: { report: Report; district: string },
  state: 'refused' | 'failed',
  { at, code, message, hint }: { at: Date; code: string; message: string; hint: string },
): Ending {
  const { progress: _, ...rest } = report;
  const ended: Report = { ...rest, state, problems: [{ code, message, hint }], problemCount: 1 };
  return endingOf(ended, { district, at, what: state, why: code, facts: { code } });
}

/** Of the event of an upload that says what became of it; made of the report, so that an upload has one. */
export function uploadedEventId(district: string, { id, at }: Pick<Report, 'id' | 'at'>): string {
  return madeUlid(Date.parse(at), [district, id, 'uploaded']);
}

/** What came in and could not be looked at: a fault on our side. Nobody fetches it, as nobody knows what it is. */
export function uncheckedReport(
  { report, district }: { report: Report; district: string },
  { at: now, code, message, hint }: { at: Date; code: string; message: string; hint: string },
): Ending {
  const at = now.toISOString();
  const { id, account, by, folder, kind } = report;
  return {
    report: { ...report, state: 'failed', problems: [{ code, message, hint }], problemCount: 1 },
    line: { id: madeUlid(now.getTime(), [district, id, 'failed']), at, what: 'failed', why: code },
    event: {
      ...{ id: uploadedEventId(district, report), district, at, kind: 'report.uploaded' },
      ...{ account, report: id, by, facts: { outcome: 'failed', kind, folder, problems: 1 } },
    },
  };
}

function endingOf(
  report: Report,
  told: {
    district: string;
    at: Date;
    what: string;
    why?: string;
    facts: Record<string, string | number>;
  },
): Ending {
  const { district, what, why, facts } = told;
  const at = told.at.toISOString();
  return {
    report,
    line: { id: `${at}#${what}`, at, what, by: report.by, ...(why === undefined ? {} : { why }) },
    event: {
      id: `${report.id}-built`,
      district,
      kind: what === 'ready' ? 'report.ready' : 'report.failed',
      at,
      account: report.account,
      report: report.id,
      by: report.by,
      facts: { kind: report.kind, ...facts },
    },
  };
}
