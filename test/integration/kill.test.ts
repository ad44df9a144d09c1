import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { writeDistrict } from '../../cli/generate/write-district.ts';
import type { SyncView } from '../../shared/messages/syncs.ts';
import { Api } from '../builders/api.ts';

const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rolebook-kill-'));
const dataDir = join(directory, 'data');
let running: ChildProcess | undefined;

afterEach(async () => {
  if (running) await ended(running, 'SIGTERM');
  rmSync(directory, { recursive: true, force: true });
});

/** `npm start` in a process of its own, until it says where it listens. */
async function start(): Promise<Api> {
  const process = spawn('node', ['infra/local/start.ts', '--port', '0', '--data-dir', dataDir, '--no-demo'], {
    stdio: 'ignore',
  });
  running = process;
  rmSync(join(dataDir, 'local.json'), { force: true });
  for (let waited = 0; !existsSync(join(dataDir, 'local.json')); waited += 50) {
    expect(process.exitCode).toBeNull();
    expect(waited).toBeLessThan(60_000);
    await sleep(50);
  }
  const local = JSON.parse(readFileSync(join(dataDir, 'local.json'), 'utf8')) as {
    api: string;
    operator: { clientId: string; clientSecret: string };
  };
  return Api.signIn(local.api, local.operator);
}

async function ended(process: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const exit = new Promise((resolve) => process.once('exit', resolve));
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill(signal);
  await exit;
}

const stateOf = async (api: Api, syncId: string) =>
  (await api.ok<SyncView>('GET', `/v1/districts/north/syncs/${syncId}`)).state;

async function everybody(api: Api): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? '' : `&cursor=${cursor}`;
    const page = await api.ok<{ items: { sourcedId: string }[]; cursor?: string }>(
      'GET',
      `/v1/districts/north/users?limit=1000${more}`,
    );
    for (const { sourcedId } of page.items) ids.add(sourcedId);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return ids;
}

/** What a sync has written is seen by nobody before its commit. */
async function nobodySeen(api: Api, syncId: string): Promise<void> {
  const seen = (await everybody(api)).size;
  if ((await stateOf(api, syncId)) === 'applying') expect(seen).toBe(0);
}

test('a sync killed with everything else while it writes goes on after the restart, and nobody saw the half of it', async () => {
  const zip = join(directory, 'feed.zip');
  const { rows } = await writeDistrict({ students: 900, seed: 3 }, zip);
  let api = await start();
  await api.newDistrict('north');
  const syncId = await api.startSync('north', readFileSync(zip));
  while ((await stateOf(api, syncId)) !== 'applying') await sleep(20);
  await nobodySeen(api, syncId);
  if (running) await ended(running, 'SIGKILL');

  api = await start();
  await nobodySeen(api, syncId);
  const sync = await api.rested('north', syncId, 150_000);
  expect(sync.state).toBe('applied');
  expect(sync.counts.users?.created).toBe(rows['users.csv']);
  expect((await everybody(api)).size).toBe(rows['users.csv']);
  const again = await api.sync('north', readFileSync(zip));
  expect(again.counts.enrollments).toMatchObject({
    unchanged: rows['enrollments.csv'],
    created: 0,
    updated: 0,
  });
}, 240_000);
