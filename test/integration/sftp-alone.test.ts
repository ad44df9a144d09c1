import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { afterEach, test as anyTest, beforeEach, expect } from 'vitest';
import { password } from '../builders/sftp-alone.ts';
import { hasOpenSsh, SftpClient } from '../builders/sftp-client.ts';
import { until } from '../builders/until.ts';

/** OpenSSH's own client against a process that does nothing but serve SFTP before the local S3. */

const test = anyTest.skipIf(!hasOpenSsh || !existsSync('/proc/self/status'));
const megabyte = 1024 * 1024;
/** Above what the process has when it is idle: far less than the file. */
const mostGrowth = 160 * megabyte;
const fileMegabytes = 500;
const by = { password };

let directory: string;
let client: SftpClient;
let serving: ChildProcess;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sftp-alone-'));
  mkdirSync(join(directory, 'data'));
  client = new SftpClient(await serve(0));
});

afterEach(async () => {
  await kill();
  client.remove();
  rmSync(directory, { recursive: true, force: true });
});

/** @returns the port */
async function serve(port: number): Promise<number> {
  const main = join(import.meta.dirname, '../builders/sftp-main.ts');
  const child = spawn(process.execPath, [main, join(directory, 'data'), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  serving = child;
  const [line] = await once(createInterface(child.stdout), 'line');
  return Number(line);
}

async function kill(): Promise<void> {
  if (serving.exitCode !== null || serving.signalCode !== null) return;
  const gone = once(serving, 'exit');
  serving.kill('SIGKILL');
  await gone;
}

/** Bytes, the most that were resident at once. */
function mostResident(): number {
  const status = readFileSync(`/proc/${serving.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** Random, and no two blocks alike. */
async function writeLarge(name: string, megabytes: number): Promise<void> {
  const file = await open(client.path(name), 'w');
  const block = randomBytes(megabyte);
  for (let at = 0; at < megabytes; at += 1) {
    block.writeUInt32BE(at, 0);
    await file.write(block);
  }
  await file.close();
}

async function digest(name: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(client.path(name)), sum);
  return sum.digest('hex');
}

test(`a file of ${fileMegabytes} MB comes and goes as it is, and is never in memory`, async () => {
  await writeLarge('large.bin', fileMegabytes);
  const idle = mostResident();
  const run = await client.run('ada', by, [
    'put large.bin upload/large.bin',
    'get upload/large.bin back.bin',
  ]);
  expect(run.status).toBe(0);
  expect(await digest('back.bin')).toBe(await digest('large.bin'));
  expect(mostResident() - idle).toBeLessThan(mostGrowth);
}, 300_000);

test('the server is killed in the midst of an upload: nobody sees a part of it, and its sender goes on', async () => {
  await writeLarge('long.bin', 24);
  const session = client.begin('ada', by, ['-l80000']);
  session.tell('put long.bin upload/long.bin');
  const uploads = join(directory, 'data/fauxqs/bodies/uploads');
  await until('a part of it has come', () => partsIn(uploads) > 0);
  await kill();
  await session.ended;

  await serve(client.port);
  expect((await client.run('ada', by, ['ls -la upload'])).out).not.toMatch(/long|filepart/);
  const { out } = await client.run('ada', by, ['ls -ln upload/long.bin']);
  const [, arrived] = /(\d+) +\w+ +\d+ +\S+ +upload\/long\.bin/.exec(out) ?? [];
  expect(Number(arrived)).toBeGreaterThanOrEqual(8 * megabyte);
  expect(Number(arrived)).toBeLessThan(24 * megabyte);
  const run = await client.run('ada', by, ['reput long.bin upload/long.bin', 'get upload/long.bin back.bin']);
  // What had come would have been refused if it had been sent again.
  expect(run.status).toBe(0);
  expect(await digest('back.bin')).toBe(await digest('long.bin'));
  expect((await client.run('ada', by, ['ls -la upload'])).out).not.toContain('filepart');
}, 60_000);

function partsIn(uploads: string): number {
  const ids = readdirSync(uploads);
  return ids.flatMap((id) => readdirSync(join(uploads, id)).filter((name) => name !== 'coming')).length;
}
