import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { CandidateStore } from '../../shared/store/candidates.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);

export const handler = makeHandler({
  access: new AccessStore(dynamo, env.ACCESS_TABLE),
  candidates: new CandidateStore(dynamo, { roster: env.ROSTER_TABLE, assignments: env.ASSIGNMENTS_TABLE }),
  cataloguesOf: makeCataloguesOf(shippedCatalogues, new CatalogueDocuments(dynamo, env.ACCESS_TABLE)),
  events: makeEvents('evaluate-access'),
  now: () => new Date(),
});
