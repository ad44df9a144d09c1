import type { BuildMessage, CheckMessage } from '../../shared/messages/report-messages.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { Bucket } from '../../shared/store/bucket.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { unfinishedShards } from '../../shared/store/keys.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { UnfinishedReports } from '../../shared/store/unfinished-reports.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const sqs = makeSqs();
const unfinished = new UnfinishedReports(dynamo, env.REPORTS_TABLE);

export const handler = makeHandler({
  shards: unfinishedShards,
  dueIn: (shard, at) => unfinished.due(shard, at),
  unfinished,
  reports: new ReportLedger(dynamo, env.REPORTS_TABLE),
  shelf: new Bucket(makeS3(process.env), env.EXCHANGE_BUCKET),
  checks: new DistrictQueue<CheckMessage>(sqs, env.CHECKS_QUEUE),
  builds: new DistrictQueue<BuildMessage>(sqs, env.BUILDS_QUEUE),
  now: () => new Date(),
  events: makeEvents('reconcile-reports'),
}).use(traced());
