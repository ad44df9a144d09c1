import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newLane } from '../../shared/roster/lane.ts';
import { type BenchFeed, writeFeed } from './bench-feed.ts';
import { FileObjects } from './file-objects.ts';
import { count, type Finding, median, perSecond, timed } from './finding.ts';
import { loadDistrict } from './load-district.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { normalise } from './parse.ts';
import { district, planFeed } from './plan-feed.ts';
import { type BenchDynamo, makeTables, startBenchDynamo } from './tables.ts';

const smallest = 1_000;
/** 10,000,000 with an argument. */
const largest = 1_000_000;
const mostWritten = 100_000;
/** A step is repeated until about so many rows have gone by, so that short ones say something. */
const enoughRows = 20_000;

type Step = 'parse' | 'plan, first load' | 'plan, unchanged' | 'writes';
type Measured = { step: Step; rows: number; ms: number };

/** Rows a second of each step at ten times as many rows from step to step, and how much longer one row takes than before. */
export async function scaling(
  directory: string,
  { rows = largest }: { rows?: number | undefined },
): Promise<Finding[]> {
  const engine = await startBenchDynamo(directory);
  const measured: Measured[] = [];
  try {
    const warm = await writeFeed(smallest, join(directory, 'warm'));
    for (let round = 0; round < 5; round++) await measure(engine, join(directory, `warm-${round}`), warm);
    for (let size = smallest; size <= rows; size *= 10) {
      const at = join(directory, String(size));
      measured.push(...(await measure(engine, at, await writeFeed(size, join(at, 'feed')))));
      await rm(at, { recursive: true });
    }
  } finally {
    await engine.stop();
  }
  const steps = [...new Set(measured.map(({ step }) => step))];
  return steps.flatMap((step) => findingsOf(measured.filter((one) => one.step === step)));
}

async function measure(engine: BenchDynamo, directory: string, feed: BenchFeed): Promise<Measured[]> {
  const times = new Map<Step, number[]>();
  const note = (step: Step, ms: number) => times.set(step, [...(times.get(step) ?? []), ms]);
  for (let round = 0; round < Math.ceil(enoughRows / feed.rows); round++) {
    note('parse', (await timed(() => normalise(feed.folder))).ms);
    const objects = await FileObjects.open(join(directory, `objects-${round}`));
    const lane = newLane(district);
    const first = await planFeed({ ledger: new MemoryLedger(lane), objects }, 'first', feed.folder);
    note('plan, first load', first.ms);
    const ledger = MemoryLedger.after(district, first.sync.nextManifest ?? '');
    note('plan, unchanged', (await planFeed({ ledger, objects }, 'again', feed.folder)).ms);
  }
  if (feed.rows < 2 * mostWritten) note('writes', await writing(engine, directory, feed));
  return [...times].map(([step, ms]) => ({ step, rows: feed.rows, ms: median(ms) }));
}

async function writing(engine: BenchDynamo, directory: string, { folder }: BenchFeed): Promise<number> {
  const dynamo = engine.connect();
  const tables = await makeTables(dynamo, `scaling-${directory.split('/').at(-1)}`);
  const objects = await FileObjects.open(join(directory, 'written'));
  return (await loadDistrict({ dynamo, tables, objects }, folder)).applyMs;
}

function findingsOf(measured: readonly Measured[]): Finding[] {
  return measured.map(({ step, rows, ms }, index) => {
    const before = measured[index - 1];
    return {
      what: `${step}, ${count(rows)} rows`,
      measured: `${perSecond(rows, ms)} rows/s`,
      ...(before === undefined ? {} : { ratio: ms / rows / (before.ms / before.rows) }),
    };
  });
}
