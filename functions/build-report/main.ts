import { makeOurCatalogues } from '../../shared/access/district-catalogues.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo, makeS3 } from '../../shared/runtime/clients.ts';
import { dayIn } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { Bucket } from '../../shared/store/bucket.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { S3Objects } from '../../shared/store/objects.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const s3 = makeS3(process.env);
const now = () => new Date();
const syncs = new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, () => now().toISOString());
const tables = {
  access: env.ACCESS_TABLE,
  assignments: env.ASSIGNMENTS_TABLE,
  syncs: env.SYNCS_TABLE,
};

export const handler = makeHandler({
  access: new AccessStore(dynamo, env.ACCESS_TABLE),
  cataloguesOf: makeCataloguesOf(shippedCatalogues, new CatalogueDocuments(dynamo, env.ACCESS_TABLE)),
  ours: makeOurCatalogues(shippedCatalogues),
  dayIn: (timeZone) => dayIn(timeZone, now()),
  accounts: new Accounts(dynamo, {
    ...tables,
    accounts: env.ACCOUNTS_TABLE,
    tenants: env.TENANTS_TABLE,
    logins: env.LOGINS_TABLE,
  }),
  assignments: new Assignments(dynamo, tables),
  reports: new ReportLedger(dynamo, env.REPORTS_TABLE),
  lane: async (district) => (await syncs.lane(district)).value,
  syncs,
  objects: new S3Objects(s3, env.STATE_BUCKET),
  s3,
  exchange: env.EXCHANGE_BUCKET,
  shelf: new Bucket(s3, env.EXCHANGE_BUCKET),
  origin: env.ORIGIN,
  events: makeEvents('build-report'),
  now,
}).use(traced());
