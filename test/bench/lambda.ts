import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle, projectRoot } from '../../infra/bundle.ts';
import { beside, count, type Finding, median } from './finding.ts';

const name = 'evaluate-access';
const mostBytes = 200 * 1024;
const rounds = 9;

/** What a new instance of the function that answers checks brings along, and how long it takes before it can answer. */
export async function lambda(): Promise<Finding[]> {
  // Below the project: what stays outside resolves from it.
  const into = join(projectRoot, 'dist', 'bench');
  try {
    await bundle({ [`${name}/index`]: join(projectRoot, 'functions', name, 'main.ts') }, into);
    const file = join(into, name, 'index.mjs');
    const code = await readFile(file);
    return [
      {
        what: `the bundle of ${name}, beside the runtime's SDK`,
        aim: `≤ ${count(mostBytes)} bytes`,
        measured: `${count(code.length)} bytes, ${count(gzipSync(code).length)} zipped`,
        met: code.length <= mostBytes,
      },
      ...(await coldStart(file)),
    ];
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

/** From the start of a process until the module is loaded; a cold start on Lambda adds the making of the instance. */
async function coldStart(file: string): Promise<Finding[]> {
  const times: { ours: number; sdk: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push({ ours: await loading(file), sdk: await loading('@aws-sdk/lib-dynamodb') });
  }
  const ms = (of: readonly number[]) => `${median(of).toFixed(0)} ms`;
  return [
    { what: "Node and the runtime's SDK alone", measured: ms(times.map(({ sdk }) => sdk)) },
    beside(
      '  Node and the function, ready to answer',
      ms(times.map(({ ours }) => ours)),
      median(times.map(({ ours, sdk }) => ours / sdk)),
    ),
  ];
}

/** Milliseconds of a process that loads a module and ends. */
async function loading(module: string): Promise<number> {
  const script = `await import(${JSON.stringify(module)}); process.stderr.write(String(performance.now())); process.exit()`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      ACCESS_TABLE: 'a',
      ROSTER_TABLE: 'r',
      ASSIGNMENTS_TABLE: 's',
      TENANTS_TABLE: 't',
      POWERTOOLS_METRICS_NAMESPACE: 'Rolebook',
    },
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${module} did not load: ${said}`);
  return Number(said);
}
