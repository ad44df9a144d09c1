import { setTimeout as sleep } from 'node:timers/promises';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { makeDynamo, makeSqs } from '../../shared/runtime/clients.ts';
import { makeAllow } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import { Logins } from '../../shared/store/logins.ts';
import { ReportQuotas } from '../../shared/store/report-quotas.ts';
import { SecondFactors } from '../../shared/store/second-factors.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { SignInSettings } from '../../shared/store/sign-in-settings.ts';
import { SshKeys } from '../../shared/store/ssh-keys.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const tables = {
  tenants: env.TENANTS_TABLE,
  access: env.ACCESS_TABLE,
  accounts: env.ACCOUNTS_TABLE,
  logins: env.LOGINS_TABLE,
  syncs: env.SYNCS_TABLE,
};
const access = new AccessStore(dynamo, tables.access);
const now = () => new Date();

export const handler = makeHandler({
  accounts: new SignInAccounts(dynamo, tables, enterDistrict),
  logins: new Logins(dynamo, tables.logins),
  outcomes: new LoginOutcomes(dynamo, tables),
  mails: new DistrictQueue<MailMessage>(makeSqs(), env.MAILS_QUEUE),
  factors: new SecondFactors(dynamo, tables.logins),
  settings: new SignInSettings(dynamo, tables.logins),
  sshKeys: new SshKeys(dynamo, tables.logins),
  access,
  quotas: new ReportQuotas(dynamo, env.REPORTS_TABLE, env.REPORT_QUOTA),
  cataloguesOf: makeCataloguesOf(shippedCatalogues, new CatalogueDocuments(dynamo, tables.access)),
  allow: makeAllow({ access, catalogues: shippedCatalogues, now }),
  events: makeEvents('identify-sftp', new AuditChains(dynamo, env.AUDIT_TABLE)),
  role: env.SFTP_ROLE,
  bucket: env.EXCHANGE_BUCKET,
  now,
  clock: () => performance.now(),
  pause: (milliseconds) => sleep(milliseconds),
});
