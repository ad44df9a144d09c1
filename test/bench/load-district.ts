import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { applyChunk } from '../../shared/roster/apply-chunk.ts';
import { finishSync } from '../../shared/roster/finish-sync.ts';
import type { Change } from '../../shared/roster/plan.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import type { RecordWriter } from '../../shared/roster/sync-stores.ts';
import { DynamoRecordWriter } from '../../shared/store/record-writer.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import type { FileObjects } from './file-objects.ts';
import { timed } from './finding.ts';
import { district, now, planFeed } from './plan-feed.ts';
import type { Tables } from './tables.ts';

/** Deliveries of chunks that run at once; each writes eight batches at once. */
export const chunksAtOnce = 2;

/** Nothing is sent: the next step is called. */
export const noQueues = { plan: async () => {}, chunks: async () => {}, finish: async () => {} };

export type Load = { sync: Sync; planMs: number; applyMs: number; finishMs: number };

type Where = {
  dynamo: DynamoDBDocumentClient;
  tables: Tables;
  objects: FileObjects;
  /** Writes the changes of this table alone. */
  only?: Change['table'];
  /** Another client for all but the records, to count what it costs. */
  bookkeeping?: DynamoDBDocumentClient;
};

/** A first load by the functions' own code on DynamoDB, with files in place of S3 and no queues between the steps. */
export async function loadDistrict(where: Where, folder: string): Promise<Load> {
  const { dynamo, tables, objects, only, bookkeeping = dynamo } = where;
  const tenants = new Tenants(dynamo, tables);
  await tenants.createDistrict({
    id: district,
    name: 'Bench',
    timeZone: 'America/Chicago',
    schoolYear: 2027,
    createdAt: now(),
  });
  const ledger = new DynamoSyncLedger(bookkeeping, tables, now);
  const planned = await planFeed({ ledger, objects }, 'first', folder);
  const all = new DynamoRecordWriter(dynamo, tables);
  const records: RecordWriter = {
    write: (to, changes, at) =>
      all.write(to, only === undefined ? changes : changes.filter(({ table }) => table === only), at),
  };
  const waiting = [...planned.chunks];
  const applied = await timed(() =>
    Promise.all(
      Array.from({ length: chunksAtOnce }, async () => {
        for (let chunk = waiting.shift(); chunk; chunk = waiting.shift()) {
          await applyChunk({ ledger, objects, records, queues: noQueues }, chunk);
        }
      }),
    ),
  );
  const finished = await timed(() =>
    finishSync({ ledger, queues: noQueues, now }, { district, syncId: 'first' }),
  );
  const sync = (await ledger.sync(district, 'first'))?.value;
  if (sync?.state !== 'applied') throw new Error(`The first load ended ${sync?.state}`);
  return { sync, planMs: planned.ms, applyMs: applied.ms, finishMs: finished.ms };
}
