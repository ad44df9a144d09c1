import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo, makeS3 } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { AuditSeals } from '../../shared/store/audit-seals.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const now = () => new Date();
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const chains = new AuditChains(dynamo, env.AUDIT_TABLE);
const s3 = makeS3(process.env);

export const handler = makeHandler({
  chains,
  seals: new AuditSeals({ dynamo, s3, tenants: env.TENANTS_TABLE, bucket: env.SEALS_BUCKET }, chains),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  events: makeEvents('read-audit', chains),
  now,
}).use(traced());
