import { setTimeout as sleep } from 'node:timers/promises';
import type { Sync, SyncState } from './api-types.ts';
import type { ApiClient } from './client.ts';
import { districtPath } from './connection.ts';
import { type ExitCode, exitCodes } from './failures.ts';

/** States in which nothing happens before a person or another feed does something. */
const restingStates: ReadonlySet<SyncState> = new Set([
  'held',
  'applied',
  'rejected',
  'failed',
  'cancelled',
  'superseded',
]);

export function isResting(state: SyncState): boolean {
  return restingStates.has(state);
}

const firstPoll = 150;
const slowestPoll = 2_000;

/** Follows a sync until it rests; `seen` gets every answer on the way. */
export async function watchSync(
  client: ApiClient,
  district: string,
  syncId: string,
  seen: (sync: Sync) => void,
): Promise<Sync> {
  for (let pause = firstPoll; ; pause = Math.min(pause * 1.3, slowestPoll)) {
    const sync = await client.get<Sync>(districtPath(district, 'syncs', syncId));
    seen(sync);
    if (isResting(sync.state)) return sync;
    await sleep(pause);
  }
}

export function hasProblems({ problems, counts }: Sync): boolean {
  const rejected = Object.values(counts).some((entity) => entity.rejected > 0);
  return rejected || (problems !== undefined && problems.errors + problems.warnings > 0);
}

export function exitCodeOf(sync: Sync): ExitCode {
  if (sync.state === 'held') return exitCodes.held;
  if (sync.state !== 'applied') return exitCodes.no;
  return hasProblems(sync) ? exitCodes.withProblems : exitCodes.done;
}
