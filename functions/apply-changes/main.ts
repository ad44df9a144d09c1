import { makeDynamo, makeS3, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { S3Objects } from '../../shared/store/objects.ts';
import { DynamoRecordWriter } from '../../shared/store/record-writer.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { SqsSyncQueues } from '../../shared/store/sync-queues.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);

export const handler = makeHandler({
  ledger: new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, () => new Date().toISOString()),
  objects: new S3Objects(makeS3(process.env), env.STATE_BUCKET),
  records: new DynamoRecordWriter(dynamo, {
    roster: env.ROSTER_TABLE,
    access: env.ACCESS_TABLE,
    assignments: env.ASSIGNMENTS_TABLE,
    accounts: env.ACCOUNTS_TABLE,
    logins: env.LOGINS_TABLE,
    syncs: env.SYNCS_TABLE,
  }),
  queues: new SqsSyncQueues(makeSqs(), { finishes: env.FINISHES_QUEUE }),
  events: makeEvents('apply-changes'),
}).use(traced());
