import type { OidcProfile, ProfileName } from '../../shared/accounts/oidc-profiles.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdentityLinks } from '../../shared/store/identity-links.ts';
import type { IdentityProviders } from '../../shared/store/identity-providers.ts';
import type { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import type { Logins } from '../../shared/store/logins.ts';
import type { MailQueue } from '../../shared/store/mail-queue.ts';
import type { OidcStates } from '../../shared/store/oidc-states.ts';
import type { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import type { OidcClient } from './oidc-client.ts';

export type Deps = {
  accounts: Pick<SignInAccounts, 'named' | 'find' | 'ofUser'>;
  logins: Pick<Logins, 'find' | 'startSession' | 'session' | 'rotate' | 'endSession'>;
  outcomes: Pick<
    LoginOutcomes,
    'failed' | 'refused' | 'succeeded' | 'noteSignIn' | 'changePassword' | 'resetPassword'
  >;
  tickets: Pick<Tickets, 'find' | 'use'>;
  mails: Pick<MailQueue, 'send'>;
  /** What anybody would try first, in lower case. */
  commonPasswords: () => Promise<ReadonlySet<string>>;
  profiles: Readonly<Record<ProfileName, OidcProfile>>;
  providers: Pick<IdentityProviders, 'find'>;
  links: Pick<IdentityLinks, 'put' | 'find' | 'ofSubject'>;
  states: Pick<OidcStates, 'open' | 'take'>;
  client: OidcClient;
  events: Events;
  now: () => Date;
  /** Milliseconds from some moment on; never goes back. */
  clock: () => number;
  pause: (milliseconds: number) => Promise<void>;
};
