import type { ProvisionMessage } from '../../shared/messages/account-rules.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AccountRuleStore } from '../../shared/store/account-rules.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { KeptFacts } from '../../shared/store/kept-facts.ts';
import { LoginRemains } from '../../shared/store/login-remains.ts';
import { S3Objects } from '../../shared/store/objects.ts';
import { ReleasedAccounts } from '../../shared/store/released-accounts.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { makeAccountsByRule } from './accounts-by-rule.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const sqs = makeSqs();
const tables = {
  access: env.ACCESS_TABLE,
  assignments: env.ASSIGNMENTS_TABLE,
  accounts: env.ACCOUNTS_TABLE,
  syncs: env.SYNCS_TABLE,
  tenants: env.TENANTS_TABLE,
  logins: env.LOGINS_TABLE,
};
const events = makeEvents('provision-accounts', new AuditChains(dynamo, env.AUDIT_TABLE));
const ledger = new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, () => new Date().toISOString());
const provisions = new DistrictQueue<ProvisionMessage>(sqs, env.PROVISIONS_QUEUE);

export const handler = makeHandler({
  objects: new S3Objects(makeS3(process.env), env.STATE_BUCKET),
  committed: async (district) => (await ledger.lane(district)).value.committed.manifest,
  rules: new AccountRuleStore(dynamo, env.ACCOUNTS_TABLE),
  released: new ReleasedAccounts(dynamo, tables),
  accounts: makeAccountsByRule({
    accounts: new Accounts(dynamo, tables),
    access: new AccessStore(dynamo, tables.access),
    assignments: new Assignments(dynamo, tables),
    facts: new KeptFacts(dynamo, tables),
    remains: new LoginRemains(dynamo, tables.logins),
    mails: new DistrictQueue<MailMessage>(sqs, env.MAILS_QUEUE),
    events,
    now: () => new Date(),
  }),
  again: (district) => provisions.send({ district }),
  events,
  now: () => Date.now(),
}).use(traced());
