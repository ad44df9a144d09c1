import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { commonPasswords } from '../../functions/sign-in/common-passwords.ts';
import type { Deps } from '../../functions/sign-in/deps.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import { Logins } from '../../shared/store/logins.ts';
import { OidcStates } from '../../shared/store/oidc-states.ts';
import { Passkeys } from '../../shared/store/passkeys.ts';
import { SecondFactors } from '../../shared/store/second-factors.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { SignInSettings } from '../../shared/store/sign-in-settings.ts';
import { Tickets } from '../../shared/store/tickets.ts';
import { testTables } from './dynamo.ts';
import { recordingEvents } from './http-event.ts';
import { singleSignOn } from './single-sign-on.ts';

/** What `sign-in` is wired with, over an engine; mails go nowhere, no time passes, and no provider is there. */
export function signInDeps(
  dynamo: DynamoDBDocumentClient,
  now: () => Date,
  tables: Record<'tenants' | 'access' | 'accounts' | 'logins' | 'syncs', string> = testTables,
): Deps {
  let ticks = 0;
  const access = new AccessStore(dynamo, tables.access);
  const nobody = () => Promise.reject(new Error('No provider is there.'));
  return {
    makesLinks: true,
    // What is counted has tests of its own.
    limits: { take: async () => undefined },
    accounts: new SignInAccounts(dynamo, tables, () => {}),
    logins: new Logins(dynamo, tables.logins),
    outcomes: new LoginOutcomes(dynamo, tables),
    tickets: new Tickets(dynamo, tables.logins, () => {}),
    mails: { send: async () => {} },
    commonPasswords,
    ...singleSignOn(dynamo),
    states: new OidcStates(dynamo, tables.logins),
    client: { authorizationUrl: nobody, redeem: nobody },
    factors: new SecondFactors(dynamo, tables.logins),
    passkeys: new Passkeys(dynamo, tables.logins),
    settings: new SignInSettings(dynamo, tables.logins),
    access,
    cataloguesOf: () => shippedCatalogues,
    decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
    events: recordingEvents(),
    now,
    clock: () => (ticks += 40),
    pause: async () => {},
  };
}
