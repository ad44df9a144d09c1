import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { putManifest, putPartition } from '../../shared/roster/committed-state.ts';
import { byId } from '../../shared/roster/compare.ts';
import { type PartitionState, partitionOf, type StateLine } from '../../shared/roster/state.ts';
import { FileObjects } from './file-objects.ts';
import { beside, count, type Finding, median } from './finding.ts';
import { district } from './plan-feed.ts';
import type { Served } from './provider-probe.ts';

const partitions = 64;
const allRows = 1_000_000;
/** Of the time of a page at the beginning. */
const mostRatio = 1.5;

/** All enrollments of a large district by OneRoster, 1,000 a page: is the last page as fast as the first, and memory flat? */
export async function provider(
  directory: string,
  { rows = allRows }: { rows?: number | undefined },
): Promise<Finding[]> {
  const objects = join(directory, 'objects');
  const manifest = await writeState(objects, rows);
  const script = join(import.meta.dirname, 'provider-probe.ts');
  const limits = ['--max-old-space-size=384', '--max-semi-space-size=8'];
  const { stdout } = await promisify(execFile)(process.execPath, [...limits, script, objects, manifest]);
  // Written by provider-probe.ts.
  const { firstEver, firstCpu, pages, memory, records, inOrder } = JSON.parse(stdout) as Served;
  const at = (part: number) => {
    const middle = Math.round(part * pages.length);
    return median(pages.slice(Math.max(0, middle - 20), Math.max(20, middle + 20)));
  };
  const begin = at(0);
  const page = (name: string, part: number) =>
    beside(`  a page of 1,000 ${name}`, `${at(part).toFixed(1)} ms`, at(part) / begin, mostRatio);
  const megabytes = memory.map((bytes) => Math.round(bytes / 1024 ** 2));
  const [first = 0, last = 0] = [megabytes[0], megabytes.at(-1)];
  return [
    {
      what: `first page ever of ${count(rows)} enrollments: sorted and stored`,
      measured: `${(firstEver / 1000).toFixed(1)} s, ${(firstCpu / 1000).toFixed(1)} s of processor time`,
      aim: '≤ 29 s',
      met: firstEver <= 29_000,
    },
    { what: '  a page of 1,000 at the beginning', measured: `${begin.toFixed(1)} ms` },
    page('in the middle', 0.5),
    page('at the end', 1),
    {
      what: '  every record once, in order',
      measured: `${count(records)} in ${count(pages.length)} pages`,
      aim: count(rows),
      met: records === rows && inOrder,
    },
    {
      what: '  memory of the process from the first page to the last',
      measured: `${first} MB, ${Math.max(...megabytes)} MB at most, ${last} MB`,
      aim: 'at most 1.2× the first',
      met: Math.max(...megabytes) <= first * 1.2,
    },
  ];
}

/** A committed state with enrollments and nothing else. Returns the key of its manifest. */
async function writeState(directory: string, rows: number): Promise<string> {
  const objects = await FileObjects.open(directory);
  const lines = Array.from({ length: partitions }, (): StateLine[] => []);
  for (let row = 0; row < rows; row++) {
    const id = `enrollment-${String((row * 7919) % rows).padStart(8, '0')}`;
    const json = JSON.stringify({
      ...{ sourcedId: id, classId: `class-${row % 40_000}`, schoolId: `school-${row % 200}` },
      ...{ userId: `user-${row % 150_000}`, role: row % 30 === 0 ? 'teacher' : 'student' },
      ...{ beginDate: '2026-08-01', endDate: '2027-07-01' },
    });
    lines[partitionOf(id, partitions)]?.push({
      ...{ status: 'active', changed: '2026-11-20T07:00:00.000Z' },
      ...{ id, json },
    });
  }
  const stored: PartitionState[] = [];
  for (const part of lines)
    stored.push(await putPartition(objects, district, 'enrollments', part.sort(byId)));
  return putManifest(objects, { district, derivation: '', kinds: { enrollments: stored } });
}
