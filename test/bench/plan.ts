import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newLane } from '../../shared/roster/lane.ts';
import { bareParse } from './bare-parse.ts';
import { writeChangedFeed, writeFeed } from './bench-feed.ts';
import { FileObjects } from './file-objects.ts';
import { beside, count, type Finding, median, perSecond, timed } from './finding.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { district, planFeed } from './plan-feed.ts';

const rows = 200_000;
const rounds = 3;

/** Plans against the committed state of the same feed, unchanged and with one row in a thousand and in a hundred changed. */
export async function plan(directory: string): Promise<Finding[]> {
  const feed = await writeFeed(rows, join(directory, 'feed'));
  const objects = await FileObjects.open(join(directory, 'objects'));
  const first = await planFeed(
    { ledger: new MemoryLedger(newLane(district)), objects },
    'first',
    feed.folder,
  );
  const manifest = first.sync.nextManifest ?? '';
  const again = (folder: string) =>
    planFeed({ ledger: MemoryLedger.after(district, manifest), objects }, 'again', folder);

  const ratios: number[] = [];
  const times: number[] = [];
  let writes = 0;
  for (let round = 0; round < rounds; round++) {
    const bare = await timed(() => bareParse(feed.folder));
    const unchanged = await again(feed.folder);
    writes += unchanged.sync.plan?.changes ?? Number.NaN;
    times.push(unchanged.ms);
    ratios.push(unchanged.ms / bare.ms);
  }
  const perRow: number[] = [];
  const changed: Finding[] = [];
  for (const every of [1000, 100]) {
    const folder = join(directory, `changed-${every}`);
    await mkdir(folder);
    const rowsChanged = await writeChangedFeed(feed, every, folder);
    const { sync, ms } = await again(folder);
    const { changes = Number.NaN } = sync.plan ?? {};
    perRow.push(changes / rowsChanged);
    const per = (changes / rowsChanged).toFixed(2);
    changed.push({
      what: `plan with ${100 / every} % of people and enrolments changed (${count(rowsChanged)} rows)`,
      measured: `${count(changes)} writes, ${per} per changed row, ${(ms / 1000).toFixed(1)} s`,
    });
  }
  const [few = Number.NaN, many = Number.NaN] = perRow;
  return [
    {
      what: `plan of a first load (${count(feed.rows)} rows)`,
      measured: `${count(first.sync.plan?.changes ?? 0)} writes, ${perSecond(feed.rows, first.ms)} rows/s`,
    },
    beside(
      'plan of the unchanged feed beside csv-parse alone',
      `${(median(times) / 1000).toFixed(1)} s`,
      median(ratios),
    ),
    { what: '  its writes', aim: '0', measured: count(writes), met: writes === 0 },
    ...changed,
    {
      what: '  writes grow with the change, not with the feed',
      aim: 'same per row ± 25 %',
      measured: `${few.toFixed(2)} and ${many.toFixed(2)} per changed row`,
      met: Math.abs(many / few - 1) <= 0.25,
    },
  ];
}
