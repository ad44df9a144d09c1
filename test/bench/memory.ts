import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFeed } from './bench-feed.ts';
import { count, type Finding } from './finding.ts';
import type { Probed } from './memory-probe.ts';

const sizes = [20_000, 200_000, 2_000_000];
/** Megabytes. */
export const mostMegabytes = 512;
/**
 * Without a limit V8 lets garbage pile up as far as the machine's memory invites it to. These make it collect what can be
 * collected, so that the peak shows what the planner needs (docs/benchmarks.md).
 */
const heapLimits = ['--max-old-space-size=384', '--max-semi-space-size=8'];

/** The largest resident set of the planner, each time in a process of its own: a first load, then the same feed again. */
export async function memory(directory: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const size of sizes) {
    const at = join(directory, String(size));
    const feed = await writeFeed(size, join(at, 'feed'));
    const first = await probe(feed.folder, join(at, 'objects'));
    const again = await probe(feed.folder, join(at, 'objects'), first.manifest);
    await rm(at, { recursive: true });
    if (again.changes !== 0) throw new Error(`${again.changes} changes of an unchanged feed`);
    for (const [what, { peak, ms }] of [
      ['first load', first],
      ['unchanged', again],
    ] as const) {
      const megabytes = Math.round(peak / 1024 ** 2);
      findings.push({
        what: `plan, ${what}, ${count(feed.rows)} rows`,
        measured: `${megabytes} MB at most, ${(ms / 1000).toFixed(1)} s`,
        ...(size < 2_000_000 ? {} : { aim: `≤ ${mostMegabytes} MB`, met: megabytes <= mostMegabytes }),
      });
    }
  }
  return findings;
}

/** `memory-probe.ts` with the heap limits of plan-sync. */
export async function probe(...parameters: string[]): Promise<Probed> {
  const script = join(import.meta.dirname, 'memory-probe.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [...heapLimits, script, ...parameters]);
  // Written by memory-probe.ts.
  return JSON.parse(stdout) as Probed;
}
