import type { Report } from '../../shared/reports/report.ts';
import type { Deps } from './deps.ts';

/** Reports as people know them: with what the roster calls the org of each, asked once an org. */
export async function named<R extends Pick<Report, 'account'>>(
  { nameOf }: Pick<Deps, 'nameOf'>,
  district: string,
  reports: readonly R[],
): Promise<(R & { accountName?: string })[]> {
  const accounts = [...new Set(reports.map(({ account }) => account))];
  const pairs = await Promise.all(
    accounts.map(async (account) => [account, await nameOf(district, 'orgs', account)] as const),
  );
  const names = new Map(pairs);
  return reports.map((report) => {
    const accountName = names.get(report.account);
    return accountName === undefined ? report : { ...report, accountName };
  });
}
