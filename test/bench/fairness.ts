import { join } from 'node:path';
import { ApiClient } from '../../cli/client.ts';
import { writeFeed } from './bench-feed.ts';
import { beside, count, type Finding, median } from './finding.ts';
import { addDistrict, syncFeed, withLocalStack } from './local-stack.ts';

const smallRows = 2_000;
/** With an argument as many as it says; 2,000,000 take the better part of an hour. */
const largeRows = 100_000;
const rounds = 5;
/** Until two of each function are warm: measured is whose turn it is, not how long a bundle takes to load. */
const warmUps = 2;
const most = 2;

type Sample = { phase: string; ms: number };

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
    const alone: number[] = [];
    for (let round = 0; round < rounds; round++) alone.push(await load());
    const from = performance.now();
    const samples = await whileLoading(client, large.folder, load);
    const seconds = (performance.now() - from) / 1000;
    for (let round = 0; round < rounds; round++) alone.push(await load());
    return findingsOf({ alone, samples, what: `${count(large.rows)} rows, ${Math.round(seconds)} s` });
  });
}

/** Loads one district after another with the same feed; milliseconds from the start of the upload until it was applied. */
function loader(client: ApiClient, folder: string): () => Promise<number> {
  let last = 0;
  return async () => {
    const district = `small-${++last}`;
    await addDistrict(client, district);
    const from = Date.now(); // as the service's own clock
    const { finishedAt = '' } = await syncFeed(client, district, folder);
    return Date.parse(finishedAt) - from;
  };
}

/** A sample belongs to what the large sync was about when it began. */
async function whileLoading(
  client: ApiClient,
  folder: string,
  load: () => Promise<number>,
): Promise<Sample[]> {
  await addDistrict(client, 'large');
  let phase = 'uploading';
  const large = syncFeed(client, 'large', folder, ({ state }) => {
    phase = state;
  });
  const samples: Sample[] = [];
  while (phase !== 'applied') {
    const began = phase;
    const ms = await Promise.race([load(), large.then(() => undefined)]);
    if (ms !== undefined) samples.push({ phase: began, ms });
  }
  await large;
  return samples;
}

function findingsOf({
  alone,
  samples,
  what,
}: {
  alone: number[];
  samples: Sample[];
  what: string;
}): Finding[] {
  const bare = median(alone);
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  const times = samples.map(({ ms }) => ms);
  const phases = [...new Set(samples.map(({ phase }) => phase))];
  return [
    {
      what: `a district of ${count(smallRows)} rows alone, from upload to applied`,
      measured: `${seconds(bare)} s (${seconds(Math.min(...alone))} to ${seconds(Math.max(...alone))})`,
    },
    beside(
      `  beside one of ${what}`,
      `${seconds(median(times))} s (slowest ${seconds(Math.max(...times))}, ${times.length} times)`,
      median(times) / bare,
      most,
    ),
    ...phases.map((phase) => {
      const within = samples.filter((sample) => sample.phase === phase).map(({ ms }) => ms);
      return beside(
        `    while that is ${phase}`,
        `${seconds(median(within))} s (slowest ${seconds(Math.max(...within))}, ${within.length} times)`,
        median(within) / bare,
        most,
      );
    }),
  ];
}
