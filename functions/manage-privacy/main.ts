import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { ErasureMessage } from '../../shared/messages/privacy.ts';
import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { CertificateKeys } from '../../shared/store/certificates.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { Erasures } from '../../shared/store/erasures.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { KeptFacts } from '../../shared/store/kept-facts.ts';
import { S3Objects } from '../../shared/store/objects.ts';
import { findPerson } from '../../shared/store/people/kept-person.ts';
import { walkersOfPeople } from '../../shared/store/people/stores-of-people.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';
import { makePublish } from './publish.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const s3 = makeS3(process.env);
const tables = {
  roster: env.ROSTER_TABLE,
  access: env.ACCESS_TABLE,
  assignments: env.ASSIGNMENTS_TABLE,
  syncs: env.SYNCS_TABLE,
  tenants: env.TENANTS_TABLE,
  accounts: env.ACCOUNTS_TABLE,
  logins: env.LOGINS_TABLE,
  audit: env.AUDIT_TABLE,
  reports: env.REPORTS_TABLE,
};
const buckets = {
  feeds: env.FEEDS_BUCKET,
  state: env.STATE_BUCKET,
  pages: env.PAGES_BUCKET,
  exchange: env.EXCHANGE_BUCKET,
};
const now = () => new Date();
const iso = () => now().toISOString();
const access = new AccessStore(dynamo, tables.access);
const stores = {
  ledger: new DynamoSyncLedger(dynamo, { syncs: tables.syncs }, iso),
  objects: new S3Objects(s3, buckets.state),
  accounts: new Accounts(dynamo, tables),
};

export const handler = makeHandler({
  findPerson: (district, user) => findPerson(stores, district, user),
  walkers: walkersOfPeople({ dynamo, tables, s3, buckets, now: iso }),
  publish: makePublish(s3, buckets.pages),
  erasures: new Erasures(dynamo, tables.syncs),
  facts: new KeptFacts(dynamo, tables),
  keys: new CertificateKeys(dynamo, tables.tenants),
  queue: new DistrictQueue<ErasureMessage>(makeSqs(), env.ERASURES_QUEUE),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, tables.tenants),
  events: makeEvents('manage-privacy', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
