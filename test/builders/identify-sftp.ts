import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Deps } from '../../functions/identify-sftp/handler.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeAllow } from '../../shared/runtime/decide.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import { Logins } from '../../shared/store/logins.ts';
import { ReportQuotas } from '../../shared/store/report-quotas.ts';
import { SecondFactors } from '../../shared/store/second-factors.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { SignInSettings } from '../../shared/store/sign-in-settings.ts';
import { SshKeys } from '../../shared/store/ssh-keys.ts';
import { testTables } from './dynamo.ts';
import { recordingEvents } from './http-event.ts';
import { testQuota } from './report.ts';

/** What `identify-sftp` is wired with, over an engine; mails go nowhere, and no time passes but what work is said to take. */
export function identifySftpDeps(dynamo: DynamoDBDocumentClient, now: () => Date): Deps {
  let ticks = 0;
  const access = new AccessStore(dynamo, testTables.access);
  return {
    accounts: new SignInAccounts(dynamo, testTables, () => {}),
    logins: new Logins(dynamo, testTables.logins),
    outcomes: new LoginOutcomes(dynamo, testTables),
    mails: { send: async () => {} },
    factors: new SecondFactors(dynamo, testTables.logins),
    settings: new SignInSettings(dynamo, testTables.logins),
    sshKeys: new SshKeys(dynamo, testTables.logins),
    access,
    quotas: new ReportQuotas(dynamo, testTables.reports, testQuota),
    cataloguesOf: () => shippedCatalogues,
    allow: makeAllow({ access, catalogues: shippedCatalogues, now }),
    events: recordingEvents(),
    role: 'arn:aws:iam::1:role/sftp',
    bucket: 'exchange',
    now,
    clock: () => (ticks += 40),
    pause: async () => {},
  };
}
