import { makeDerivation } from '../../shared/access/derive.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { mappingRules } from '../../shared/roster/mapping-documents.ts';
import { chunkSize } from '../../shared/roster/plan.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { dayIn } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { S3Objects } from '../../shared/store/objects.ts';
import { ScratchDisk } from '../../shared/store/scratch-disk.ts';
import { DynamoStoredItems } from '../../shared/store/stored-items.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { SqsSyncQueues } from '../../shared/store/sync-queues.ts';
import { Uploads } from '../../shared/store/uploads.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';
import { openUpload } from './open-upload.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const s3 = makeS3(process.env);
const now = () => new Date().toISOString();
const objects = new S3Objects(s3, env.STATE_BUCKET);
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const cataloguesOf = makeCataloguesOf(shippedCatalogues, new CatalogueDocuments(dynamo, env.ACCESS_TABLE));
const uploads = new Uploads(dynamo, env.SYNCS_TABLE);

export const handler = makeHandler({
  ledger: new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, now),
  objects,
  stored: new DynamoStoredItems(dynamo, {
    roster: env.ROSTER_TABLE,
    access: env.ACCESS_TABLE,
    assignments: env.ASSIGNMENTS_TABLE,
  }),
  queues: new SqsSyncQueues(makeSqs(), {
    plans: env.PLANS_QUEUE,
    changes: env.CHANGES_QUEUE,
    finishes: env.FINISHES_QUEUE,
  }),
  derivation: async (district, mapping) => {
    const facts = await access.district(district);
    const catalogues = facts === undefined ? shippedCatalogues : await cataloguesOf(facts);
    return makeDerivation({ district, rules: await mappingRules(objects, district, mapping), catalogues });
  },
  dayOf: async (district, at) => dayIn((await access.district(district))?.timeZone ?? 'UTC', new Date(at)),
  openFeed: (sync) => openUpload({ uploads, s3, bucket: env.FEEDS_BUCKET }, sync),
  workspace: () => ScratchDisk.open(),
  chunkSize,
  now,
  events: makeEvents('plan-sync'),
}).use(traced());
