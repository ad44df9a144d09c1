import { RequestError } from '../../shared/errors.ts';
import type { LinkView } from '../../shared/messages/identity-providers.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import type { IdentityLink } from '../../shared/store/identity-links.ts';
import { unknownAccount } from './accounts.ts';
import type { Deps } from './deps.ts';
import { unknownProvider } from './identity-providers.ts';

type IdentityHandlers = Pick<
  Handlers<'manage-accounts'>,
  'putAccountIdentity' | 'getAccountIdentity' | 'removeAccountIdentity'
>;

/** Who accounts are at the identity providers of their district. */
export function makeIdentityHandlers({ accounts, providers, links, events }: Deps): IdentityHandlers {
  return {
    async putAccountIdentity({ params: { district, account, provider }, body: { subject }, by, now }) {
      const [kept, known] = await Promise.all([
        accounts.find(district, account),
        providers.find(district, provider),
      ]);
      if (kept === undefined) throw unknownAccount();
      if (known === undefined) throw unknownProvider();
      const { issuer } = known.provider;
      const link = { account, provider, issuer, subject, linkedAt: now.toISOString(), linkedBy: by };
      await links.put(district, link);
      events.audited({ district, by, action: 'identity-linked', what: { account, provider } });
      return viewOf(await find({ district, account, provider }));
    },

    async getAccountIdentity({ params }) {
      return viewOf(await find(params));
    },

    async removeAccountIdentity({ params, by }) {
      const { district, account, provider } = params;
      await links.remove(district, await find(params));
      events.audited({ district, by, action: 'identity-unlinked', what: { account, provider } });
      return undefined;
    },
  };

  async function find(at: { district: string; account: string; provider: string }): Promise<IdentityLink> {
    const link = await links.find(at.district, at.account, at.provider);
    if (link !== undefined) return link;
    const message = 'The account is not linked at this identity provider.';
    throw new RequestError('not-found', 'no-such-link', message);
  }
}

function viewOf({ account: _, ...link }: IdentityLink): LinkView {
  return link;
}
