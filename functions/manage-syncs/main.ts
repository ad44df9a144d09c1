import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { ChangeLog } from '../../shared/store/change-log.ts';
import { DynamoDueTimes } from '../../shared/store/due-times.ts';
import { Feeds } from '../../shared/store/feeds.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { S3Objects } from '../../shared/store/objects.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { SqsSyncQueues } from '../../shared/store/sync-queues.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { UploadFiles } from '../../shared/store/upload-files.ts';
import { isComplete, Uploads } from '../../shared/store/uploads.ts';
import { makeChanges } from './changes.ts';
import { makeDesk } from './desk.ts';
import { makeEditsDesk } from './edits-desk.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';
import { makeView } from './live-view.ts';
import { makeMappingDesk } from './mapping-desk.ts';
import { makeMatches } from './matches.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const s3 = makeS3(process.env);
const now = () => new Date();
const instant = () => now().toISOString();
const feeds = new Feeds(dynamo, env.SYNCS_TABLE);
const uploads = new Uploads(dynamo, env.SYNCS_TABLE);
const files = new UploadFiles(s3, env.FEEDS_BUCKET);

const tenants = new Tenants(dynamo, { tenants: env.TENANTS_TABLE });

const queues = new SqsSyncQueues(makeSqs(), { plans: env.PLANS_QUEUE, pulls: env.PULLS_QUEUE });

const desk = {
  ledger: new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, instant),
  queues,
  objects: new S3Objects(s3, env.STATE_BUCKET),
  now: instant,
};

export const handler = makeHandler({
  desk: makeDesk({
    ...desk,
    pulls: queues,
    uploads,
    due: new DynamoDueTimes(dynamo, env.SYNCS_TABLE),
    s3,
    bucket: env.STATE_BUCKET,
    removalOf: async (district, feed) => (await feeds.find(district, feed))?.feed.removal,
  }),
  changes: makeChanges({
    log: new ChangeLog(dynamo, env.SYNCS_TABLE, instant),
    committed: async (district) => (await desk.ledger.lane(district)).value.committed.manifest,
    objects: desk.objects,
    now: instant,
  }),
  mappings: makeMappingDesk({ ...desk, view: makeView(desk) }),
  edits: makeEditsDesk({ ...desk, view: makeView(desk) }),
  matches: makeMatches(desk),
  identities: desk,
  catalogues: shippedCatalogues,
  findFeed: async (district, feed) => (await feeds.find(district, feed))?.feed,
  findUpload: async (district, uploadId) => {
    const upload = await uploads.look(files, district, uploadId, now());
    return upload && { isWhole: isComplete(upload), feed: upload.feed };
  },
  newestUpload: async (district, feed) => (await uploads.newest(district, feed))?.uploadId,
  clientSince: async (clientId) => (await tenants.findClient(clientId))?.createdAt,
  decide: makeDecide({
    access: new AccessStore(dynamo, env.ACCESS_TABLE),
    catalogues: shippedCatalogues,
    now,
  }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-syncs', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
