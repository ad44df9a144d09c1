import { RequestError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { KeptAccount } from '../../shared/store/accounts.ts';
import type { Doing } from '../../shared/store/deeds.ts';
import type { Dat } from '../../shared/store/owned-dats.ts';
import { refuseOther, unknownAccount } from './accounts.ts';
import type { Deps } from './deps.ts';
import { deedsOf, rolesOf } from './roles.ts';
import { toldOfAccount } from './told.ts';

type Choice = { dats?: 'copy' | 'discard' | undefined; copyTo?: string | undefined };

/**
 * Removal with its guard (003:25). Copies come first, one by one, each whole: until the account goes, whoever stops here has lost
 * nothing and can ask again. The account goes in one transaction with its login, which closes whatever it still owns in the same
 * moment; an account that came to own something after its list was read is not removed.
 */
export function makeRemovalHandlers(deps: Deps): Pick<Handlers<'manage-accounts'>, 'removeAccount'> {
  const { accounts, facts, assignments, events } = deps;

  return {
    async removeAccount({ params: { district, account: id }, query, by, now, ifMatch }) {
      for (let attempt = 1; ; attempt += 1) {
        const kept = await accounts.find(district, id);
        if (kept === undefined) throw unknownAccount();
        refuseOther(kept, ifMatch);
        try {
          const dats = await settle(district, id, query);
          await remove(district, kept, { by, at: now.toISOString() });
          const what = { account: id, dats: query.dats ?? 'none', count: dats.length };
          const told = toldOfAccount(id, kept.account, undefined);
          events.audited({ district, by, action: 'account-removed', what, ...told });
          return undefined;
        } catch (error) {
          const isRace = error instanceof RequestError && error.kind === 'precondition-failed';
          if (!isRace || attempt === attempts) throw error;
        }
      }
    },
  };

  /** @throws {RequestError} conflict `dats-owned`, with the list, where nobody has said what becomes of them */
  async function settle(district: string, id: string, { dats: choice, copyTo }: Choice): Promise<Dat[]> {
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

  async function remove(district: string, kept: KeptAccount, doing: Doing): Promise<void> {
    const { held, asked } = await rolesOf(deps, district, kept.account);
    const deeds = [...(await deedsOf(assignments, district, held)), ...asked];
    await accounts.remove(district, kept, { deeds, doing });
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
