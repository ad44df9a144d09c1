import { makeDynamo, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { busyShards } from '../../shared/store/keys.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { SqsSyncQueues } from '../../shared/store/sync-queues.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const now = () => new Date().toISOString();
const ledger = new DynamoSyncLedger(makeDynamo(process.env), { syncs: env.SYNCS_TABLE }, now);

const queues = new SqsSyncQueues(makeSqs(), {
  plans: env.PLANS_QUEUE,
  changes: env.CHANGES_QUEUE,
  finishes: env.FINISHES_QUEUE,
  pulls: env.PULLS_QUEUE,
});

export const handler = makeHandler({
  ledger,
  queues,
  pulls: queues,
  shards: busyShards,
  busy: (shard) => ledger.busy(shard),
  now,
  events: makeEvents('reconcile-syncs'),
}).use(traced());
