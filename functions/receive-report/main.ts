import type { CheckMessage } from '../../shared/messages/report-messages.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { accountNamed } from '../../shared/store/account-names.ts';
import { Bucket } from '../../shared/store/bucket.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { ExchangeObjects } from '../../shared/store/exchange-objects.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { ReportQuotas } from '../../shared/store/report-quotas.ts';
import { takeAway } from '../../shared/store/take-away.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);

const s3 = makeS3(process.env);
const shelf = new Bucket(s3, env.EXCHANGE_BUCKET);

export const handler = makeHandler({
  objects: new ExchangeObjects(s3, env.EXCHANGE_BUCKET),
  takeAway: (district, report) => takeAway(shelf, district, report),
  reports: new ReportLedger(dynamo, env.REPORTS_TABLE),
  quotas: new ReportQuotas(dynamo, env.REPORTS_TABLE, env.REPORT_QUOTA),
  accountNamed: (district, username) => accountNamed(dynamo, env.ACCESS_TABLE, { district, username }),
  checks: new DistrictQueue<CheckMessage>(makeSqs(), env.CHECKS_QUEUE),
  events: makeEvents('receive-report'),
});
