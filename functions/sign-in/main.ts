import { setTimeout as sleep } from 'node:timers/promises';
import { oidcProfiles } from '../../shared/accounts/oidc-profiles.ts';
import { makeDynamo, makeSecrets, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { makeTransport } from '../../shared/runtime/vendor-transport.ts';
import { IdentityLinks } from '../../shared/store/identity-links.ts';
import { IdentityProviders } from '../../shared/store/identity-providers.ts';
import { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import { Logins } from '../../shared/store/logins.ts';
import { MailQueue } from '../../shared/store/mail-queue.ts';
import { OidcStates } from '../../shared/store/oidc-states.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { Tickets } from '../../shared/store/tickets.ts';
import { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import { commonPasswords } from './common-passwords.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';
import { makeOidcClient, secretOf } from './oidc-client.ts';
import { makeProviderFetch } from './provider-fetch.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo();
const loopback = process.env.ROLEBOOK_LOOPBACK_VENDORS === 'allowed';
const { send } = makeTransport({ loopback });

const tables = {
  tenants: env.TENANTS_TABLE,
  access: env.ACCESS_TABLE,
  accounts: env.ACCOUNTS_TABLE,
  logins: env.LOGINS_TABLE,
  syncs: env.SYNCS_TABLE,
};

export const handler = makeHandler({
  accounts: new SignInAccounts(dynamo, tables),
  logins: new Logins(dynamo, tables.logins),
  outcomes: new LoginOutcomes(dynamo, tables),
  tickets: new Tickets(dynamo, tables.logins),
  mails: new MailQueue(makeSqs(), env.MAILS_QUEUE),
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
  events: makeEvents('sign-in'),
  now: () => new Date(),
  clock: () => performance.now(),
  pause: (milliseconds) => sleep(milliseconds),
}).use(traced());
