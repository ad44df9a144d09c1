import { join } from 'node:path';
import { BatchExecuteStatementCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type BenchFeed, writeFeed } from './bench-feed.ts';
import { countUnits, type Spent } from './capacity.ts';
import { FileObjects } from './file-objects.ts';
import { beside, count, type Finding, median, perSecond, timed } from './finding.ts';
import { chunksAtOnce, loadDistrict } from './load-district.ts';
import { bytesOf, type Item, itemsOf, writeUnits } from './planned-items.ts';
import { makeTables, startBenchDynamo, type Tables } from './tables.ts';

const rows = 10_000;
const rounds = 4;
const most = 1.3;
/** As the function apply-changes: statements of one call, and calls at once of one chunk. */
const batchSize = 25;
const batchesAtOnce = 8;

/** A first load beside bare writes of the same items: the same statements, as many at once, on the same engine. */
export async function load(directory: string): Promise<Finding[]> {
  const feed = await writeFeed(rows, join(directory, 'feed'));
  const engine = await startBenchDynamo(directory);
  try {
    return await compare(directory, feed, engine.connect);
  } finally {
    await engine.stop();
  }
}

async function compare(
  directory: string,
  feed: BenchFeed,
  connect: () => DynamoDBDocumentClient,
): Promise<Finding[]> {
  const dynamo = connect();
  const bookkeeping = connect();
  const units = countUnits(bookkeeping);
  const objects = await FileObjects.open(join(directory, 'objects'));
  const first = await loadDistrict(
    { dynamo, bookkeeping, tables: await makeTables(dynamo, 'first'), objects },
    feed.folder,
  );
  const items = await itemsOf(first.sync, objects);
  const spent = units();
  await bareWrites(dynamo, await makeTables(dynamo, 'warm'), items);

  const seconds = {
    plan: [] as number[],
    apply: [] as number[],
    whole: [] as number[],
    bare: [] as number[],
  };
  for (let round = 0; round < rounds; round++) {
    const ours = async () => {
      const where = { dynamo, tables: await makeTables(dynamo, `ours-${round}`), objects };
      const { planMs, applyMs, finishMs } = await loadDistrict(where, feed.folder);
      seconds.plan.push(planMs);
      seconds.apply.push(applyMs);
      seconds.whole.push(planMs + applyMs + finishMs);
    };
    const bare = async () => {
      const tables = await makeTables(dynamo, `bare-${round}`);
      seconds.bare.push((await timed(() => bareWrites(dynamo, tables, items))).ms);
    };
    for (const step of round % 2 === 0 ? [ours, bare] : [bare, ours]) await step();
  }
  const ratio = (times: number[]) =>
    median(times.map((ms, round) => ms / (seconds.bare[round] ?? Number.NaN)));
  const speed = (times: number[]) =>
    `${(median(times) / 1000).toFixed(1)} s, ${perSecond(items.length, median(times))} items/s`;
  return [
    {
      what: `bare writes of the ${count(items.length)} items of ${count(feed.users)} people`,
      measured: speed(seconds.bare),
    },
    beside('writing the planned changes (apply-changes)', speed(seconds.apply), ratio(seconds.apply), most),
    beside('first load whole: read, plan, write, commit', speed(seconds.whole), ratio(seconds.whole), most),
    { what: '  of which reading and planning', measured: `${(median(seconds.plan) / 1000).toFixed(1)} s` },
    ...byPurpose(items, feed.users, spent),
  ];
}

async function bareWrites(
  dynamo: DynamoDBDocumentClient,
  tables: Tables,
  items: readonly Item[],
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const batch = items.slice(next, next + batchSize);
      next += batchSize;
      const answer = await dynamo.send(
        new BatchExecuteStatementCommand({
          Statements: batch.map((item) => insertOf(tables[item.table], item)),
        }),
      );
      if (answer.Responses?.some((response) => response.Error !== undefined))
        throw new Error('A write was refused');
    }
  };
  await Promise.all(Array.from({ length: chunksAtOnce * batchesAtOnce }, worker));
}

function insertOf(table: string, { attributes }: Item) {
  const names = Object.keys(attributes).map((name) => `'${name}': ?`);
  return {
    Statement: `INSERT INTO "${table}" VALUE {${names.join(', ')}}`,
    Parameters: Object.values(attributes),
  };
}

function byPurpose(items: readonly Item[], people: number, bookkeeping: Spent): Finding[] {
  const purposes = new Map<string, { items: number; units: number; bytes: number }>();
  for (const { table, entity, attributes } of items) {
    const purpose = table === 'assignments' ? 'assignments: who holds what' : `${table}: ${entity}`;
    const sum = purposes.get(purpose) ?? { items: 0, units: 0, bytes: 0 };
    sum.items++;
    sum.units += writeUnits(attributes);
    sum.bytes += bytesOf(attributes);
    purposes.set(purpose, sum);
  }
  const each = (number: number): string => (number / people).toFixed(3);
  const all = [...purposes.values()];
  const total = (pick: 'items' | 'units') => all.reduce((sum, purpose) => sum + purpose[pick], 0);
  return [
    {
      what: 'per person, all',
      measured: `${each(total('items') + bookkeeping.writes)} items, ${each(total('units') + bookkeeping.writeUnits)} write units`,
    },
    ...[...purposes].map(([purpose, { items: number, units, bytes }]) => ({
      what: `  ${purpose}`,
      measured: `${each(number)} items, ${each(units)} write units (${Math.round(bytes / number)} bytes each)`,
    })),
    {
      what: '  syncs: lane, progress, chunks done, heads',
      measured: `${each(bookkeeping.writes)} writes, ${each(bookkeeping.writeUnits)} write units`,
    },
  ];
}
