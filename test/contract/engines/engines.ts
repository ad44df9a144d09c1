import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDynoxide } from '../../../infra/local/engines/dynoxide.ts';
import { startFauxqs } from '../../../infra/local/engines/fauxqs.ts';
import { freePort } from '../../../infra/local/engines/ports.ts';

export type UnderTest = { endpoint: string; stop: () => Promise<void> };

export type Candidate = {
  name: string;
  /** `undefined`: not on this machine. */
  start: (() => Promise<UnderTest>) | undefined;
};

export const dynamoEngines: Candidate[] = [
  { name: 'Dynoxide', start: () => inTemporary((directory) => startDynoxide(directory)) },
  { name: 'DynamoDB Local', start: dynamodbLocal() },
  { name: 'moto', start: moto() },
];

export const queueAndBucketEngines: Candidate[] = [
  { name: 'fauxqs', start: () => inTemporary((directory) => startFauxqs(directory, () => undefined)) },
  { name: 'moto', start: moto() },
];

async function inTemporary(start: (directory: string) => Promise<UnderTest>): Promise<UnderTest> {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rolebook-engine-'));
  const engine = await start(directory);
  return {
    endpoint: engine.endpoint,
    stop: async () => {
      await engine.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Amazon's own, from where `.ci/install-engines` put it. Needs Java. */
function dynamodbLocal(): Candidate['start'] {
  const directory = process.env.ROLEBOOK_DYNAMODB_LOCAL;
  if (directory === undefined || !existsSync(join(directory, 'DynamoDBLocal.jar'))) return undefined;
  const libraries = join(directory, 'DynamoDBLocal_lib');
  return () =>
    run('java', (port) => [
      `-Djava.library.path=${libraries}`,
      '-jar',
      join(directory, 'DynamoDBLocal.jar'),
      '-inMemory',
      '-port',
      port,
    ]);
}

function moto(): Candidate['start'] {
  const given = process.env.ROLEBOOK_MOTO;
  const found = [
    given ?? '',
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'moto_server')),
  ];
  const binary = found.find((path) => path !== '' && existsSync(path));
  return binary === undefined ? undefined : () => run(binary, (port) => ['-H', '127.0.0.1', '-p', port]);
}

async function run(command: string, args: (port: string) => string[]): Promise<UnderTest> {
  const port = await freePort();
  // DynamoDB Local leaves a file where it is started.
  const child = spawn(command, args(String(port)), { stdio: 'ignore', cwd: tmpdir() });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 300; attempt++) {
    const answers = await fetch(endpoint, { signal: AbortSignal.timeout(1000) }).then(
      () => true,
      () => false,
    );
    if (answers) {
      return {
        endpoint,
        stop: async () => {
          const exited = once(child, 'exit');
          child.kill('SIGKILL');
          await exited;
        },
      };
    }
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`${command} did not answer within 30 s`);
}
