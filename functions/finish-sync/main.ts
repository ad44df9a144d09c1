import { makeDynamo, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { SqsSyncQueues } from '../../shared/store/sync-queues.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const now = () => new Date().toISOString();

export const handler = makeHandler({
  ledger: new DynamoSyncLedger(
    makeDynamo(process.env),
    { syncs: env.SYNCS_TABLE, access: env.ACCESS_TABLE },
    now,
  ),
  queues: new SqsSyncQueues(makeSqs(), { plans: env.PLANS_QUEUE }),
  now,
  events: makeEvents('finish-sync'),
}).use(traced());
