import { setTimeout as sleep } from 'node:timers/promises';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { oidcProfiles } from '../../shared/accounts/oidc-profiles.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { makeDynamo, makeSecrets, makeSqs } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { makeTransport } from '../../shared/runtime/vendor-transport.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { IdentityLinks } from '../../shared/store/identity-links.ts';
import { IdentityProviders } from '../../shared/store/identity-providers.ts';
import { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import { Logins } from '../../shared/store/logins.ts';
import { OidcStates } from '../../shared/store/oidc-states.ts';
import { Passkeys } from '../../shared/store/passkeys.ts';
import { RateLimits } from '../../shared/store/rate-limits.ts';
import { SecondFactors } from '../../shared/store/second-factors.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { SignInSettings } from '../../shared/store/sign-in-settings.ts';
import { Tickets } from '../../shared/store/tickets.ts';
import { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import { commonPasswords } from './common-passwords.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';
import { makeOidcClient, secretOf } from './oidc-client.ts';
import { makeProviderFetch } from './provider-fetch.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const loopback = process.env.ROLEBOOK_LOOPBACK_VENDORS === 'allowed';
const { send } = makeTransport({ loopback });

const tables = {
  tenants: env.TENANTS_TABLE,
  access: env.ACCESS_TABLE,
  accounts: env.ACCOUNTS_TABLE,
  logins: env.LOGINS_TABLE,
  syncs: env.SYNCS_TABLE,
};
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const now = () => new Date();

export const handler = makeHandler({
  makesLinks: process.env.ROLEBOOK_SIGN_IN_LINKS === 'made',
  limits: new RateLimits(dynamo, tables.tenants),
  accounts: new SignInAccounts(dynamo, tables, enterDistrict),
  logins: new Logins(dynamo, tables.logins),
  outcomes: new LoginOutcomes(dynamo, tables),
  tickets: new Tickets(dynamo, tables.logins, enterDistrict),
  mails: new DistrictQueue<MailMessage>(makeSqs(), env.MAILS_QUEUE),
  commonPasswords,
  profiles: oidcProfiles,
  providers: new IdentityProviders(dynamo, env.LOGINS_TABLE),
  links: new IdentityLinks(dynamo, env.LOGINS_TABLE),
  states: new OidcStates(dynamo, env.LOGINS_TABLE),
  client: makeOidcClient({
    fetch: makeProviderFetch({ send, loopback, now: Date.now, sleep, random: Math.random }),
    secret: secretOf(new VendorSecrets(makeSecrets(), env.PROVIDER_SECRETS)),
    profiles: oidcProfiles,
    loopback,
    now: Date.now,
  }),
  factors: new SecondFactors(dynamo, env.LOGINS_TABLE),
  passkeys: new Passkeys(dynamo, env.LOGINS_TABLE),
  settings: new SignInSettings(dynamo, env.LOGINS_TABLE),
  access,
  cataloguesOf: makeCataloguesOf(shippedCatalogues, new CatalogueDocuments(dynamo, env.ACCESS_TABLE)),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  events: makeEvents('sign-in', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
  clock: () => performance.now(),
  pause: (milliseconds) => sleep(milliseconds),
}).use(traced());
