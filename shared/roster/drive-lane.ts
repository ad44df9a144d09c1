import type { Lane } from './lane.ts';
import type { Sync } from './sync.ts';
import type { SyncLedger, SyncQueues } from './sync-stores.ts';

/** Sends what the sync still waits for; sending again is harmless. */
export async function sendChunks(
  deps: { ledger: SyncLedger; queues: SyncQueues },
  sync: Sync,
): Promise<void> {
  const { district, syncId, generation = 0, plan: made } = sync;
  if (!made) return;
  const left = await deps.ledger.chunksLeft({ district, syncId, generation }, made.chunks);
  if (left.length === 0) return deps.queues.finish(district, syncId);
  await deps.queues.chunks({ district, syncId, generation, planHash: made.hash }, left);
}

export async function startNext(queues: SyncQueues, lane: Lane): Promise<void> {
  const [next] = lane.queue;
  if (!lane.active && next !== undefined) await queues.plan(lane.district, next);
}
