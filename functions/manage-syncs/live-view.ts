import type { SyncView } from '../../shared/messages/syncs.ts';
import { chunkSize } from '../../shared/roster/plan.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import type { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { type Seen, viewOf } from './views.ts';

/** Rows read, and once there is a plan to apply, changes written: a chunk at a time. */
async function seen(ledger: DynamoSyncLedger, sync: Sync): Promise<Seen | undefined> {
  const { district, syncId, generation = 0, plan, state, startedAt, updatedAt } = sync;
  if (plan && (state === 'applying' || state === 'finishing')) {
    const left = await ledger.chunksLeft({ district, syncId, generation }, plan.chunks);
    const done = Math.max(0, plan.changes - left.length * chunkSize);
    return { done, total: plan.changes, unit: 'changes', since: updatedAt };
  }
  const rows = await ledger.progressOf(sync);
  return rows && { ...rows, since: startedAt ?? updatedAt };
}

export type ViewOfSync = (sync: Sync) => Promise<SyncView>;

export function makeView({ ledger, now }: { ledger: DynamoSyncLedger; now(): string }): ViewOfSync {
  return async (sync) => viewOf(sync, await seen(ledger, sync), new Date(now()));
}
