import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import type { OidcProfile, ProfileName } from '../../shared/accounts/oidc-profiles.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { RateLimits } from '../../shared/runtime/limits.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { IdentityLinks } from '../../shared/store/identity-links.ts';
import type { IdentityProviders } from '../../shared/store/identity-providers.ts';
import type { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import type { Logins } from '../../shared/store/logins.ts';
import type { OidcStates } from '../../shared/store/oidc-states.ts';
import type { Passkeys } from '../../shared/store/passkeys.ts';
import type { SecondFactors } from '../../shared/store/second-factors.ts';
import type { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import type { SignInSettings } from '../../shared/store/sign-in-settings.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import type { OidcClient } from './oidc-client.ts';

export type Deps = {
  /** Whether links that sign people in are made here: on one's own machine alone. */
  makesLinks: boolean;
  limits: RateLimits;
  accounts: Pick<SignInAccounts, 'named' | 'find' | 'ofUser'>;
  logins: Pick<
    Logins,
    'find' | 'startSession' | 'session' | 'sessions' | 'rotate' | 'rehash' | 'endSession' | 'endSessions'
  >;
  outcomes: Pick<
    LoginOutcomes,
    'failed' | 'refused' | 'succeeded' | 'noteSignIn' | 'changePassword' | 'resetPassword'
  >;
  tickets: Pick<Tickets, 'find' | 'use'>;
  mails: Pick<DistrictQueue<MailMessage>, 'send'>;
  /** What anybody would try first, in lower case. */
  commonPasswords: () => Promise<ReadonlySet<string>>;
  profiles: Readonly<Record<ProfileName, OidcProfile>>;
  providers: Pick<IdentityProviders, 'find'>;
  links: Pick<IdentityLinks, 'put' | 'find' | 'ofSubject'>;
  states: Pick<OidcStates, 'open' | 'take'>;
  client: OidcClient;
  factors: Pick<
    SecondFactors,
    | 'of'
    | 'beginTotp'
    | 'confirmTotp'
    | 'useStep'
    | 'useRecoveryCode'
    | 'putRecoveryCodes'
    | 'takeGuess'
    | 'removeTotp'
    | 'tidy'
    | 'removeAll'
  >;
  passkeys: Pick<Passkeys, 'openChallenge' | 'takeChallenge' | 'add' | 'list' | 'find' | 'use' | 'remove'>;
  settings: Pick<SignInSettings, 'find' | 'put'>;
  access: Pick<AccessStore, 'person'>;
  cataloguesOf: CataloguesOf;
  decide: Decide;
  events: Events;
  now: () => Date;
  /** Milliseconds from some moment on; never goes back. */
  clock: () => number;
  pause: (milliseconds: number) => Promise<void>;
};
