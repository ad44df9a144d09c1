import { ulid } from 'ulid';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import type { ErasureMessage } from '../../shared/messages/privacy.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { AuditSeals } from '../../shared/store/audit-seals.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { DynamoDueTimes } from '../../shared/store/due-times.ts';
import { Feeds } from '../../shared/store/feeds.ts';
import { dueShards } from '../../shared/store/keys.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { SqsSyncQueues } from '../../shared/store/sync-queues.ts';
import { Uploads } from '../../shared/store/uploads.ts';
import { makeCare } from './care.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const now = () => new Date().toISOString();
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const feeds = new Feeds(dynamo, env.SYNCS_TABLE);
const due = new DynamoDueTimes(dynamo, env.SYNCS_TABLE);
const sqs = makeSqs();
const chains = new AuditChains(dynamo, env.AUDIT_TABLE);
const s3 = makeS3(process.env);
const seals = new AuditSeals({ dynamo, s3, tenants: env.TENANTS_TABLE, bucket: env.SEALS_BUCKET }, chains);
const erasures = new DistrictQueue<ErasureMessage>(sqs, env.ERASURES_QUEUE);
const mails = new DistrictQueue<MailMessage>(sqs, env.MAILS_QUEUE);
const queues = new SqsSyncQueues(sqs, { plans: env.PLANS_QUEUE, pulls: env.PULLS_QUEUE });
const desk = {
  ledger: new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, now),
  queues,
  pulls: queues,
  now,
};

export const handler = makeHandler({
  shards: dueShards,
  dueIn: (shard, at) => due.due(shard, at),
  due,
  uploads: new Uploads(dynamo, env.SYNCS_TABLE),
  feed: async (district, feed) => (await feeds.find(district, feed))?.feed,
  timeZone: async (district) => (await access.district(district))?.timeZone,
  care: makeCare({
    ...desk,
    feeds,
    due,
    removalOf: async (district, feed) => (await feeds.find(district, feed))?.feed.removal,
    newId: () => ulid(),
    purgeOld: (district) => erasures.send({ kind: 'retention', district }),
    seal: (district) => seals.seal(district, new Date()),
  }),
  // Not before the slot is put away: what then comes to wait arms it anew.
  digest: ({ district, account, at }) =>
    mails.send({ kind: 'digest', district, account, at: new Date(at).toISOString() }, 15),
  ...desk,
  events: makeEvents('start-due-syncs'),
}).use(traced());
