import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { mappingRules } from '../../shared/roster/mapping-documents.ts';
import { makeDynamo, makeS3 } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessChanges } from '../../shared/store/access-changes.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { DistrictCatalogues } from '../../shared/store/district-catalogues.ts';
import { Holders } from '../../shared/store/holders.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { openKeptUpload } from '../../shared/store/kept-upload.ts';
import { S3Objects } from '../../shared/store/objects.ts';
import { PastDeeds } from '../../shared/store/past-deeds.ts';
import { RosterHistory } from '../../shared/store/roster-history.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { Uploads } from '../../shared/store/uploads.ts';
import { Env } from './env.ts';
import { makeFeedRows } from './feed-rows.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const s3 = makeS3(process.env);
const uploads = new Uploads(dynamo, env.SYNCS_TABLE);
const objects = new S3Objects(s3, env.STATE_BUCKET);
const tables = { access: env.ACCESS_TABLE, assignments: env.ASSIGNMENTS_TABLE, syncs: env.SYNCS_TABLE };
const documents = new CatalogueDocuments(dynamo, env.ACCESS_TABLE);
const now = () => new Date();

export const handler = makeHandler({
  access,
  changes: new AccessChanges(dynamo, tables),
  assignments: new Assignments(dynamo, tables),
  holders: new Holders(dynamo, env.ASSIGNMENTS_TABLE),
  pastDeeds: new PastDeeds(dynamo, env.ASSIGNMENTS_TABLE),
  history: new RosterHistory(dynamo, env.SYNCS_TABLE, objects),
  syncs: new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, () => now().toISOString()),
  feedRows: makeFeedRows({
    openKept: (sync) => openKeptUpload({ uploads, s3, bucket: env.FEEDS_BUCKET }, sync),
    // Of the ten seconds that the function has.
    milliseconds: 6_000,
  }),
  rulesOf: (district, version) => mappingRules(objects, district, version),
  shipped: shippedCatalogues,
  cataloguesOf: makeCataloguesOf(shippedCatalogues, documents),
  documents,
  districtCatalogues: new DistrictCatalogues(dynamo, tables),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-access', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
