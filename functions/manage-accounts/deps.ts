import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import type { OidcProfile, ProfileName } from '../../shared/accounts/oidc-profiles.ts';
import type { ProvisionMessage } from '../../shared/messages/account-rules.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { AccountRuleStore } from '../../shared/store/account-rules.ts';
import type { Accounts } from '../../shared/store/accounts.ts';
import type { Assignments } from '../../shared/store/assignments.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { IdentityLinks } from '../../shared/store/identity-links.ts';
import type { IdentityProviders } from '../../shared/store/identity-providers.ts';
import type { KeptFacts } from '../../shared/store/kept-facts.ts';
import type { LoginRemains } from '../../shared/store/login-remains.ts';
import type { Logins } from '../../shared/store/logins.ts';
import type { OwnFacts } from '../../shared/store/own-facts.ts';
import type { SshKeys } from '../../shared/store/ssh-keys.ts';
import type { VendorSecrets } from '../../shared/store/vendor-secrets.ts';

export type Deps = {
  accounts: Pick<
    Accounts,
    'create' | 'change' | 'remove' | 'find' | 'list' | 'named' | 'ofUser' | 'assignments'
  >;
  facts: Pick<KeptFacts, 'put' | 'find' | 'list' | 'remove' | 'owned' | 'copy'>;
  logins: Pick<Logins, 'endSessions' | 'session'>;
  sshKeys: Pick<SshKeys, 'of' | 'put'>;
  remains: Pick<LoginRemains, 'removeAll'>;
  access: Pick<AccessStore, 'person' | 'persons' | 'supposed' | 'holders' | 'district'>;
  assignments: Pick<Assignments, 'find'>;
  /** What pcr roles and associations go by. */
  catalogues: CatalogueSet;
  cataloguesOf: CataloguesOf;
  accountRules: Pick<AccountRuleStore, 'find' | 'put' | 'progress'>;
  provisions: Pick<DistrictQueue<ProvisionMessage>, 'send'>;
  ownFacts: Pick<OwnFacts, 'put' | 'find' | 'remove'>;
  mails: Pick<DistrictQueue<MailMessage>, 'send'>;
  profiles: Readonly<Record<ProfileName, OidcProfile>>;
  providers: Pick<IdentityProviders, 'put' | 'find' | 'list' | 'remove'>;
  links: Pick<IdentityLinks, 'put' | 'find' | 'remove'>;
  secrets: Pick<VendorSecrets, 'put' | 'remove'>;
  /** Whether servers on this machine may be asked: on stacks that run on one. */
  loopbackVendors: boolean;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};
