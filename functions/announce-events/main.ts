import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import type { WebhookMessage } from '../../shared/messages/report-messages.ts';
import { makeDynamo, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import { makeWhoMay } from '../../shared/runtime/who-may.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { CandidateStore } from '../../shared/store/candidates.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { MailLedger } from '../../shared/store/mail-ledger.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { WebhookFanOut } from '../../shared/store/webhook-fan-out.ts';
import { Webhooks } from '../../shared/store/webhooks.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const sqs = makeSqs();
const now = () => new Date();
const tables = { access: env.ACCESS_TABLE, accounts: env.ACCOUNTS_TABLE };

export const handler = makeHandler({
  whoMay: makeWhoMay({
    access: new AccessStore(dynamo, env.ACCESS_TABLE),
    candidates: new CandidateStore(dynamo, { assignments: env.ASSIGNMENTS_TABLE }),
    catalogues: shippedCatalogues,
    now,
  }),
  accounts: new SignInAccounts(dynamo, tables, enterDistrict),
  ledger: new MailLedger(new ReportLedger(dynamo, env.REPORTS_TABLE)),
  mails: new DistrictQueue<MailMessage>(sqs, env.MAILS_QUEUE),
  hooks: new WebhookFanOut(
    new Webhooks(dynamo, env.REPORTS_TABLE),
    new DistrictQueue<WebhookMessage>(sqs, env.WEBHOOKS_QUEUE),
  ),
  events: makeEvents('announce-events'),
  now,
});
