import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { oidcProfiles } from '../../shared/accounts/oidc-profiles.ts';
import type { ProvisionMessage } from '../../shared/messages/account-rules.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { makeDynamo, makeSecrets, makeSqs } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AccountRuleStore } from '../../shared/store/account-rules.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { IdentityLinks } from '../../shared/store/identity-links.ts';
import { IdentityProviders } from '../../shared/store/identity-providers.ts';
import { KeptFacts } from '../../shared/store/kept-facts.ts';
import { LoginRemains } from '../../shared/store/login-remains.ts';
import { Logins } from '../../shared/store/logins.ts';
import { OwnFacts } from '../../shared/store/own-facts.ts';
import { SshKeys } from '../../shared/store/ssh-keys.ts';
import { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const tables = {
  access: env.ACCESS_TABLE,
  assignments: env.ASSIGNMENTS_TABLE,
  accounts: env.ACCOUNTS_TABLE,
  syncs: env.SYNCS_TABLE,
  tenants: env.TENANTS_TABLE,
  logins: env.LOGINS_TABLE,
};
const access = new AccessStore(dynamo, tables.access);
const now = () => new Date();

export const handler = makeHandler({
  accounts: new Accounts(dynamo, tables),
  facts: new KeptFacts(dynamo, tables),
  accountRules: new AccountRuleStore(dynamo, env.ACCOUNTS_TABLE),
  provisions: new DistrictQueue<ProvisionMessage>(makeSqs(), env.PROVISIONS_QUEUE),
  logins: new Logins(dynamo, tables.logins),
  sshKeys: new SshKeys(dynamo, tables.logins),
  remains: new LoginRemains(dynamo, tables.logins),
  access,
  assignments: new Assignments(dynamo, tables),
  catalogues: shippedCatalogues,
  cataloguesOf: makeCataloguesOf(shippedCatalogues, new CatalogueDocuments(dynamo, tables.access)),
  ownFacts: new OwnFacts(dynamo, tables),
  mails: new DistrictQueue<MailMessage>(makeSqs(), env.MAILS_QUEUE),
  profiles: oidcProfiles,
  providers: new IdentityProviders(dynamo, env.LOGINS_TABLE),
  links: new IdentityLinks(dynamo, env.LOGINS_TABLE),
  secrets: new VendorSecrets(makeSecrets(), env.PROVIDER_SECRETS),
  loopbackVendors: process.env.ROLEBOOK_LOOPBACK_VENDORS === 'allowed',
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-accounts', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
