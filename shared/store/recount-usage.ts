import { type Amount, sum, takenBy } from '../reports/quota.ts';
import type { ReportLedger } from './report-ledger.ts';
import type { ReportUsage, Usage } from './report-usage.ts';

type Deps = { reports: Pick<ReportLedger, 'list'>; usage: Pick<ReportUsage, 'all' | 'correct'> };

/**
 * Makes the usage of each account what its reports say. What changes while this counts is left to the next night: usage is written in
 * the transactions of reports, so that it was right if it stands as it stood before the count.
 * @returns accounts whose usage was wrong
 */
export async function recountUsage({ reports, usage }: Deps, district: string): Promise<string[]> {
  const before = new Map<string, Usage>();
  for await (const one of usage.all(district)) before.set(one.account, one);
  const counted = new Map<string, Amount>();
  for (let after: string | undefined, more = true; more; ) {
    const page = await reports.list(district, { after, limit: 100 });
    for (const report of page.items) add(report.account, takenBy(report));
    after = page.next;
    more = after !== undefined;
  }
  const mended: string[] = [];
  for (const account of new Set([...before.keys(), ...counted.keys()])) {
    const was = before.get(account) ?? { account, used: nothing, revision: 0 };
    const is = counted.get(account) ?? nothing;
    if (was.used.bytes === is.bytes && was.used.files === is.files) continue;
    if (await usage.correct(district, was, is)) mended.push(account);
  }
  return mended;

  function add(account: string, taken: Amount): void {
    counted.set(account, sum(counted.get(account) ?? nothing, taken));
  }
}

const nothing: Amount = { bytes: 0, files: 0 };
