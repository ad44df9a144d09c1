import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { MailLedger } from '../../shared/store/mail-ledger.ts';
import { NotificationSettings } from '../../shared/store/notification-settings.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { WaitingNotices } from '../../shared/store/waiting-notices.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const reports = new ReportLedger(dynamo, env.REPORTS_TABLE);

export const handler = makeHandler({
  accounts: new SignInAccounts(
    dynamo,
    { access: env.ACCESS_TABLE, accounts: env.ACCOUNTS_TABLE },
    enterDistrict,
  ),
  settings: new NotificationSettings(dynamo, env.LOGINS_TABLE, enterDistrict),
  outbox: reports,
  digests: new WaitingNotices(dynamo, env.REPORTS_TABLE),
  ledger: new MailLedger(reports),
  events: makeEvents('hear-mail'),
}).use(traced());
