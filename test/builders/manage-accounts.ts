import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Deps } from '../../functions/manage-accounts/deps.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AccountRuleStore } from '../../shared/store/account-rules.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { KeptFacts } from '../../shared/store/kept-facts.ts';
import { LoginRemains } from '../../shared/store/login-remains.ts';
import { Logins } from '../../shared/store/logins.ts';
import { OwnFacts } from '../../shared/store/own-facts.ts';
import { SshKeys } from '../../shared/store/ssh-keys.ts';
import { testTables } from './dynamo.ts';
import { recordingEvents } from './http-event.ts';
import { singleSignOn } from './single-sign-on.ts';

/** What `manage-accounts` is wired with, over an engine; what it sends goes nowhere. */
export function manageAccountsDeps(
  dynamo: DynamoDBDocumentClient,
  now: () => Date = () => new Date('2026-11-21T12:00:00Z'),
): Deps {
  const access = new AccessStore(dynamo, testTables.access);
  return {
    accounts: new Accounts(dynamo, testTables),
    facts: new KeptFacts(dynamo, testTables),
    access,
    assignments: new Assignments(dynamo, testTables),
    catalogues: shippedCatalogues,
    cataloguesOf: () => shippedCatalogues,
    ownFacts: new OwnFacts(dynamo, testTables),
    logins: new Logins(dynamo, testTables.logins),
    sshKeys: new SshKeys(dynamo, testTables.logins),
    remains: new LoginRemains(dynamo, testTables.logins),
    accountRules: new AccountRuleStore(dynamo, testTables.accounts),
    provisions: { send: async () => {} },
    mails: { send: async () => {} },
    ...singleSignOn(dynamo),
    loopbackVendors: false,
    decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
    idempotency: new Idempotency(dynamo, testTables.tenants),
    events: recordingEvents(),
    now,
  };
}
