import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { RosterStore } from '../../shared/store/roster-store.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const now = () => new Date();

export const handler = makeHandler({
  head: (district) => access.district(district),
  personsOf: (district, ids) => access.persons(district, ids),
  roster: new RosterStore(dynamo, env.ROSTER_TABLE),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  events: makeEvents('read-roster', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
