import { join } from 'node:path';
import { bareParse } from './bare-parse.ts';
import { type BenchFeed, writeChangedFeed, writeFeed } from './bench-feed.ts';
import { beside, count, type Finding, median, perSecond, timed } from './finding.ts';
import { mostMegabytes, probe } from './memory.ts';
import type { Probed } from './memory-probe.ts';

/** Of which 1,000,000 are enrollments. */
const everyRow = 1_348_000;
const rounds = 3;
const most = 2.5;

/**
 * Plans against the committed state of the same feed, unchanged and with one row in a thousand and in a hundred changed, each in a
 * process of its own with the heap limits of plan-sync.
 */
export async function plan(
  directory: string,
  { rows = everyRow }: { rows?: number | undefined },
): Promise<Finding[]> {
  const feed = await writeFeed(rows, join(directory, 'feed'));
  const objects = join(directory, 'objects');
  const first = await probe(feed.folder, objects);
  const again = (folder: string) => probe(folder, objects, first.manifest);

  const ratios: number[] = [];
  const unchanged: Probed[] = [];
  for (let round = 0; round < rounds; round++) {
    const bare = await timed(() => bareParse(feed.folder));
    const planned = await again(feed.folder);
    unchanged.push(planned);
    ratios.push(planned.ms / bare.ms);
  }
  return [
    {
      what: `plan of a first load (${count(feed.rows)} rows, ${count(feed.enrollments)} enrollments)`,
      measured: `${count(first.changes)} writes, ${perSecond(feed.rows, first.ms)} rows/s`,
    },
    ...findingsOf(unchanged, median(ratios)),
    ...(await changedFindings(directory, feed, again)),
  ];
}

function findingsOf(unchanged: readonly Probed[], ratio: number): Finding[] {
  const writes = unchanged.reduce((sum, { changes }) => sum + changes, 0);
  const megabytes = Math.round(Math.max(...unchanged.map(({ peak }) => peak)) / 1024 ** 2);
  return [
    beside(
      'plan of the unchanged feed beside csv-parse alone',
      `${(median(unchanged.map(({ ms }) => ms)) / 1000).toFixed(1)} s`,
      ratio,
      most,
    ),
    { what: '  its writes', aim: '0', measured: count(writes), met: writes === 0 },
    {
      what: '  its memory',
      aim: `≤ ${mostMegabytes} MB`,
      measured: `${megabytes} MB at most`,
      met: megabytes <= mostMegabytes,
    },
  ];
}

async function changedFindings(
  directory: string,
  feed: BenchFeed,
  again: (folder: string) => Promise<Probed>,
): Promise<Finding[]> {
  const perRow: number[] = [];
  const findings: Finding[] = [];
  for (const every of [1000, 100]) {
    const folder = join(directory, `changed-${every}`);
    const rows = await writeChangedFeed(feed, every, folder);
    const { changes, ms } = await again(folder);
    perRow.push(changes / rows);
    findings.push({
      what: `plan with ${100 / every} % of people and enrolments changed (${count(rows)} rows)`,
      measured: `${count(changes)} writes, ${(changes / rows).toFixed(2)} per changed row, ${(ms / 1000).toFixed(1)} s`,
    });
  }
  const [few = Number.NaN, many = Number.NaN] = perRow;
  return [
    ...findings,
    {
      what: '  writes grow with the change, not with the feed',
      aim: 'same per row ± 25 %',
      measured: `${few.toFixed(2)} and ${many.toFixed(2)} per changed row`,
      met: Math.abs(many / few - 1) <= 0.25,
    },
  ];
}
