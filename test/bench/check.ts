import { fork } from 'node:child_process';
import { join } from 'node:path';
import { writeFeed } from './bench-feed.ts';
import type { Ask, Asked } from './check-asker.ts';
import { FileObjects } from './file-objects.ts';
import { beside, type Finding, median, perSecond } from './finding.ts';
import { loadDistrict } from './load-district.ts';
import { makeTables, startBenchDynamo } from './tables.ts';

const rows = 5_000;
const rounds = 12;
const checksPerRound = 200;
const most = 1.3;
/** Of the names of the tables. */
const prefix = 'check';

type Asker = { ask(what: Ask): Promise<Asked>; stop(): void };

/** A check through the whole handler beside one bare read of the same three items, each in a process of its own. */
export async function check(directory: string): Promise<Finding[]> {
  const feed = await writeFeed(rows, join(directory, 'feed'));
  const engine = await startBenchDynamo(directory);
  const askers: Asker[] = [];
  try {
    const dynamo = engine.connect();
    const tables = await makeTables(dynamo, prefix);
    const objects = await FileObjects.open(join(directory, 'objects'));
    await loadDistrict({ dynamo, tables, objects }, feed.folder);
    const start = async (kind: string): Promise<Asker> => {
      const asker = await startAsker(kind, engine.endpoint, prefix, feed.folder);
      askers.push(asker);
      return asker;
    };
    const [ours, bare] = [await start('handler'), await start('bare')];
    const alone = await compare(ours, bare, 1);
    const together = await compare(ours, bare, 8);
    return [...alone, ...together, ...(await costOf(await start('handler-counted')))];
  } finally {
    for (const asker of askers) asker.stop();
    await engine.stop();
  }
}

async function startAsker(...parameters: string[]): Promise<Asker> {
  const child = fork(join(import.meta.dirname, 'check-asker.ts'), parameters, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let answered: PromiseWithResolvers<unknown> | undefined;
  child.on('message', (message) => answered?.resolve(message));
  child.on('exit', () => answered?.reject(new Error('A process that asks has ended')));
  const answer = (): Promise<unknown> => {
    answered = Promise.withResolvers<unknown>();
    return answered.promise;
  };
  await answer();
  return {
    ask(what) {
      child.send(what);
      // Sent by check-asker.ts only.
      return answer() as Promise<Asked>;
    },
    stop() {
      child.kill();
    },
  };
}

async function compare(ours: Asker, bare: Asker, atOnce: number): Promise<Finding[]> {
  const times: { ours: number; bare: number }[] = [];
  const each = async (asker: Asker): Promise<number> =>
    (await asker.ask({ count: checksPerRound, atOnce })).ms / checksPerRound;
  for (let round = 0; round < rounds + 2; round++) {
    if (round % 2 === 0) times.push({ ours: await each(ours), bare: await each(bare) });
    else {
      const first = await each(bare);
      times.push({ ours: await each(ours), bare: first });
    }
  }
  const counted = times.slice(2); // the first two warm up
  const speed = (ms: number) => `${ms.toFixed(3)} ms each, ${perSecond(1, ms)}/s`;
  const how = atOnce === 1 ? 'one after the other' : `${atOnce} at a time`;
  return [
    {
      what: `bare BatchGet of three items, ${how}`,
      measured: speed(median(counted.map((time) => time.bare))),
    },
    beside(
      '  a check through the handler',
      speed(median(counted.map((time) => time.ours))),
      median(counted.map((time) => time.ours / time.bare)),
      most,
    ),
  ];
}

async function costOf(counted: Asker): Promise<Finding[]> {
  // The first batch that shows a new commit is read again: that is once per instance and commit, not per check.
  await counted.ask({ count: 1, atOnce: 1 });
  const before = await counted.ask({ count: 0, atOnce: 1 });
  const after = await counted.ask({ count: checksPerRound, atOnce: 1 });
  const requests = (after.requests - before.requests) / checksPerRound;
  const units = (after.readUnits - before.readUnits) / checksPerRound;
  return [
    {
      what: 'what a check asks of the table',
      measured: `${requests.toFixed(2)} requests, ${units.toFixed(2)} read units`,
    },
    { what: 'a million checks', measured: dollarsOf(units, after.ms / checksPerRound) },
  ];
}

/** List prices of us-east-1 in November 2026, in dollars: per million requests or read units, and per gigabyte-second of arm64. */
const prices = { httpApi: 1, lambdaRequests: 0.2, gigabyteSeconds: 0.000_013_333_4, readUnits: 0.125 };
/** What the function has in infra/stacks/api.ts. */
const gigabytes = 0.5;

/** Every check calls the authorizer too, which is given a millisecond; milliseconds are those of this machine. */
function dollarsOf(units: number, ms: number): string {
  const read = units * prices.readUnits;
  const called = prices.httpApi + 2 * prices.lambdaRequests;
  const ran = ((Math.ceil(ms) + 1) / 1000) * gigabytes * prices.gigabyteSeconds * 1e6;
  const all = read + called + ran;
  return `$${all.toFixed(2)}: $${read.toFixed(2)} reads, $${called.toFixed(2)} calls, $${ran.toFixed(2)} running`;
}
