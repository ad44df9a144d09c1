import type { CommittedEdits } from './edits.ts';
import { type FeedPull, withoutMark, withoutRunning } from './pulls.ts';
import { type CareKind, isOver, type Sync } from './sync.ts';

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
  committed: { generation: number; manifest?: string; mapping?: ActiveMapping; edits?: CommittedEdits };
  /** Rules that somebody has written; they do nothing. */
  draft?: MappingDraft;
  /** How often somebody has asked for an edit, and the sync that was asked last; `expired`: the last day that was looked at. */
  editing?: { asked: number; syncId: string; expired?: string };
  active?: { syncId: string; generation: number };
  queue: string[];
  /** Syncs that are held, the oldest first: a newer one supersedes them, where it brings a roster or rules as a whole. */
  held?: string[];
  /** Plans that were published and given up: the next plan writes every key of theirs again. */
  unfinished: { generation: number; prefix: string; chunks: number }[];
  /** The first feed of the district: what its records come from, where nothing else is said of them. */
  feed?: string;
  /** The sync that last brought a feed. */
  fedBy?: string;
  /** By feed, of those that are pulled from APIs. */
  pulls?: Record<string, FeedPull>;
  /** Version of what people have said of ids of feeds; the next sync goes by it. */
  identities?: string;
  /** Digests of ids of people who were erased and are not to be read in again. */
  keptOut?: string[];
  /** When the last purge and the last repair were asked for, ISO 8601. */
  looked?: Partial<Record<CareKind, string>>;
};

/** Rules of a mapping are named by their version, and stand where `mapping-documents.ts` puts them. Times are ISO 8601. */
export type MappingDraft = { version: string; savedAt: string; savedBy: string };
export type ActiveMapping = { version: string; activatedAt: string; activatedBy: string; syncId: string };

export type Move = { lane: Lane; sync: Sync };

export const maxQueued = 50;
/** More than these do not fit into the transaction that supersedes them: the oldest go first. */
const maxHeld = 20;
export const maxAttempts = 6;

export function newLane(district: string): Lane {
  return { district, generation: 0, committed: { generation: 0 }, queue: [], unfinished: [] };
}

export function enqueue(lane: Lane, syncId: string): Lane {
  return { ...lane, queue: [...lane.queue, syncId] };
}

export type Claim =
  | { kind: 'claimed'; move: Move }
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
  const move: Move = {
    lane: {
      ...lane,
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
  return { kind: 'claimed', move };
}

/** Single entities of a feed leave the roster that of the feed before. */
export function bringsFeed({ kind, only }: Pick<Sync, 'kind' | 'only'>): boolean {
  return kind === 'feed' && only === undefined;
}

/** Whether it brings a roster or rules as a whole. */
function bringsWhole(sync: Sync): boolean {
  return bringsFeed(sync) || sync.kind === 'mapping' || sync.kind === 'rollback';
}

/**
 * Whether a sync that waits for an approval is of no use any more once a newer one has its plan. What brings single records or
 * corrections, or is but a look at a feed, supersedes nothing; the first two are not superseded. Of what waits, the oldest make room.
 */
export function isSupersededBy(newer: Sync, older: Sync, { held = [] }: Lane): boolean {
  const isOldest = held.indexOf(older.syncId) < held.length - maxHeld;
  const isLook = newer.kind === 'feed' && newer.dryRun;
  // Another feed of the district says nothing of what this one holds.
  const isOther = newer.feed !== undefined && older.feed !== undefined && newer.feed !== older.feed;
  const isPart = newer.changesOnly === true;
  return isOldest || (bringsWhole(older) && bringsWhole(newer) && !isLook && !isOther && !isPart);
}

export function withHeld({ held: _, ...lane }: Lane, held: string[]): Lane {
  return held.length === 0 ? lane : { ...lane, held };
}

/** Ends a sync that touched nothing: rejected, failed before its plan, a dry run, all removals held. */
export function release(lane: Lane, sync: Sync): Move {
  const { active: _, ...rest } = lane;
  return { lane: sync.state === 'held' ? rests(rest, sync) : rest, sync };
}

function rests(lane: Lane, { syncId }: Sync): Lane {
  return { ...lane, held: [...(lane.held ?? []), syncId] };
}

/** Gives up a sync wherever it stands; what its plan may have written is remembered for the next one. */
export function abandon(lane: Lane, sync: Sync): Move {
  const { active, ...rest } = withHeld(
    lane,
    (lane.held ?? []).filter((other) => other !== sync.syncId),
  );
  const mine = active?.syncId === sync.syncId;
  const published = mine && sync.plan !== undefined && sync.generation !== undefined ? sync.plan : undefined;
  return {
    lane: {
      ...rest,
      ...(active && !mine ? { active } : {}),
      queue: lane.queue.filter((queued) => queued !== sync.syncId),
      ...withoutPullOf(lane, sync),
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

/** The commit: the sync's state becomes the district's, in one step, and so do its mapping and its edits. */
export function commit(lane: Lane, sync: Sync): Move {
  const { active: _, draft, fedBy, ...rest } = sync.state === 'held' ? rests(lane, sync) : lane;
  const wrote = (sync.plan?.chunks ?? 0) > 0;
  const mapping = mappingAfter(lane, sync);
  const edits = sync.nextEdits ?? lane.committed.edits;
  const by = sync.restored?.feed ? sync.restored.feed.by : bringsFeed(sync) ? sync.syncId : fedBy;
  return {
    lane: {
      ...rest,
      ...(draft === undefined || draft.version === sync.mapping ? {} : { draft }),
      ...(sync.feed === undefined || lane.feed !== undefined ? {} : { feed: sync.feed }),
      ...(by === undefined ? {} : { fedBy: by }),
      committed: {
        // A plan without changes moves no reader.
        generation: wrote ? (sync.generation ?? lane.committed.generation) : lane.committed.generation,
        ...(sync.nextManifest === undefined ? {} : { manifest: sync.nextManifest }),
        ...(mapping === undefined ? {} : { mapping }),
        ...(edits === undefined ? {} : { edits }),
      },
      ...pullsAfter(lane, sync),
      unfinished: [],
      // Before any other: no id may be used again as long as items hold what its last owner left.
      ...(sync.state === 'queued' ? { queue: [sync.syncId, ...rest.queue] } : {}),
    },
    sync: { ...sync, ...partsAfter(lane, sync) },
  };
}

/** Whether somebody has to look after it: a sync has it or waits for it, or a pull is under way. */
export function isBusy({ active, queue, pulls = {} }: Lane): boolean {
  return (
    active !== undefined ||
    queue.length > 0 ||
    Object.values(pulls).some(({ running }) => running !== undefined)
  );
}

function withoutPullOf({ pulls = {} }: Lane, { feed, syncId, updatedAt: at }: Sync): Pick<Lane, 'pulls'> {
  const pull = feed === undefined ? undefined : pulls[feed];
  if (feed === undefined || pull?.running !== syncId) return {};
  const last = { syncId, at, state: 'failed', message: 'The pull was cancelled.' } as const;
  return { pulls: { ...pulls, [feed]: { ...withoutRunning(pull), last } } };
}

/** What was pulled counts once all of it is applied. A roster that came in another way is pulled as a whole next. */
function pullsAfter({ pulls }: Lane, sync: Sync): Pick<Lane, 'pulls'> {
  if (pulls === undefined) return {};
  if (sync.kind === 'rollback') {
    const all = Object.entries(pulls).map(([feed, pull]) => [feed, withoutMark(pull)]);
    return { pulls: Object.fromEntries(all) };
  }
  const before = sync.feed === undefined ? undefined : pulls[sync.feed];
  const isWhole = sync.pull === undefined || sync.state === 'applied';
  if (!bringsFeed(sync) || sync.feed === undefined || before === undefined || !isWhole) return {};
  // Changes that were pulled go on from what was committed then.
  const isOnTop = sync.pull?.mode !== 'delta' || before.mark !== undefined;
  const mark = isOnTop ? sync.pull?.mark : undefined;
  const after = { ...withoutMark(before), ...(mark === undefined ? {} : { mark }) };
  return { pulls: { ...pulls, [sync.feed]: after } };
}

/** No other sync commits while this one has the lane: its plan goes on from what is committed. */
function partsAfter({ committed }: Lane, { parts = [], nextManifest: made }: Sync): Pick<Sync, 'parts'> {
  if (made === undefined) return {};
  const base = committed.manifest === undefined ? {} : { base: committed.manifest };
  return { parts: [...parts, { ...base, made }] };
}

function mappingAfter({ committed }: Lane, sync: Sync): ActiveMapping | undefined {
  const { restored, approval, syncId, requestedBy, updatedAt } = sync;
  const version = sync.mapping ?? restored?.mapping?.version;
  // Back to the rules that are shipped: none are named.
  if (version === undefined) return restored?.mapping ? undefined : committed.mapping;
  return { version, activatedAt: updatedAt, activatedBy: approval?.by ?? requestedBy, syncId };
}
