import { join } from 'node:path';
import { openFeed } from '../../shared/feeds/open-feed.ts';
import { Aliases } from '../../shared/roster/aliases.ts';
import { readFeed } from '../../shared/roster/read-feed.ts';
import { ScratchDisk } from '../../shared/store/scratch-disk.ts';
import { diskFolder } from '../builders/feed-files.ts';
import { bareParse, barestParse } from './bare-parse.ts';
import { writeFeed } from './bench-feed.ts';
import { beside, count, type Finding, median, perSecond, timed } from './finding.ts';

const rows = 200_000;
const rounds = 4;

/** Reading, checking and normalising a feed beside the bare parser on the same files. */
export async function parse(directory: string): Promise<Finding[]> {
  const feed = await writeFeed(rows, join(directory, 'feed'));
  const [ours, bare, barest]: number[][] = [[], [], []];
  for (let round = 0; round <= rounds; round++) {
    const normalised = await timed(() => normalise(feed.folder));
    const plain = await timed(() => bareParse(feed.folder));
    const least = await timed(() => barestParse(feed.folder));
    if (normalised.result !== feed.rows)
      throw new Error(`${normalised.result} of ${feed.rows} rows were accepted`);
    if (round === 0) continue; // warms up all three
    ours?.push(normalised.ms);
    bare?.push(plain.ms);
    barest?.push(least.ms);
  }
  const speed = (times: number[] = []) => `${perSecond(feed.rows, median(times))} rows/s`;
  const ratioTo = (others: number[] = []) =>
    median(others.map((other, round) => (ours?.[round] ?? Number.NaN) / other));
  return [
    { what: `csv-parse alone, a stream of rows (${count(feed.rows)} rows)`, measured: speed(bare) },
    beside('parse and normalise beside it', speed(ours), ratioTo(bare), 2.5),
    beside('  beside csv-parse with rows thrown away unseen', speed(barest), ratioTo(barest)),
  ];
}

/** Rows that were accepted. */
export async function normalise(folder: string): Promise<number> {
  const workspace = await ScratchDisk.open();
  try {
    const reading = {
      workspace,
      aliases: new Aliases([]),
      problem: () => undefined,
      progress: () => undefined,
    };
    const { files } = await readFeed(await openFeed(diskFolder(folder)), {}, reading);
    return files.reduce((sum, { accepted }) => sum + accepted, 0);
  } finally {
    await workspace.dispose();
  }
}
