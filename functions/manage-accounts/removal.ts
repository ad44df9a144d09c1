import type { Account } from '../../shared/accounts/account.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import { deedsOf, type Roles, rolesOf } from '../../shared/store/account-deeds.ts';
import type { KeptAccount } from '../../shared/store/accounts.ts';
import type { Doing } from '../../shared/store/deeds.ts';
import type { Dat } from '../../shared/store/owned-dats.ts';
import { refuseOther, unknownAccount } from './accounts.ts';
import type { Deps } from './deps.ts';
import { toldOfAccount } from './told.ts';

export type DatChoice = { dats?: 'copy' | 'discard' | undefined; copyTo?: string | undefined };
type Asked = { district: string; id: string; ifMatch?: string | undefined };

/**
 * Removal with its guard (003:25). Copies come first, one by one, each whole: until the account goes, whoever stops here has lost
 * nothing and can ask again. The account goes in one transaction with its login, which closes whatever it still owns in the same
 * moment; an account that came to own something after its list was read is not removed.
 */
export function makeRemovalHandlers(deps: Deps): Pick<Handlers<'manage-accounts'>, 'removeAccount'> {
  const removing = makeRemoving(deps);
  return {
    async removeAccount({ params: { district, account: id }, query, by, now, ifMatch }) {
      const doing = { by, at: now.toISOString() };
      await removing.whole({ district, id, ifMatch }, async (kept) => {
        const dats = await removing.settle(district, id, query);
        await removing.remove(district, kept, { doing, roles: await rolesOf(deps, district, kept.account) });
        const what = { account: id, dats: query.dats ?? 'none', count: dats.length };
        const told = toldOfAccount(id, kept.account, undefined);
        deps.events.audited({ district, by, action: 'account-removed', what, ...told });
      });
      return undefined;
    },
  };
}

export function makeRemoving({ accounts, facts, remains, assignments }: Deps) {
  return { whole, settle, remove };

  /**
   * Does it with the account as it is, again where somebody changed it meanwhile.
   */
  async function whole<T>(
    { district, id, ifMatch }: Asked,
    once: (kept: KeptAccount) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const kept = await accounts.find(district, id);
      if (kept === undefined) throw unknownAccount();
      refuseOther(kept, ifMatch);
      try {
        return await once(kept);
      } catch (error) {
        const isRace = error instanceof RequestError && error.kind === 'precondition-failed';
        if (!isRace || attempt === attempts) throw error;
      }
    }
  }

  /** @throws {RequestError} conflict `dats-owned`, with the list, where nobody has said what becomes of them */
  async function settle(district: string, id: string, { dats: choice, copyTo }: DatChoice): Promise<Dat[]> {
    const owned = await facts.owned(district, id);
    if (copyTo !== undefined) await refuseUnfit(district, id, copyTo);
    if (owned.length === 0 || choice === 'discard') return owned;
    if (copyTo === undefined) {
      const message =
        'With the user, these queries and filters become inaccessible to everyone: copy them (dats=copy&copyTo=…) or accept it (dats=discard).';
      throw new RequestError('conflict', 'dats-owned', message, { detail: { dats: owned } });
    }
    for (const dat of owned) await facts.copy(district, dat, { from: id, to: copyTo });
    return owned;
  }

  async function remove(
    district: string,
    kept: KeptAccount,
    { doing, roles, successor }: { doing: Doing; roles: Roles; successor?: Account | undefined },
  ): Promise<void> {
    const deeds = [...(await deedsOf(assignments, district, roles.held)), ...roles.asked];
    await accounts.remove(district, kept, { deeds, doing, successor });
    // They open nothing without the account; of somebody who is gone nothing should lie around.
    await remains.removeAll(district, kept.account.id);
  }

  async function refuseUnfit(district: string, id: string, copyTo: string): Promise<void> {
    if (copyTo !== id && (await accounts.find(district, copyTo)) !== undefined) return;
    throw new RequestError(
      'unprocessable',
      'unknown-account',
      'Copies go to another account of this district.',
      {
        fields: [{ pointer: '/copyTo', detail: 'must be another account' }],
      },
    );
  }
}

const attempts = 4;
