import { FeedRejected } from '../errors.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { CommittedState, putManifest } from './committed-state.ts';
import { type Compared, type Comparing, compareFeed, settleRemovals } from './compare-feed.ts';
import { loadCover, tombstones } from './cover.ts';
import { type Derivation, deriveAccess } from './derive-access.ts';
import type { OpenFeed, Problem } from './feed-reading.ts';
import { guard } from './guard.ts';
import { overlap } from './overlap.ts';
import { headerKey, heldPrefix, type PlanHeader } from './plan.ts';
import type { ProblemWriter } from './problem-writer.ts';
import { readFeed, type Snapshot } from './read-feed.ts';
import { entities } from './records.ts';
import { type Manifest, sha256 } from './state.ts';
import type { Counts, PlanSummary, Sync } from './sync.ts';
import type { Objects, SyncLedger, Workspace } from './sync-stores.ts';

/** A feed, and which versions of the uploaded files it is. */
export type OpenUpload = { feed: OpenFeed; tags: string[] };

export type MakePlanDeps = {
  ledger: SyncLedger;
  objects: Objects;
  /** By the rules and role systems of one district. */
  derivation(district: string): Promise<Derivation>;
  /** @throws {FeedRejected} where the upload cannot be a feed. */
  openFeed(sync: Sync): Promise<OpenUpload>;
  /** Changes per chunk. */
  chunkSize: number;
  now(): string;
};

/** Milliseconds; well below what the reconciler takes for a standstill. */
const lifeEveryMs = 5_000;

/** What a finished plan does to its sync. */
export type Outcome = {
  summary: PlanSummary;
  manifest: string;
  patch: Pick<Sync, 'counts' | 'files' | 'format' | 'guardReport' | 'problems' | 'uploadTags'>;
  hold?: Sync['hold'];
  /** Whether any part is to be applied. */
  apply: boolean;
};

/** Reads the feed and makes the plan: everything in S3, nothing of it in force yet. */
export async function makePlan(
  deps: MakePlanDeps,
  sync: Sync,
  problems: ProblemWriter,
  workspace: Workspace,
): Promise<Outcome> {
  const { district, syncId } = sync;
  const lane = (await deps.ledger.lane(district)).value;
  if (lane.feed !== undefined && lane.feed !== sync.feed) throw otherFeed(lane.feed, sync.feed);
  const state = await CommittedState.open(deps.objects, district, lane.committed.manifest);
  const { feed, tags } = await deps.openFeed(sync);
  if (sync.approval && sync.uploadTags?.join() !== tags.join()) throw replaced();
  const before = Object.fromEntries(entities.map((entity) => [entity, state.partitions(entity)]));
  const snapshot = await readFeed(feed, before, {
    workspace,
    problem: (problem) => problems.add(problem),
    progress: (rows) => deps.ledger.progress({ district, syncId }, rows, 0, 'rows'),
  });
  for (const problem of removalsSkipped(snapshot)) await problems.add(problem);
  await problems.close();
  await overlap({ state, snapshot, workspace });
  await enterPlanning(deps, sync);
  const prefix = `plans/${district}/${syncId}/${sync.generation}-${sync.claims}`;
  const cover = await loadCover(deps.objects, lane);
  const covered = cover.size > 0;
  const chunks = new ChunkWriter(deps.objects, { prefix, size: deps.chunkSize }, cover);
  const heldBack = new ChunkWriter(
    deps.objects,
    { prefix: heldPrefix(prefix), size: deps.chunkSize },
    new Set(),
  );
  const run: Comparing = {
    district,
    state,
    snapshot,
    workspace,
    objects: deps.objects,
    chunks,
    held: heldBack,
    cover,
    alive: signsOfLife(deps, sync, snapshot),
  };
  const compared = await compareFeed(run);
  const report = guard(sync.guard, compared.removals);
  const held = report.breached && !approves(sync, compared);
  const removed = await settleRemovals(run, compared, held);
  const derivation = await deps.derivation(district);
  const kinds = await derived(derivation, run, compared, covered || removed > 0);
  await chunks.add(tombstones(cover));
  await chunks.close();
  await heldBack.close();
  const manifest = await putManifest(deps.objects, { district, derivation: derivation.version, kinds });
  const summary = await putHeader(deps, sync, { prefix, chunks, compared, held: heldBack });
  const dryRun = sync.dryRun && !approvesDryRun(sync, compared, summary);
  const holdAll = dryRun || (held && sync.guard.onBreach === 'hold-all');
  const remaining = (holdAll ? summary.changes : 0) + summary.held;
  return {
    summary,
    manifest,
    patch: {
      counts: mergedCounts(sync, compared),
      files: snapshot.files,
      format: feed.format,
      uploadTags: tags,
      guardReport: report,
      problems: { errors: problems.errors, warnings: problems.warnings, parts: problems.parts },
    },
    ...(dryRun || held
      ? { hold: { reason: held ? ('guard' as const) : ('dry-run' as const), remaining } }
      : {}),
    apply: !holdAll,
  };
}

/** At most one every few seconds, so that a plan over nothing new writes nothing for it. */
function signsOfLife(
  deps: MakePlanDeps,
  { district, syncId }: Sync,
  { files }: Snapshot,
): () => Promise<void> {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  let last = Date.parse(deps.now());
  return async () => {
    const now = Date.parse(deps.now());
    if (now - last < lifeEveryMs) return;
    last = now;
    await deps.ledger.progress({ district, syncId }, rows, rows, 'rows');
  };
}

/** What a full file can't take away, because some of its rows can't be told from what is missing. */
function removalsSkipped({ spills, complete }: Snapshot): Problem[] {
  return entities
    .filter((entity) => complete.has(entity) && spills[entity].nameless > 0)
    .map((entity) => ({
      file: `${entity}.csv`,
      column: 'sourcedId',
      code: 'removals-skipped',
      severity: 'warning',
      message: `${entity}.csv has rows without a readable sourcedId, so nothing that is missing from it was suspended.`,
      hint: 'Mend those rows; the next sync then suspends what the file no longer has.',
    }));
}

/** An approval is of the removals that were held, and no others. */
function approves({ approval }: Sync, { removalsDigest }: Compared): boolean {
  return approval?.heldDigest === removalsDigest;
}

/** A dry run is approved as the plan that was looked at; where removals were held, by those. */
function approvesDryRun(sync: Sync, compared: Compared, { hash }: PlanSummary): boolean {
  const { approval } = sync;
  return approval?.heldDigest === undefined ? approval?.planHash === hash : approves(sync, compared);
}

/** For whoever watches; losing the race to another delivery of the same message does no harm. */
async function enterPlanning(deps: MakePlanDeps, { district, syncId }: Sync): Promise<void> {
  const sync = await deps.ledger.sync(district, syncId);
  if (sync?.value.state !== 'reading') return;
  const planning: Sync = { ...sync.value, state: 'planning', updatedAt: deps.now() };
  await deps.ledger.write({ syncs: [{ value: planning, version: sync.version }] });
}

/** An approval goes on with the counts of the run it approves, where that one has applied the rest. */
function mergedCounts(sync: Sync, compared: Compared): Counts {
  if (!sync.approval || sync.dryRun || !sync.counts || sync.guard.onBreach === 'hold-all')
    return compared.counts;
  const counts = structuredClone(sync.counts);
  for (const entity of entities) counts[entity].suspended += compared.counts[entity].suspended;
  return counts;
}

async function derived(
  derivation: Derivation,
  run: Comparing,
  compared: Compared,
  anew: boolean,
): Promise<Manifest['kinds']> {
  const { kinds: old, derivation: version } = run.state.manifest;
  if (anew || compared.changed || version !== derivation.version) {
    return { ...compared.kinds, ...(await deriveAccess(run, derivation, compared.kinds)) };
  }
  const { person = [], class: classes = [], org = [] } = old;
  return { ...compared.kinds, person, class: classes, org };
}

async function putHeader(
  deps: MakePlanDeps,
  sync: Sync,
  {
    prefix,
    chunks,
    compared,
    held,
  }: { prefix: string; chunks: ChunkWriter; compared: Compared; held: ChunkWriter },
): Promise<PlanSummary> {
  const header: PlanHeader = {
    district: sync.district,
    feed: sync.feed,
    base: sync.base ?? 0,
    counts: compared.counts,
    chunks: chunks.digests,
    changes: chunks.changes,
    ...(held.changes > 0 ? { held: { digest: compared.removalsDigest, count: held.changes } } : {}),
  };
  const text = JSON.stringify(header);
  await deps.objects.put(headerKey(prefix), text);
  return {
    hash: sha256(text),
    prefix,
    chunks: chunks.digests.length,
    changes: chunks.changes,
    held: held.changes,
    heldChunks: held.digests.length,
    ...(held.changes > 0 ? { heldDigest: compared.removalsDigest } : {}),
  };
}

function replaced(): FeedRejected {
  return new FeedRejected('upload-incomplete', 'The uploaded files were replaced after this plan was made.', {
    hint: 'Start a new sync, look at its plan and approve that.',
  });
}

function otherFeed(owner: string, asked: string): FeedRejected {
  return new FeedRejected(
    'other-feed',
    `This district's roster comes from the feed "${owner}", not from "${asked}".`,
    {
      hint: `Sync the feed "${owner}", or ask the operator to move the roster to another feed.`,
    },
  );
}
