import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { KeptFacts } from '../../shared/store/kept-facts.ts';
import { OwnFacts } from '../../shared/store/own-facts.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const tables = {
  access: env.ACCESS_TABLE,
  assignments: env.ASSIGNMENTS_TABLE,
  accounts: env.ACCOUNTS_TABLE,
  syncs: env.SYNCS_TABLE,
  tenants: env.TENANTS_TABLE,
};
const access = new AccessStore(dynamo, tables.access);
const now = () => new Date();

export const handler = makeHandler({
  accounts: new Accounts(dynamo, tables),
  facts: new KeptFacts(dynamo, tables),
  access,
  assignments: new Assignments(dynamo, tables),
  catalogues: shippedCatalogues,
  cataloguesOf: makeCataloguesOf(shippedCatalogues, new CatalogueDocuments(dynamo, tables.access)),
  ownFacts: new OwnFacts(dynamo, tables),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-accounts'),
  now,
}).use(traced());
