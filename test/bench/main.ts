import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Finding, findingsTable } from './finding.ts';

const names = [
  'parse',
  'plan',
  'scaling',
  'load',
  'engines',
  'lambda',
  'ceiling',
  'check',
  'http',
  'fairness',
  'dollars',
  'memory',
  'provider',
  'sign-in',
  'audit',
  'reports',
  'formats',
];
const usage = `npm run bench -- [--json] [--rows <number>] [${names.join('] [')}]`;

type Report = { bench: string; seconds: number; findings: Finding[] };

/** Each bench in a process of its own, one after the other. A missed aim is told; only a bench that breaks fails. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, rows: { type: 'string' } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no bench ${unknown}.\n${usage}`);
  const chosen = positionals.length === 0 ? names : positionals;
  const directory = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rolebook-bench-'));
  const reports: Report[] = [];
  try {
    for (const bench of chosen) {
      const report = await run(bench, join(directory, bench), values.rows);
      reports.push(report);
      if (!values.json) console.log(`\n${bench} (${report.seconds} s)\n${findingsTable(report.findings)}`);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  if (values.json) {
    const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model };
    console.log(JSON.stringify({ machine, reports }, null, 2));
  }
}

/** `rows` of the largest feed, for benches that ask for it. */
async function run(bench: string, directory: string, rows: string | undefined): Promise<Report> {
  await mkdir(directory);
  const from = performance.now();
  const child = fork(
    join(import.meta.dirname, 'run-bench.ts'),
    [bench, directory, ...(rows === undefined ? [] : [rows])],
    {
      // What the functions log goes nowhere, and is still written: Lambda has them write it too.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, TMPDIR: directory },
    },
  );
  let findings: Finding[] | undefined;
  // Sent by run-bench.ts only.
  child.on('message', (message) => (findings = message as Finding[]));
  await once(child, 'exit');
  if (findings === undefined) throw new Error(`The bench ${bench} broke`);
  await rm(directory, { recursive: true, force: true });
  return { bench, seconds: Math.round((performance.now() - from) / 1000), findings };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
