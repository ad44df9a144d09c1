import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { makeDynamo, makeSqs } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { MailLedger } from '../../shared/store/mail-ledger.ts';
import { NotificationSettings } from '../../shared/store/notification-settings.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const reports = new ReportLedger(dynamo, env.REPORTS_TABLE);
const now = () => new Date();

export const handler = makeHandler({
  accounts: new SignInAccounts(
    dynamo,
    { access: env.ACCESS_TABLE, accounts: env.ACCOUNTS_TABLE },
    enterDistrict,
  ),
  timeZone: async (district) => (await access.district(district))?.timeZone ?? 'UTC',
  settings: new NotificationSettings(dynamo, env.LOGINS_TABLE, enterDistrict),
  reports,
  ledger: new MailLedger(reports),
  mails: new DistrictQueue<MailMessage>(makeSqs(), env.MAILS_QUEUE),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-notices', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
