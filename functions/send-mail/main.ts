import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { sftpServerIn } from '../../shared/accounts/sftp-names.ts';
import { makeDynamo, makeSes } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { makeMailer } from '../../shared/runtime/mailer.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { DynamoDueTimes } from '../../shared/store/due-times.ts';
import { MailLedger } from '../../shared/store/mail-ledger.ts';
import { NotificationSettings } from '../../shared/store/notification-settings.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { makeNameOf } from '../../shared/store/roster-names.ts';
import { RosterStore } from '../../shared/store/roster-store.ts';
import { SentMails } from '../../shared/store/sent-mails.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { Tickets } from '../../shared/store/tickets.ts';
import { WaitingNotices } from '../../shared/store/waiting-notices.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';
import { sendDigest } from './send-digest.ts';
import { sendEvent } from './send-event.ts';
import { makeSftpOf } from './sftp-of.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const reports = new ReportLedger(dynamo, env.REPORTS_TABLE);
const now = () => new Date();
const decide = makeDecide({ access, catalogues: shippedCatalogues, now });

const common = {
  accounts: new SignInAccounts(
    dynamo,
    { tenants: env.TENANTS_TABLE, access: env.ACCESS_TABLE, accounts: env.ACCOUNTS_TABLE },
    enterDistrict,
  ),
  tenants: new Tenants(dynamo, { tenants: env.TENANTS_TABLE }),
  sent: new SentMails(dynamo, env.LOGINS_TABLE),
  mailer: makeMailer(makeSes(), { from: env.MAIL_FROM, settings: env.MAIL_SETTINGS }),
  events: makeEvents('send-mail'),
  origin: env.ORIGIN,
  now,
};
const notices = {
  ...common,
  outbox: reports,
  ledger: new MailLedger(reports),
  settings: new NotificationSettings(dynamo, env.LOGINS_TABLE, enterDistrict),
  waiting: new WaitingNotices(dynamo, env.REPORTS_TABLE),
  due: new DynamoDueTimes(dynamo, env.SYNCS_TABLE),
  decide,
  nameOf: makeNameOf({ access, roster: new RosterStore(dynamo, env.ROSTER_TABLE) }),
};

export const handler = makeHandler({
  ...common,
  sftpOf: makeSftpOf({ access, decide, server: sftpServerIn(env) }),
  tickets: new Tickets(dynamo, env.LOGINS_TABLE, enterDistrict),
  notices: {
    event: (message, messageId) => sendEvent(notices, message, messageId),
    digest: (message, messageId) => sendDigest(notices, message, messageId),
  },
}).use(traced());
