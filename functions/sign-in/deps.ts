import type { OidcProfile, ProfileName } from '../../shared/accounts/oidc-profiles.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdentityLinks } from '../../shared/store/identity-links.ts';
import type { IdentityProviders } from '../../shared/store/identity-providers.ts';
import type { Logins } from '../../shared/store/logins.ts';
import type { OidcStates } from '../../shared/store/oidc-states.ts';
import type { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import type { OidcClient } from './oidc-client.ts';

export type Deps = {
  accounts: Pick<SignInAccounts, 'named' | 'find' | 'ofUser'>;
  logins: Pick<Logins, 'find' | 'startSession' | 'session' | 'endSession'>;
  profiles: Readonly<Record<ProfileName, OidcProfile>>;
  providers: Pick<IdentityProviders, 'find'>;
  links: Pick<IdentityLinks, 'put' | 'find' | 'ofSubject'>;
  states: Pick<OidcStates, 'open' | 'take'>;
  client: OidcClient;
  events: Events;
  now: () => Date;
};
