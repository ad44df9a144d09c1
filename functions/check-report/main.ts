import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeScan } from '../../shared/runtime/clamd.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { dayIn, makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { DynamoDueTimes } from '../../shared/store/due-times.ts';
import { Feeds } from '../../shared/store/feeds.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { SqsSyncQueues } from '../../shared/store/sync-queues.ts';
import { Uploads } from '../../shared/store/uploads.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';
import { makeKeptReports } from './kept-reports.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const now = () => new Date();
const instant = () => now().toISOString();
const access = new AccessStore(dynamo, env.ACCESS_TABLE);

export const handler = makeHandler({
  reports: new ReportLedger(dynamo, env.REPORTS_TABLE),
  ...makeKeptReports(makeS3(process.env), { exchange: env.EXCHANGE_BUCKET, feeds: env.FEEDS_BUCKET }),
  scan: makeScan(env.CLAMD),
  feeds: new Feeds(dynamo, env.SYNCS_TABLE),
  uploads: new Uploads(dynamo, env.SYNCS_TABLE),
  due: new DynamoDueTimes(dynamo, env.SYNCS_TABLE),
  ledger: new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, instant),
  queues: new SqsSyncQueues(makeSqs(), { plans: env.PLANS_QUEUE }),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  today: async (district) => dayIn((await access.district(district))?.timeZone ?? 'UTC', now()),
  now: instant,
  events: makeEvents('check-report'),
}).use(traced());
