import type { Sync, SyncState } from './api-types.ts';
import type { ApiClient } from './client.ts';
import { districtPath } from './connection.ts';
import { type ExitCode, exitCodes } from './failures.ts';
import { follow } from './follow.ts';

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

/** Follows a sync until it rests; `seen` gets every answer on the way. */
export async function watchSync(
  client: ApiClient,
  district: string,
  syncId: string,
  seen: (sync: Sync) => void,
): Promise<Sync> {
  return follow(() => client.get<Sync>(districtPath(district, 'syncs', syncId)), {
    isOver: ({ state }) => isResting(state),
    seen,
  });
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
