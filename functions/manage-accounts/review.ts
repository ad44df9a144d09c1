import { type Reviewed, reviewReasons, staffRecordOf } from '../../shared/accounts/review.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { KeptAccount } from '../../shared/store/accounts.ts';
import type { Deps } from './deps.ts';
import { roleIds } from './roles.ts';

/** Accounts whose records are read at once; a household leads to up to a hundred more. */
const atOnce = 50;

/** Users should be cleaned up regularly: each account that gives a reason to look at it (003:25). */
export function makeReviewHandlers(deps: Deps): Pick<Handlers<'manage-accounts'>, 'reviewAccounts'> {
  const { accounts, access, catalogues } = deps;

  return {
    async reviewAccounts({ params: { district }, query: { reason, ...page } }) {
      if ((await access.district(district)) === undefined) throw noSuchDistrict();
      const { items: kept, ...more } = await accounts.list(district, page);
      const items: Awaited<ReturnType<typeof review>> = [];
      for (let at = 0; at < kept.length; at += atOnce)
        items.push(...(await review(district, kept.slice(at, at + atOnce))));
      return {
        ...more,
        items: items.filter(({ reasons }) =>
          reasons.some(({ code }) => reason === undefined || code === reason),
        ),
      };
    },
  };

  async function review(district: string, kept: readonly KeptAccount[]) {
    const ids = kept.map(({ account }) => account.id);
    const records = kept.flatMap(({ account }) => staffRecordOf(account) ?? []);
    const [held, found, staff] = await Promise.all([
      accounts.assignments(district, ids),
      access.holders(district, ids),
      access.persons(district, [...new Set(records)]),
    ]);
    if (found === undefined) throw noSuchDistrict();
    return kept.map(({ account, lastSignInAt }) => {
      const { id, username, approved, createdAt } = account;
      const reviewed: Reviewed = {
        account,
        roles: roleIds(held.get(id) ?? []),
        login: found.persons.get(id),
        staff: staff.get(staffRecordOf(account) ?? ''),
        lastSignInAt,
      };
      return {
        account: id,
        username,
        approved,
        createdAt,
        ...(lastSignInAt === undefined ? {} : { lastSignInAt }),
        reasons: reviewReasons(catalogues, found.district, reviewed),
      };
    });
  }
}
