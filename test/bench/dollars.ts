import { join } from 'node:path';
import * as z from 'zod';
import { applyChunk, type ChunkRef } from '../../shared/roster/apply-chunk.ts';
import { finishSync } from '../../shared/roster/finish-sync.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import { DynamoRecordWriter } from '../../shared/store/record-writer.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { synthesized } from '../contract/template/synthesized.ts';
import { type BenchFeed, writeChangedFeed, writeFeed } from './bench-feed.ts';
import { countUnits } from './capacity.ts';
import { CountedFiles } from './counted-files.ts';
import { FileObjects } from './file-objects.ts';
import { count, type Finding, timed } from './finding.ts';
import { noQueues } from './load-district.ts';
import { district, now, planFeed } from './plan-feed.ts';
import { changesOf } from './planned-items.ts';
import { gigabyteSeconds, prices } from './prices.ts';
import { type BenchDynamo, makeTables, startBenchDynamo, type Tables } from './tables.ts';

const users = 50_000;
const rowsPerUser = 9.04;
const every = 100;
const extrapolated = [1_000_000, 50_000_000];
const million = 1_000_000;

/** What one nightly sync of a district costs at list prices, by the requests that it made. */
export async function dollars(directory: string): Promise<Finding[]> {
  const feed = await writeFeed(users * rowsPerUser, join(directory, 'feed'));
  const night = join(directory, 'night');
  const changedRows = await writeChangedFeed(feed, every, night);
  const engine = await startBenchDynamo(directory);
  try {
    const tables = await makeTables(engine.connect(), 'night');
    const at = { engine, tables, objects: join(directory, 'objects') };
    await commitUnwritten(at, feed);
    const used = await syncNight(at, night);
    return findingsOf(feed, changedRows, used);
  } finally {
    await engine.stop();
  }
}

/** Objects by their folder: each opening of it counts for itself. */
type Where = { engine: BenchDynamo; tables: Tables; objects: string };

/** The state that a first load leaves, without its half a million items: the night's sync reads none of them. */
async function commitUnwritten({ engine, tables, objects: folder }: Where, feed: BenchFeed): Promise<void> {
  const objects = await FileObjects.open(folder);
  const dynamo = engine.connect();
  const tenants = new Tenants(dynamo, tables);
  await tenants.createDistrict({
    ...{ id: district, name: 'Bench', timeZone: 'America/Chicago', schoolYear: 2027, createdAt: now() },
  });
  const ledger = new DynamoSyncLedger(dynamo, tables, now);
  const { chunks } = await planFeed({ ledger, objects }, 'first', feed.folder);
  for (const { generation, chunk } of chunks) {
    await ledger.chunkDone({ district, syncId: 'first', generation }, chunk, chunks.length);
  }
  await finishSync({ ledger, queues: noQueues, now }, { district, syncId: 'first' });
}

type Used = {
  changes: number;
  recordUnits: number;
  bookkeeping: { writeUnits: number; readUnits: number };
  s3: { puts: number; gets: number };
  sqsRequests: number;
  invocations: number;
  gigabyteSeconds: { plan: number; apply: number; finish: number };
};

async function syncNight(where: Where, folder: string): Promise<Used> {
  const { engine, tables } = where;
  const objects = await FileObjects.open(where.objects);
  const [books, writes] = [engine.connect(), engine.connect()];
  const [bookkeeping, records] = [countUnits(books), countUnits(writes)];
  const ledger = new DynamoSyncLedger(books, tables, now);
  const files = new CountedFiles();
  const planned = await planFeed({ ledger, objects }, 'night', folder, (at) => files.open(at));
  const { changes = 0, chunks = 0 } = planned.sync.plan ?? {};

  await writeBefore(where, planned.sync);
  const writer = new DynamoRecordWriter(writes, tables);
  const apply = (chunk: ChunkRef) =>
    applyChunk({ ledger, objects, records: writer, queues: noQueues }, chunk);
  let applyMs = 0;
  for (const chunk of planned.chunks) applyMs += (await timed(() => apply(chunk))).ms;
  const finish = await timed(() =>
    finishSync({ ledger, queues: noQueues, now }, { district, syncId: 'night' }),
  );

  const megabytes = memoryOfFunctions();
  return {
    changes,
    recordUnits: records().writeUnits,
    bookkeeping: bookkeeping(),
    s3: { puts: objects.puts + files.puts, gets: objects.gets + files.gets },
    // A plan, its chunks by ten, a finish; and each message is received and deleted alone.
    sqsRequests: 2 + Math.ceil(chunks / 10) + 2 * (chunks + 2),
    invocations: chunks + 2,
    gigabyteSeconds: {
      plan: gigabyteSeconds(planned.ms, megabytes('plan-sync')),
      apply: gigabyteSeconds(applyMs, megabytes('apply-changes')),
      finish: gigabyteSeconds(finish.ms, megabytes('finish-sync')),
    },
  };
}

/** Puts the items that the night will change as the load before has left them. */
async function writeBefore({ engine, tables, objects }: Where, sync: Sync): Promise<void> {
  const writer = new DynamoRecordWriter(engine.connect(), tables);
  const before = (await changesOf(sync, await FileObjects.open(objects))).flatMap(({ prev, ...change }) =>
    prev === undefined ? [] : [{ ...change, kind: 'create' as const, now: prev }],
  );
  await writer.write(district, before, { generation: 1, base: 0 });
}

/** As the templates declare it. */
function memoryOfFunctions(): (name: string) => number {
  const declared = synthesized();
  const Properties = z.object({ FunctionName: z.string().optional(), MemorySize: z.number().default(128) });
  const functions = declared
    .ofType('AWS::Lambda::Function')
    .map((resource) => declared.read(resource, Properties));
  return (name) =>
    functions.find(({ FunctionName }) => FunctionName?.endsWith(name))?.MemorySize ?? Number.NaN;
}

function findingsOf(feed: BenchFeed, changedRows: number, used: Used): Finding[] {
  const { recordUnits, bookkeeping, s3, sqsRequests, invocations, gigabyteSeconds: seconds } = used;
  const gigabytes = seconds.plan + seconds.apply + seconds.finish;
  const units = { write: recordUnits + bookkeeping.writeUnits, read: bookkeeping.readUnits };
  const parts = {
    dynamo: (units.write * prices.writeUnits + units.read * prices.readUnits) / million,
    s3: (s3.puts * prices.s3Puts + s3.gets * prices.s3Gets) / million,
    sqs: (sqsRequests * prices.sqsRequests) / million,
    lambda: (invocations * prices.invocations) / million + gigabytes * prices.gigabyteSecond,
  };
  const total = parts.dynamo + parts.s3 + parts.sqs + parts.lambda;
  const money = (amount: number) => `$${amount.toFixed(amount < 1 ? 5 : 2)}`;
  const gb = (number: number) => number.toFixed(1);
  return [
    {
      what: `a night of ${count(feed.users)} users, 1 % changed`,
      measured: `${count(changedRows)} of ${count(feed.rows)} rows, ${count(used.changes)} items written`,
    },
    {
      what: '  DynamoDB',
      measured: `${money(parts.dynamo)}: ${count(recordUnits)} write units for records, ${count(bookkeeping.writeUnits)} for the sync, ${count(units.read)} read units`,
    },
    { what: '  S3', measured: `${money(parts.s3)}: ${count(s3.puts)} PUT, ${count(s3.gets)} GET and HEAD` },
    { what: '  SQS', measured: `${money(parts.sqs)}: ${count(sqsRequests)} requests` },
    {
      what: '  Lambda, estimated from the time taken here',
      measured: `${money(parts.lambda)}: ${count(invocations)} calls, GB-s ${gb(seconds.plan)} planning, ${gb(seconds.apply)} applying, ${gb(seconds.finish)} committing`,
    },
    { what: `  all, ${count(feed.users)} users`, measured: `${money(total)} a night` },
    ...extrapolated.map((number) => ({
      what: `  extrapolated to ${count(number)} users in districts of that size`,
      measured: `${money((total * number) / feed.users)} a night`,
    })),
  ];
}
