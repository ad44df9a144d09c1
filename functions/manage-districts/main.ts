import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo, makeS3, makeSecrets } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessChanges } from '../../shared/store/access-changes.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { Customers } from '../../shared/store/customers.ts';
import { DynamoDueTimes } from '../../shared/store/due-times.ts';
import { Feeds } from '../../shared/store/feeds.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { UploadFiles } from '../../shared/store/upload-files.ts';
import { Uploads } from '../../shared/store/uploads.ts';
import { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const now = () => new Date();
const ledger = new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, () => now().toISOString());

export const handler = makeHandler({
  tenants: new Tenants(dynamo, { tenants: env.TENANTS_TABLE, access: env.ACCESS_TABLE }),
  customers: new Customers(dynamo, env.TENANTS_TABLE),
  access,
  changes: new AccessChanges(dynamo, { access: env.ACCESS_TABLE, syncs: env.SYNCS_TABLE }),
  feeds: new Feeds(dynamo, env.SYNCS_TABLE, env.ACCESS_TABLE),
  secrets: new VendorSecrets(makeSecrets(), env.FEED_SECRETS),
  loopbackVendors: process.env.ROLEBOOK_LOOPBACK_VENDORS === 'allowed',
  lastPull: async (district, feed) => (await ledger.lane(district)).value.pulls?.[feed]?.last,
  due: new DynamoDueTimes(dynamo, env.SYNCS_TABLE),
  uploads: new Uploads(dynamo, env.SYNCS_TABLE),
  cataloguesOf: makeCataloguesOf(shippedCatalogues, new CatalogueDocuments(dynamo, env.ACCESS_TABLE)),
  files: new UploadFiles(makeS3(process.env), env.FEEDS_BUCKET),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-districts', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
