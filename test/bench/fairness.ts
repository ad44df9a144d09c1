import { join } from 'node:path';
import { ApiClient } from '../../cli/client.ts';
import { writeFeed } from './bench-feed.ts';
import { beside, count, type Finding, median } from './finding.ts';
import { addDistrict, syncFeed, withLocalStack } from './local-stack.ts';

const smallRows = 2_000;
/** The requirement speaks of 2,000,000, which `--rows` can ask for. */
const largeRows = 100_000;
const rounds = 5;
/** Until two of each function are warm: measured is whose turn it is, not how long a bundle takes to load. */
const warmUps = 2;
const most = 2;

/** Milliseconds from the start of the upload until the sync was asked for, until it was claimed, and until it was applied. */
type Load = { uploading: number; waiting: number; working: number };
type Sample = { phase: string; load: Load };

/** A small district's first load through the whole local stack, alone and while a large one is loaded beside it. */
export async function fairness(
  directory: string,
  { rows = largeRows }: { rows?: number | undefined },
): Promise<Finding[]> {
  const small = await writeFeed(smallRows, join(directory, 'small'));
  const large = await writeFeed(rows, join(directory, 'large'));
  return withLocalStack(join(directory, 'data'), async ({ api, operator }) => {
    const client = new ApiClient(api, operator);
    const load = loader(client, small.folder);
    for (let round = 0; round < warmUps; round++) await Promise.all([load(), load()]);
    const alone: Load[] = [];
    for (let round = 0; round < rounds; round++) alone.push(await load());
    const from = performance.now();
    const samples = await whileLoading(client, large.folder, load);
    const seconds = (performance.now() - from) / 1000;
    for (let round = 0; round < rounds; round++) alone.push(await load());
    return findingsOf({ alone, samples, what: `${count(large.rows)} rows, ${Math.round(seconds)} s` });
  });
}

/** Loads one district after another with the same feed. */
function loader(client: ApiClient, folder: string): () => Promise<Load> {
  let last = 0;
  return async () => {
    const district = `small-${++last}`;
    await addDistrict(client, district);
    const from = Date.now(); // as the service's own clock
    const { createdAt, startedAt = '', finishedAt = '' } = await syncFeed(client, district, folder);
    return {
      uploading: Date.parse(createdAt) - from,
      waiting: Date.parse(startedAt) - Date.parse(createdAt),
      working: Date.parse(finishedAt) - Date.parse(startedAt),
    };
  };
}

/** A sample belongs to what the large sync was about when it began. */
async function whileLoading(client: ApiClient, folder: string, load: () => Promise<Load>): Promise<Sample[]> {
  await addDistrict(client, 'large');
  let phase = 'uploading';
  const large = syncFeed(client, 'large', folder, ({ state }) => {
    phase = state;
  });
  const samples: Sample[] = [];
  while (phase !== 'applied') {
    const began = phase;
    const done = await Promise.race([load(), large.then(() => undefined)]);
    if (done !== undefined) samples.push({ phase: began, load: done });
  }
  await large;
  return samples;
}

const sum = ({ uploading, waiting, working }: Load): number => uploading + waiting + working;
const medianOf = (loads: readonly Load[]): number => median(loads.map(sum));

function findingsOf({ alone, samples, what }: { alone: Load[]; samples: Sample[]; what: string }): Finding[] {
  const loads = samples.map(({ load }) => load);
  const within = Map.groupBy(samples, ({ phase }) => phase);
  const bare = medianOf(alone);
  return [
    {
      what: `a district of ${count(smallRows)} rows alone, from upload to applied`,
      measured: told(alone),
    },
    beside(`  beside one of ${what}`, told(loads), medianOf(loads) / bare, most),
    ...[...within].map(([phase, some]) => {
      const these = some.map(({ load }) => load);
      return beside(`    while that is ${phase}`, told(these), medianOf(these) / bare, most);
    }),
  ];
}

function told(loads: readonly Load[]): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  const part = (name: keyof Load) => `${seconds(median(loads.map((load) => load[name])))} ${name}`;
  const slowest = Math.max(...loads.map(sum));
  return `${seconds(medianOf(loads))} s (${part('uploading')}, ${part('waiting')}, ${part('working')}; slowest of ${loads.length} ${seconds(slowest)})`;
}
