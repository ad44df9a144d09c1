import { setTimeout as sleep } from 'node:timers/promises';
import { pullers } from '../../shared/feeds/pullers.ts';
import { makeDynamo, makeS3, makeSecrets, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { makeVendorHttp } from '../../shared/runtime/vendor-http.ts';
import { makeTransport } from '../../shared/runtime/vendor-transport.ts';
import { DynamoDueTimes } from '../../shared/store/due-times.ts';
import { Feeds } from '../../shared/store/feeds.ts';
import { ObjectWriter } from '../../shared/store/object-writer.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { SqsSyncQueues } from '../../shared/store/sync-queues.ts';
import { Uploads, uploadObjectKey } from '../../shared/store/uploads.ts';
import { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const s3 = makeS3(process.env);
const now = () => new Date().toISOString();
const feeds = new Feeds(dynamo, env.SYNCS_TABLE);
const secrets = new VendorSecrets(makeSecrets(), env.FEED_SECRETS);
const queues = new SqsSyncQueues(makeSqs(), { plans: env.PLANS_QUEUE, pulls: env.PULLS_QUEUE });
const loopback = process.env.ROLEBOOK_LOOPBACK_VENDORS === 'allowed';
const { send } = makeTransport({ loopback });
const client = {
  send,
  loopback,
  now: () => Date.now(),
  sleep: (ms: number) => sleep(ms),
  random: Math.random,
};

export const handler = makeHandler({
  ledger: new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, now),
  queues,
  pulls: queues,
  pullers,
  feed: async (district, feed) => (await feeds.find(district, feed))?.feed,
  secret: (district, feed, version) => secrets.get(district, feed, version),
  http: (origins, until) => makeVendorHttp({ ...client, origins, until }),
  write: ({ district, uploadId, fileName }) =>
    new ObjectWriter(s3, { bucket: env.FEEDS_BUCKET, key: uploadObjectKey(district, uploadId, fileName) }),
  uploads: new Uploads(dynamo, env.SYNCS_TABLE),
  due: new DynamoDueTimes(dynamo, env.SYNCS_TABLE),
  events: makeEvents('pull-feed'),
  now,
}).use(traced());
