import type { SyncView } from '../../shared/messages/syncs.ts';
import type { SyncPull } from '../../shared/roster/pulls.ts';
import { isOver, type Sync } from '../../shared/roster/sync.ts';

/** How far a sync has come; `since` is when the stage began that is counted, ISO 8601. */
export type Seen = { done: number; total: number; unit: string; since: string };

/** What is kept of a sync, as the API shows it. */
export function viewOf(sync: Sync, seen: Seen | undefined, now: Date): SyncView {
  const { hold, undoes, plan, approval, problems, guardReport, rejection, failure, startedAt, finishedAt } =
    sync;
  return {
    syncId: sync.syncId,
    kind: sync.kind,
    ...(sync.feed === undefined ? {} : { feed: sync.feed }),
    ...(sync.mapping === undefined ? {} : { mapping: sync.mapping }),
    ...(undoes === undefined ? {} : { undoes }),
    ...(sync.uploadId === undefined ? {} : { upload: sync.uploadId }),
    ...(sync.pull === undefined ? {} : { pull: pullOf(sync.pull) }),
    ...(sync.only === undefined ? {} : { only: sync.only }),
    dryRun: sync.dryRun,
    ...(sync.accept === undefined ? {} : { accept: sync.accept }),
    state: sync.state,
    ...(isPartApplied(sync) ? { partApplied: true } : {}),
    ...(hold ? { hold } : {}),
    progress: progressOf(sync, seen, now),
    counts: sync.counts ?? {},
    files: sync.files ?? [],
    ...(guardReport ? { guard: guardReport } : {}),
    ...(sync.roleTotals ? { roles: sync.roleTotals } : {}),
    ...(problems ? { problems: { errors: problems.errors, warnings: problems.warnings } } : {}),
    ...(rejection ? { rejection } : {}),
    ...(failure === undefined ? {} : { failure }),
    ...(plan ? { planHash: plan.hash } : {}),
    requestedBy: sync.requestedBy,
    ...(approval ? { approvedBy: approval.by } : {}),
    createdAt: sync.requestedAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}

function pullOf({ mode, objects, tries, unchanged }: SyncPull): SyncView['pull'] {
  return {
    tries,
    ...(mode === undefined ? {} : { mode }),
    ...(objects === undefined ? {} : { objects }),
    ...(unchanged === undefined ? {} : { unchanged }),
  };
}

/** It is not applied as a whole, but a part of it stands. */
function isPartApplied({ parts, plan, state }: Sync): boolean {
  return parts !== undefined && state !== 'applied' && (plan?.changes ?? 0) > 0;
}

/** Rows while the feed is read, changes while the plan is applied. */
function progressOf(sync: Sync, seen: Seen | undefined, now: Date): SyncView['progress'] {
  const done = seen?.done ?? 0;
  const total = seen && seen.total > 0 ? seen.total : undefined;
  const progress = { done, ...(total === undefined ? {} : { total }), unit: seen?.unit ?? 'rows' };
  if (isOver(sync.state) || seen === undefined || done === 0) return progress;
  const seconds = Math.max(0.001, (now.getTime() - Date.parse(seen.since)) / 1000);
  const rowsPerSecond = Math.round(done / seconds);
  const left =
    total === undefined || rowsPerSecond === 0 ? undefined : Math.ceil((total - done) / rowsPerSecond);
  return { ...progress, rowsPerSecond, ...(left === undefined ? {} : { etaSeconds: Math.max(0, left) }) };
}
