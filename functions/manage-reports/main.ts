import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { BuildMessage } from '../../shared/messages/report-messages.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { ReportLinks } from '../../shared/store/report-links.ts';
import { ReportQuotas } from '../../shared/store/report-quotas.ts';
import { ReportUsage } from '../../shared/store/report-usage.ts';
import { makeNameOf } from '../../shared/store/roster-names.ts';
import { RosterStore } from '../../shared/store/roster-store.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { UploadFiles } from '../../shared/store/upload-files.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const now = () => new Date();
const accounts = new SignInAccounts(
  dynamo,
  { tenants: env.TENANTS_TABLE, access: env.ACCESS_TABLE, accounts: env.ACCOUNTS_TABLE },
  () => {},
);

export const handler = makeHandler({
  reports: new ReportLedger(dynamo, env.REPORTS_TABLE),
  quotas: new ReportQuotas(dynamo, env.REPORTS_TABLE, env.REPORT_QUOTA),
  usage: new ReportUsage(dynamo, env.REPORTS_TABLE),
  links: new ReportLinks(dynamo, env.REPORTS_TABLE),
  files: new UploadFiles(makeS3(process.env), env.EXCHANGE_BUCKET),
  access,
  isAccount: async (district, id) => (await accounts.find(district, id)) !== undefined,
  nameOf: makeNameOf({ access, roster: new RosterStore(dynamo, env.ROSTER_TABLE) }),
  builds: new DistrictQueue<BuildMessage>(makeSqs(), env.BUILDS_QUEUE),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-reports', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
