import type { ErasureMessage } from '../../shared/messages/privacy.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { archiveReports } from '../../shared/store/archive-reports.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { CertificateKeys } from '../../shared/store/certificates.ts';
import { Commits } from '../../shared/store/commits.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { Erasures } from '../../shared/store/erasures.ts';
import { expireDetails } from '../../shared/store/expired-details.ts';
import { walkersOfPeople } from '../../shared/store/people/stores-of-people.ts';
import { purgeOld } from '../../shared/store/purge-old.ts';
import { recountUsage } from '../../shared/store/recount-usage.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { ReportUsage } from '../../shared/store/report-usage.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { SqsSyncQueues } from '../../shared/store/sync-queues.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const s3 = makeS3(process.env);
const sqs = makeSqs();
const tables = {
  roster: env.ROSTER_TABLE,
  access: env.ACCESS_TABLE,
  assignments: env.ASSIGNMENTS_TABLE,
  syncs: env.SYNCS_TABLE,
  tenants: env.TENANTS_TABLE,
  accounts: env.ACCOUNTS_TABLE,
  logins: env.LOGINS_TABLE,
  audit: env.AUDIT_TABLE,
  reports: env.REPORTS_TABLE,
};
const buckets = {
  feeds: env.FEEDS_BUCKET,
  state: env.STATE_BUCKET,
  pages: env.PAGES_BUCKET,
  exchange: env.EXCHANGE_BUCKET,
};
const now = () => new Date().toISOString();
const ledger = new DynamoSyncLedger(dynamo, { syncs: tables.syncs }, now);
const erasures = new Erasures(dynamo, tables.syncs);
const commits = new Commits(dynamo, tables.syncs);
const chains = new AuditChains(dynamo, tables.audit);
const expire = (district: string, before: string) =>
  expireDetails({ dynamo, tables, chains, now }, district, before);
const reports = new ReportLedger(dynamo, env.REPORTS_TABLE);
const usage = new ReportUsage(dynamo, env.REPORTS_TABLE);

export const handler = makeHandler({
  ledger,
  queues: new SqsSyncQueues(sqs, { plans: env.PLANS_QUEUE }),
  now,
  erasures,
  walkers: walkersOfPeople({ dynamo, tables, s3, buckets, now }),
  keys: new CertificateKeys(dynamo, tables.tenants),
  queue: new DistrictQueue<ErasureMessage>(sqs, env.ERASURES_QUEUE),
  async purgeOld(district) {
    await purgeOld({ s3, buckets, ledger, commits, erasures, expireDetails: expire, now }, district);
    await archiveReports({ reports, now }, district);
    await recountUsage({ reports, usage }, district);
  },
  events: makeEvents('erase-person'),
}).use(traced());
