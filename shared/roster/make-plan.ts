import { ChunkWriter, type Forgetting } from './chunk-writer.ts';
import { CommittedState, putManifest } from './committed-state.ts';
import { compareFeed } from './compare-feed.ts';
import { loadCover, loadPurged, tombstones } from './cover.ts';
import { type Derivation, deriveAccess } from './derive-access.ts';
import { goOn, isPurge } from './go-on.ts';
import { guard } from './guard.ts';
import type { Lane } from './lane.ts';
import { headerKey, heldPrefix, type PlanHeader } from './plan.ts';
import type { Compared, Planning } from './planning.ts';
import type { ProblemWriter } from './problem-writer.ts';
import { putPurged } from './purge-roster.ts';
import type { Snapshot } from './read-feed.ts';
import { type ReadUploadDeps, readUpload } from './read-upload.ts';
import { entities } from './records.ts';
import { tellConflicts } from './role-conflicts.ts';
import { RoleTally } from './role-tally.ts';
import { settleRemovals } from './settle-removals.ts';
import { type Manifest, sha256 } from './state.ts';
import type { Counts, GuardReport, PlanSummary, Sync } from './sync.ts';
import type { Objects, StoredItems, SyncLedger, Workspace } from './sync-stores.ts';

export type MakePlanDeps = ReadUploadDeps & {
  ledger: SyncLedger;
  objects: Objects;
  stored: StoredItems;
  /** By one version of a district's mapping; by the shipped rules where none is named. */
  derivation(district: string, mapping: string | undefined): Promise<Derivation>;
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
  patch: Pick<
    Sync,
    | 'baseManifest'
    | 'counts'
    | 'erase'
    | 'files'
    | 'format'
    | 'guardReport'
    | 'problems'
    | 'roleTotals'
    | 'uploadTags'
  >;
  hold?: Sync['hold'];
  /** Whether any part is to be applied. */
  apply: boolean;
};

/**
 * Makes the plan of a feed, or of other rules for the roster as it is: everything in S3, nothing of it in force yet. Both go
 * the same way from here on, so that nothing but a plan ever changes what people may do by the roster.
 */
export async function makePlan(
  deps: MakePlanDeps,
  sync: Sync,
  problems: ProblemWriter,
  workspace: Workspace,
): Promise<Outcome> {
  const { district } = sync;
  const lane = (await deps.ledger.lane(district)).value;
  const state = await CommittedState.open(deps.objects, district, lane.committed.manifest);
  const derivation = await deps.derivation(district, sync.mapping ?? lane.committed.mapping?.version);
  const read =
    sync.feed === undefined
      ? undefined
      : await readUpload(deps, { ...sync, feed: sync.feed }, { lane, state, problems, workspace });
  await enterPlanning(deps, sync);
  const prefix = `plans/${district}/${sync.syncId}/${sync.generation}-${sync.claims}`;
  const purged = await loadPurged(deps.objects, state);
  const cover = new Set([...(await loadCover(deps.objects, lane)), ...purged]);
  const covered = cover.size > 0;
  const at = sync.startedAt ?? sync.requestedAt;
  const run: Planning = {
    ...{ district, at, state, workspace, objects: deps.objects, cover },
    ...chunkWriters(deps, { prefix, forgetting: { keys: purged, at }, purges: isPurge(sync) }, cover),
    roles: new RoleTally(goesOn(sync) ? sync.roleTotals : []),
    alive: signsOfLife(deps, sync, read?.snapshot),
  };
  const compared = read
    ? await compareFeed({ ...run, snapshot: read.snapshot })
    : await goOn(deps, { sync, run, problems });
  const report = guard(sync.guard, compared.removals);
  const held = report.breached && !approves(sync, compared);
  const removed = await settleRemovals(run, compared, held);
  const keepsFacts = compared.found === 0 && !covered;
  const kinds =
    sync.kind === 'repair' || keepsFacts
      ? committedFacts(run, compared)
      : await derived(derivation, run, compared, covered || removed > 0);
  if (compared.found === undefined) await tellConflicts(deps.objects, kinds.conflict ?? [], problems);
  await problems.close();
  await run.chunks.add(tombstones(cover));
  await run.chunks.close();
  await run.held.close();
  const takes = isPurge(sync) && compared.found !== 0;
  const left = takes ? await putPurged(run, run.chunks.purged) : [];
  const manifest = await putManifest(deps.objects, {
    district,
    derivation: sync.kind === 'repair' || keepsFacts ? state.manifest.derivation : derivation.version,
    kinds: left.length === 0 ? kinds : { ...kinds, purged: left },
  });
  const summary = await putHeader(deps, sync, { prefix, run, compared });
  if (sync.mapping !== undefined) report.roles = run.roles.guard(sync.guard);
  return {
    summary,
    manifest,
    patch: {
      ...baseOf(sync, lane),
      ...(read
        ? {
            counts: mergedCounts(sync, compared),
            files: read.snapshot.files,
            format: read.format,
            uploadTags: read.tags,
          }
        : {}),
      ...(takes ? { counts: compared.counts, erase: 'due' as const } : {}),
      guardReport: report,
      roleTotals: run.roles.totals(),
      problems: { errors: problems.errors, warnings: problems.warnings, parts: problems.parts },
    },
    ...settled(sync, { compared, summary, report, held }),
  };
}

/** What stood before the first part of the sync was applied: an approval goes on from that. */
function baseOf({ baseManifest }: Sync, { committed }: Lane): Pick<Sync, 'baseManifest'> {
  const manifest = baseManifest ?? committed.manifest;
  return manifest === undefined ? {} : { baseManifest: manifest };
}

function chunkWriters(
  { objects, chunkSize: size }: MakePlanDeps,
  { prefix, ...more }: { prefix: string; forgetting: Forgetting; purges: boolean },
  cover: Set<string>,
): Pick<Planning, 'chunks' | 'held'> {
  return {
    chunks: new ChunkWriter(objects, { prefix, size, ...more }, cover),
    held: new ChunkWriter(objects, { prefix: heldPrefix(prefix), size }, new Set()),
  };
}

/** A simulation and a dry run rest whatever they find; a breach of the guard is what is said of them first. */
function settled(
  sync: Sync,
  at: { compared: Compared; summary: PlanSummary; report: GuardReport; held: boolean },
): Pick<Outcome, 'hold' | 'apply'> {
  const { summary, held } = at;
  const isNothing = at.compared.found === 0 || sync.erase === 'running';
  const dryRun = sync.dryRun && !isNothing && !approvesDryRun(sync, at.compared, summary);
  const holdAll = dryRun || (held && sync.guard.onBreach === 'hold-all');
  if (!dryRun && !held) return { apply: true };
  const breached = held || at.report.roles?.breached === true;
  const remaining = (holdAll ? summary.changes : 0) + summary.held;
  const why = sync.kind === 'repair' ? 'drift' : 'dry-run';
  return { hold: { reason: breached ? 'guard' : why, remaining }, apply: !holdAll };
}

/** At most one every few seconds, so that a plan over nothing new writes nothing for it. */
function signsOfLife(
  deps: MakePlanDeps,
  { district, syncId }: Sync,
  snapshot: Snapshot | undefined,
): () => Promise<void> {
  const rows = (snapshot?.files ?? []).reduce((sum, file) => sum + file.rows, 0);
  let last = Date.parse(deps.now());
  return async () => {
    const now = Date.parse(deps.now());
    if (now - last < lifeEveryMs) return;
    last = now;
    await deps.ledger.progress({ district, syncId }, rows, rows, 'rows');
  };
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
function goesOn({ approval, dryRun, guard }: Sync): boolean {
  return approval !== undefined && !dryRun && guard.onBreach !== 'hold-all';
}

function mergedCounts(sync: Sync, compared: Compared): Counts {
  if (!sync.counts || !goesOn(sync)) return compared.counts;
  const counts = structuredClone(sync.counts);
  for (const entity of entities) counts[entity].suspended += compared.counts[entity].suspended;
  return counts;
}

async function derived(
  derivation: Derivation,
  run: Planning,
  compared: Compared,
  anew: boolean,
): Promise<Manifest['kinds']> {
  const { derivation: version } = run.state.manifest;
  if (anew || compared.changed || version !== derivation.version) {
    return { ...compared.kinds, ...(await deriveAccess(run, derivation, compared.kinds)) };
  }
  return committedFacts(run, compared);
}

function committedFacts({ state }: Planning, { kinds }: Compared): Manifest['kinds'] {
  const { person = [], class: classes = [], org = [], conflict = [] } = state.manifest.kinds;
  return { ...kinds, org, class: classes, person, conflict };
}

async function putHeader(
  deps: MakePlanDeps,
  sync: Sync,
  { prefix, run, compared }: { prefix: string; run: Planning; compared: Compared },
): Promise<PlanSummary> {
  const { chunks, held } = run;
  const header: PlanHeader = {
    district: sync.district,
    ...(sync.feed === undefined ? {} : { feed: sync.feed }),
    ...(sync.mapping === undefined ? {} : { mapping: sync.mapping }),
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
