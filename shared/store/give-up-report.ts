import { exchangeKey, keptReportKey } from '../reports/exchange-keys.ts';
import type { Report } from '../reports/report.ts';
import { isUnfinished } from '../reports/standstill.ts';
import type { Bucket } from './bucket.ts';
import { endedReport, uncheckedReport } from './report-endings.ts';
import type { ReportLedger } from './report-ledger.ts';

export type GiveUpDeps = {
  reports: Pick<ReportLedger, 'find' | 'change'>;
  shelf: Pick<Bucket, 'remove'>;
  now: () => Date;
};

type Place = { district: string; report: Report };

/**
 * No try has finished it: whoever waits is told, and may ask for it or bring it again. A report that was finished or has moved meanwhile
 * stays as it is.
 */
export async function giveUpReport(
  deps: GiveUpDeps,
  at: { district: string; report: string },
): Promise<void> {
  const report = await deps.reports.find(at.district, at.report);
  if (report === undefined || !isUnfinished(report)) return;
  await endUnfinished(deps, { district: at.district, report });
}

/** @returns false where it has changed since it was read */
export async function endUnfinished(
  { reports, shelf, now }: GiveUpDeps,
  { district, report }: Place,
): Promise<boolean> {
  const place = { district, report };
  const ending =
    report.state === 'received'
      ? uncheckedReport(place, { at: now(), ...notChecked })
      : endedReport(place, 'failed', { at: now(), ...notMade });
  const { line, event } = ending;
  // Told first: a call that ends it after all then finds that it may not, and its file is not taken from under it.
  if (!(await reports.change(district, report, ending.report, { line, event }))) return false;
  if (report.state !== 'received') await leaveNothing(shelf, place);
  return true;
}

/** A try to make it may have come as far as the file. */
export async function leaveNothing(
  shelf: Pick<Bucket, 'remove'>,
  { district, report }: Place,
): Promise<void> {
  if (report.folder === 'receive') await shelf.remove(exchangeKey(district, report));
  await shelf.remove(keptReportKey(district, report));
}

const notMade = {
  code: 'fault',
  message: 'The report could not be made: a fault on our side.',
  hint: 'Ask for it again later.',
};
const notChecked = {
  code: 'fault',
  message: 'The file came whole, and could not be checked: a fault on our side.',
  hint: 'Send it again. If that fails too, tell whoever runs this service the id of the report.',
};
