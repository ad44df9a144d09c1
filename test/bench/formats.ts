import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { count, type Finding } from './finding.ts';
import type { Written } from './formats-probe.ts';

const mostMegabytes = 256;
/** As the function build-report has them. */
const heapLimits = ['--max-old-space-size=160', '--max-semi-space-size=8'];
/** As many rows as each format takes, in names of many scripts. */
const largest = [
  ['student-list', 'pdf', '2000'],
  ['student-list', 'pdf', '20000'],
  ['start-cards', 'pdf', '2000'],
  ['start-cards', 'pdf', '20000'],
  ['student-list', 'xlsx', '28000'],
] as const;

/** Laying out and writing alone, in a process each; what reading the people takes is told by `reports`. */
export async function formats(): Promise<Finding[]> {
  const script = join(import.meta.dirname, 'formats-probe.ts');
  const findings: Finding[] = [];
  for (const [kind, format, rows] of largest) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...heapLimits,
      script,
      kind,
      format,
      rows,
    ]);
    // Written by formats-probe.ts.
    const { peak, bytes, ms } = JSON.parse(stdout) as Written;
    const megabytes = Math.round(peak / 1024 ** 2);
    findings.push({
      what: `${kind} as ${format}, ${count(Number(rows))} rows`,
      aim: `≤ ${mostMegabytes} MB`,
      measured: `${megabytes} MB at most, ${(ms / 1000).toFixed(1)} s of processor time, ${(bytes / 1e6).toFixed(2)} MB written`,
      met: megabytes <= mostMegabytes,
    });
  }
  return findings;
}
