import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { DistrictCatalogues } from '../../shared/store/district-catalogues.ts';
import { Holders } from '../../shared/store/holders.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { OwnFacts } from '../../shared/store/own-facts.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo();
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const tables = { access: env.ACCESS_TABLE, assignments: env.ASSIGNMENTS_TABLE };
const documents = new CatalogueDocuments(dynamo, env.ACCESS_TABLE);
const now = () => new Date();

export const handler = makeHandler({
  access,
  assignments: new Assignments(dynamo, tables),
  holders: new Holders(dynamo, env.ASSIGNMENTS_TABLE),
  shipped: shippedCatalogues,
  cataloguesOf: makeCataloguesOf(shippedCatalogues, documents),
  documents,
  districtCatalogues: new DistrictCatalogues(dynamo, tables),
  ownFacts: new OwnFacts(dynamo, tables),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-access'),
  now,
}).use(traced());
