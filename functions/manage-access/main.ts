import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { Holders } from '../../shared/store/holders.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo();
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const now = () => new Date();

export const handler = makeHandler({
  access,
  assignments: new Assignments(dynamo, { access: env.ACCESS_TABLE, assignments: env.ASSIGNMENTS_TABLE }),
  holders: new Holders(dynamo, env.ASSIGNMENTS_TABLE),
  catalogues: shippedCatalogues,
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-access'),
  now,
}).use(traced());
