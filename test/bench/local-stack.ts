import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sync } from '../../cli/api-types.ts';
import type { ApiClient, Credentials } from '../../cli/client.ts';
import { districtPath } from '../../cli/connection.ts';
import { watchSync } from '../../cli/syncs.ts';
import { uploadFeed } from '../../cli/upload.ts';

const readyWithinMs = 60_000;

/** As `local.json` says it. */
export type Local = { api: string; operator: Credentials };

/** Runs `npm start` in a process of its own while `use` works with it. */
export async function withLocalStack<T>(dataDir: string, use: (local: Local) => Promise<T>): Promise<T> {
  const stack = spawn(
    process.execPath,
    ['infra/local/start.ts', '--port', '0', '--no-demo', '--data-dir', dataDir],
    { cwd: join(import.meta.dirname, '../..'), stdio: 'ignore' },
  );
  try {
    return await use(await ready(stack, join(dataDir, 'local.json')));
  } finally {
    const ended = stack.exitCode === null ? once(stack, 'exit') : undefined;
    stack.kill('SIGTERM');
    await ended;
  }
}

async function ready(stack: ChildProcess, announcement: string): Promise<Local> {
  const deadline = performance.now() + readyWithinMs;
  while (!existsSync(announcement)) {
    if (stack.exitCode !== null || performance.now() > deadline)
      throw new Error('The local stack did not start');
    await sleep(50);
  }
  // Written by startLocal.
  return JSON.parse(readFileSync(announcement, 'utf8')) as Local;
}

/** A district with a feed `sis`. */
export async function addDistrict(client: ApiClient, id: string): Promise<void> {
  await client.post('/v1/districts', { id, name: 'Bench', timeZone: 'America/Chicago', schoolYear: 2027 });
  await client.put(districtPath(id, 'feeds', 'sis'), { format: 'oneroster-csv', source: 'upload' });
}

/** Uploads a folder of CSV files and waits until they are applied; `seen` gets the sync whenever it was looked at. */
export async function syncFeed(
  client: ApiClient,
  district: string,
  folder: string,
  seen: (sync: Sync) => void = () => {},
): Promise<Sync> {
  const upload = await uploadFeed({ client, district, feed: 'sis' }, folder);
  const path = districtPath(district, 'syncs');
  const { syncId } = await client.post<{ syncId: string }>(path, { feed: 'sis', upload });
  const sync = await watchSync(client, district, syncId, seen);
  if (sync.state !== 'applied') throw new Error(`The sync of ${district} ended ${sync.state}`);
  return sync;
}
