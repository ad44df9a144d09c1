import { type CareKind, isCare, isOver, type Sync } from './sync.ts';

/**
 * A district's lane: one sync at a time, in the order they were asked for. All changes of a lane and of the sync it moves
 * are the pure functions below; a ledger writes their result in one transaction, or not at all where either has changed
 * since it was read. Nothing else decides who may write.
 */
export type Lane = {
  district: string;
  /** The last generation given out. */
  generation: number;
  /** What readers see, and what the next plan compares with; derived by the shipped rules where no mapping is named. */
  committed: { generation: number; manifest?: string; mapping?: ActiveMapping };
  /** Rules that somebody has written; they do nothing. */
  draft?: MappingDraft;
  active?: { syncId: string; generation: number };
  queue: string[];
  /** The held sync that a newer one supersedes. */
  held?: string;
  /** Plans that were published and given up: the next plan writes every key of theirs again. */
  unfinished: { generation: number; prefix: string; chunks: number }[];
  /** The feed that this district's roster came from. */
  feed?: string;
  /** The sync that last brought it. */
  fedBy?: string;
  /** When the last purge and the last repair were asked for, ISO 8601. */
  looked?: Partial<Record<CareKind, string>>;
};

/** Rules of a mapping are named by their version, and stand where `mapping-documents.ts` puts them. Times are ISO 8601. */
export type MappingDraft = { version: string; savedAt: string; savedBy: string };
export type ActiveMapping = { version: string; activatedAt: string; activatedBy: string; syncId: string };

export type Move = { lane: Lane; sync: Sync };

export const maxQueued = 50;
export const maxAttempts = 6;

export function newLane(district: string): Lane {
  return { district, generation: 0, committed: { generation: 0 }, queue: [], unfinished: [] };
}

export function enqueue(lane: Lane, syncId: string): Lane {
  return { ...lane, queue: [...lane.queue, syncId] };
}

export type Claim =
  | { kind: 'claimed'; move: Move; supersedes?: string }
  /** Another sync holds the lane; it starts this one when it ends. */
  | { kind: 'wait' }
  | { kind: 'over' }
  /** It was planned already: its messages only have to be sent again. */
  | { kind: 'planned' };

/** Takes the lane for a sync, or goes on with the one it has: a redelivered message may claim again. */
export function claim(lane: Lane, sync: Sync, now: string): Claim {
  if (isOver(sync.state) || sync.state === 'held') return { kind: 'over' };
  if (lane.active && lane.active.syncId !== sync.syncId) return { kind: 'wait' };
  if (sync.state === 'applying' || sync.state === 'finishing') return { kind: 'planned' };
  if (!lane.active && lane.queue[0] !== sync.syncId) return { kind: 'wait' };
  const generation = lane.active?.generation ?? lane.generation + 1;
  const { held, ...rest } = lane;
  const supersedes = held !== undefined && held !== sync.syncId && !isCare(sync.kind);
  const move: Move = {
    lane: {
      ...(supersedes || held === sync.syncId ? rest : lane),
      generation,
      active: { syncId: sync.syncId, generation },
      queue: lane.queue.filter((queued) => queued !== sync.syncId),
    },
    sync: {
      ...sync,
      state: 'reading',
      generation,
      base: lane.committed.generation,
      claims: sync.claims + 1,
      startedAt: sync.startedAt ?? now,
      updatedAt: now,
    },
  };
  return supersedes ? { kind: 'claimed', move, supersedes: held } : { kind: 'claimed', move };
}

/** What waits for somebody, where it is not this sync. */
export function heldBeside({ held }: Lane, { syncId }: Pick<Sync, 'syncId'>): string | undefined {
  return held === syncId ? undefined : held;
}

/** Ends a sync that touched nothing: rejected, failed before its plan, a dry run, all removals held. */
export function release(lane: Lane, sync: Sync): Move {
  const { active: _, ...rest } = lane;
  return { lane: sync.state === 'held' ? { ...rest, held: sync.syncId } : rest, sync };
}

/** Gives up a sync wherever it stands; what its plan may have written is remembered for the next one. */
export function abandon(lane: Lane, sync: Sync): Move {
  const { active, held, ...rest } = lane;
  const mine = active?.syncId === sync.syncId;
  const published = mine && sync.plan !== undefined && sync.generation !== undefined ? sync.plan : undefined;
  return {
    lane: {
      ...rest,
      ...(active && !mine ? { active } : {}),
      ...(held !== undefined && held !== sync.syncId ? { held } : {}),
      queue: lane.queue.filter((queued) => queued !== sync.syncId),
      unfinished:
        published && published.chunks > 0
          ? [
              ...lane.unfinished,
              { generation: sync.generation ?? 0, prefix: published.prefix, chunks: published.chunks },
            ]
          : lane.unfinished,
    },
    sync,
  };
}

/** The commit: the sync's state becomes the district's, in one step, and so does its mapping. */
export function commit(lane: Lane, sync: Sync): Move {
  const { active: _, draft, ...rest } = lane;
  const wrote = (sync.plan?.chunks ?? 0) > 0;
  const mapping = mappingOf(sync) ?? lane.committed.mapping;
  return {
    lane: {
      ...rest,
      ...(draft === undefined || draft.version === sync.mapping ? {} : { draft }),
      ...(sync.feed === undefined ? {} : { feed: sync.feed, fedBy: sync.syncId }),
      committed: {
        // A plan without changes moves no reader.
        generation: wrote ? (sync.generation ?? lane.committed.generation) : lane.committed.generation,
        ...(sync.nextManifest === undefined ? {} : { manifest: sync.nextManifest }),
        ...(mapping === undefined ? {} : { mapping }),
      },
      unfinished: [],
      // Before any other: no id may be used again as long as items hold what its last owner left.
      ...(sync.state === 'queued' ? { queue: [sync.syncId, ...rest.queue] } : {}),
      ...(sync.state === 'held' ? { held: sync.syncId } : {}),
    },
    sync,
  };
}

function mappingOf({ mapping, approval, syncId, requestedBy, updatedAt }: Sync): ActiveMapping | undefined {
  if (mapping === undefined) return undefined;
  return { version: mapping, activatedAt: updatedAt, activatedBy: approval?.by ?? requestedBy, syncId };
}
