import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { Logins } from '../../shared/store/logins.ts';
import type { Passkeys } from '../../shared/store/passkeys.ts';
import type { SecondFactors } from '../../shared/store/second-factors.ts';
import type { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import type { SignInSettings } from '../../shared/store/sign-in-settings.ts';

export type Deps = {
  accounts: Pick<SignInAccounts, 'named' | 'find'>;
  logins: Pick<Logins, 'find' | 'startSession' | 'session' | 'endSession' | 'endSessions'>;
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
};
