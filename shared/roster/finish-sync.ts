import { sendChunks, startNext } from './drive-lane.ts';
import { abandon, commit, type Move, maxAttempts } from './lane.ts';
import { isOver, type Sync } from './sync.ts';
import type { Kept, SyncLedger, SyncQueues } from './sync-stores.ts';

export type FinishDeps = { ledger: SyncLedger; queues: SyncQueues; now(): string };

type At = { district: string; syncId: string };

/**
 * Commits a sync whose chunks are all done, in one transaction with the lane and what readers see; exactly one delivery
 * does. Every delivery, the late ones too, starts the lane's next sync, so a crash after the commit loses nothing.
 */
export async function finishSync(deps: FinishDeps, at: At): Promise<void> {
  const sync = await deps.ledger.sync(at.district, at.syncId);
  if (!sync) return;
  const { generation = 0, plan, state } = sync.value;
  if (state !== 'applying' && state !== 'finishing') {
    return startNext(deps.queues, (await deps.ledger.lane(at.district)).value);
  }
  const left = await deps.ledger.chunksLeft({ ...at, generation }, plan?.chunks ?? 0);
  if (left.length > 0) return;
  if (state === 'applying') {
    await deps.ledger.write({
      syncs: [{ ...sync, value: { ...sync.value, state: 'finishing', updatedAt: deps.now() } }],
    });
    return finishSync(deps, at);
  }
  await commitSync(deps, at, sync);
}

async function commitSync(deps: FinishDeps, at: At, sync: Kept<Sync>): Promise<void> {
  const lane = await deps.ledger.lane(at.district);
  if (lane.value.active?.syncId !== at.syncId) return;
  const now = deps.now();
  const ended: Sync = {
    ...sync.value,
    updatedAt: now,
    ...endOf(sync.value, now),
  };
  const move = commit(lane.value, ended);
  const moved = move.lane.committed.generation !== lane.value.committed.generation;
  const { manifest, mapping } = move.lane.committed;
  const { fedBy } = move.lane;
  const { generation = 0 } = sync.value;
  const done = await deps.ledger.write({
    lane: { value: move.lane, version: lane.version },
    syncs: [{ value: move.sync, version: sync.version }],
    ...(moved ? { head: { district: at.district, committed: move.lane.committed.generation } } : {}),
    ...(manifest === undefined
      ? {}
      : {
          commit: {
            ...at,
            at: now,
            generation,
            manifest,
            ...(fedBy === undefined ? {} : { fedBy }),
            ...(mapping === undefined ? {} : { mapping: mapping.version }),
          },
        }),
  });
  if (!done) return finishSync(deps, at);
  await startNext(deps.queues, move.lane);
}

/** A purge goes on with the plan that erases: it is applied once its items hold nothing any more. */
function endOf({ erase, hold }: Sync, now: string): Partial<Sync> & Pick<Sync, 'state'> {
  if (erase === 'due') return { state: 'queued', erase: 'running', attempts: 0 };
  return hold ? { state: 'held' } : { state: 'applied', finishedAt: now };
}

/** A sync that has not moved for this long has lost a message; milliseconds. */
export const standstillMs = 30_000;

/** Re-drives what a crash lost in one district's lane. Runs every minute; all it sends may be sent twice. */
export async function reconcileLane(deps: FinishDeps, district: string): Promise<void> {
  const lane = await deps.ledger.lane(district);
  const { active } = lane.value;
  if (!active) return startNext(deps.queues, lane.value);
  const sync = await deps.ledger.sync(district, active.syncId);
  if (!sync || !(await standsStill(deps, sync.value))) return;
  if (sync.value.attempts >= maxAttempts) {
    await fail(deps, abandon(lane.value, failed(sync.value, deps.now())), {
      lane: lane.version,
      sync: sync.version,
    });
    return;
  }
  const { state } = sync.value;
  if (isOver(state) || state === 'held') return;
  if (state === 'applying' || state === 'finishing') {
    const redriven: Sync = { ...sync.value, attempts: sync.value.attempts + 1, updatedAt: deps.now() };
    await deps.ledger.write({ syncs: [{ value: redriven, version: sync.version }] });
    return sendChunks(deps, sync.value);
  }
  const again: Sync = { ...sync.value, attempts: sync.value.attempts + 1, updatedAt: deps.now() };
  await deps.ledger.write({ syncs: [{ value: again, version: sync.version }] });
  await deps.queues.plan(district, active.syncId);
}

async function standsStill({ ledger, now }: FinishDeps, sync: Sync): Promise<boolean> {
  const { district, syncId, generation = 0, updatedAt } = sync;
  const moved = await ledger.movedAt({ district, syncId, generation });
  const last = moved !== undefined && moved > updatedAt ? moved : updatedAt;
  return Date.parse(now()) - Date.parse(last) >= standstillMs;
}

function failed(sync: Sync, now: string): Sync {
  return {
    ...sync,
    state: 'failed',
    failure:
      'The sync stood still and did not get on after several tries. What it had not committed is not visible; sync again.',
    finishedAt: now,
    updatedAt: now,
  };
}

async function fail(deps: FinishDeps, move: Move, versions: { lane: number; sync: number }): Promise<void> {
  const done = await deps.ledger.write({
    lane: { value: move.lane, version: versions.lane },
    syncs: [{ value: move.sync, version: versions.sync }],
  });
  if (done) await startNext(deps.queues, move.lane);
}
