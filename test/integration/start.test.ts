import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const dataDir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rolebook-start-'));
const announcement = join(dataDir, 'local.json');
const started: ChildProcess[] = [];

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

function start(): ChildProcess {
  const args = ['infra/local/start.ts', '--port', '0', '--data-dir', dataDir, '--no-demo'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  started.push(child);
  return child;
}

async function announced(
  child: ChildProcess,
  not?: string,
): Promise<{ api: string; operator: { clientSecret: string } }> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`It ended with status ${child.exitCode}`);
    const text = existsSync(announcement) ? readFileSync(announcement, 'utf8') : '';
    if (text !== '' && text !== not) return JSON.parse(text);
    await sleep(100);
  }
  throw new Error('Nothing was announced within 60 s');
}

/** Ids of processes that have our data directory in their command line. */
function processesOnDataDir(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataDir);
    } catch {
      return false; // ended meanwhile
    }
  });
}

async function nobodyIsLeft(): Promise<void> {
  for (let attempt = 0; attempt < 50 && processesOnDataDir().length > 0; attempt++) await sleep(100);
  expect(processesOnDataDir()).toEqual([]);
}

test('announces itself once everything listens, survives a kill, and stops cleanly', {
  timeout: 180_000,
}, async () => {
  const first = start();
  const before = await announced(first);
  expect((await fetch(`${before.api}/health`)).status).toBe(200);

  const text = readFileSync(announcement, 'utf8');
  const killed = once(first, 'exit');
  first.kill('SIGKILL');
  await killed;
  await nobodyIsLeft();

  const second = start();
  const after = await announced(second, text);
  expect((await fetch(`${after.api}/health`)).status).toBe(200);
  expect(after.operator).toEqual(before.operator);

  const stopped = once(second, 'exit');
  second.kill('SIGTERM');
  expect(await stopped).toEqual([0, null]);
  await nobodyIsLeft();
});

test('says what is wrong with its arguments', { timeout: 60_000 }, async () => {
  const child = spawn(
    process.execPath,
    ['infra/local/start.ts', '--port', '99999', '--data-dir', dataDir, '--no-demo'],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(said).toContain('--port 99999');
});
