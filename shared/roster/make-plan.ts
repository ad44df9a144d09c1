import { ChunkWriter } from './chunk-writer.ts';
import { CommittedState, putManifest } from './committed-state.ts';
import { compareFeed } from './compare-feed.ts';
import { loadCover, tombstones } from './cover.ts';
import { type Derivation, deriveAccess } from './derive-access.ts';
import { openEdits, settleEdits } from './edit-plan.ts';
import { type FateRules, lastGradeOf } from './fate.ts';
import { fedAfter } from './gate.ts';
import { guard, holdOf, nothingHeld } from './guard.ts';
import { keepRoster } from './keep-roster.ts';
import { headerKey, heldPrefix, type PlanHeader } from './plan.ts';
import type { Compared, Planning } from './planning.ts';
import type { ProblemWriter } from './problem-writer.ts';
import type { Snapshot } from './read-feed.ts';
import { type ReadUploadDeps, readUpload } from './read-upload.ts';
import { entities } from './records.ts';
import { restoreRoster } from './restore-roster.ts';
import { tellConflicts } from './role-conflicts.ts';
import { RoleTally } from './role-tally.ts';
import { settleRemovals } from './settle-removals.ts';
import { type Fed, type Manifest, sha256 } from './state.ts';
import type { Counts, GuardReport, PlanSummary, Sync } from './sync.ts';
import type { Objects, SyncLedger, Workspace } from './sync-stores.ts';
import { countState, Tally } from './tally.ts';
import { baseOf, openUndone, type Undone } from './undone-sync.ts';

export type MakePlanDeps = ReadUploadDeps & {
  ledger: SyncLedger;
  objects: Objects;
  /** By one version of a district's mapping; by the shipped rules where none is named. */
  derivation(district: string, mapping: string | undefined): Promise<Derivation>;
  /** The calendar day that an instant, ISO 8601, falls on in the district. */
  dayOf(district: string, at: string): Promise<string>;
  /** Changes per chunk. */
  chunkSize: number;
  now(): string;
  /** Calendar day of the district at an instant, ISO 8601. */
  dayOf(district: string, at: string): Promise<string>;
};

/** Milliseconds; well below what the reconciler takes for a standstill. */
const lifeEveryMs = 5_000;

/** What a finished plan does to its sync. */
export type Outcome = {
  summary: PlanSummary;
  manifest: string;
  edits: Sync['nextEdits'];
  patch: Pick<
    Sync,
    | 'baseManifest'
    | 'baseFedBy'
    | 'baseMapping'
    | 'restored'
    | 'counts'
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
 * Makes the plan of a feed, of other rules for the roster as it is, or of a way back: everything in S3, nothing of it in force yet.
 * All go the same way from here on, so that nothing but a plan ever changes what people may do by the roster.
 */
export async function makePlan(
  deps: MakePlanDeps,
  sync: Sync,
  problems: ProblemWriter,
  workspace: Workspace,
): Promise<Outcome> {
  const { district } = sync;
  const at = startOf(sync);
  const lane = (await deps.ledger.lane(district)).value;
  const state = await CommittedState.open(deps.objects, district, lane.committed.manifest);
  const edits = await openEdits(deps, sync, { at, state, committed: lane.committed.edits });
  const undone = await openUndone(deps, sync, lane);
  const { restored } = undone ?? {};
  const mapping = restored?.mapping ?? { version: sync.mapping ?? lane.committed.mapping?.version };
  const derivation = await deps.derivation(district, mapping.version);
  const read =
    sync.feed === undefined
      ? undefined
      : await readUpload(deps, { ...sync, feed: sync.feed }, { lane, state, edits, problems, workspace });
  await enterPlanning(deps, sync);
  const prefix = `plans/${district}/${sync.syncId}/${sync.generation}-${sync.claims}`;
  const cover = await loadCover(deps.objects, lane);
  const covered = cover.size > 0;
  const active = state.manifest.active ?? (await countState(deps.objects, state));
  const run: Planning = {
    ...{ district, at, state, workspace, objects: deps.objects, cover, edits },
    ...chunkWriters(deps, prefix, cover),
    roles: new RoleTally(partApplied(sync) ? sync.roleTotals : []),
    tally: new Tally({ ...state.manifest, active }, at),
    rules: await fateRules(deps, sync, state),
    approved: sync.approval !== undefined,
    alive: signsOfLife(deps, sync, read?.snapshot),
  };
  const compared = read
    ? await compareFeed({ ...run, snapshot: read.snapshot, rowsApplied: partApplied(sync), only: sync.only })
    : undone
      ? await restoreRoster({ ...run, ...undone, problems })
      : await keepRoster(run);
  const { removals } = compared;
  const report = guard(sync.guard, { active, removals, recent: run.tally.recent, at });
  const hold = approves(sync, compared) ? nothingHeld : holdOf(report);
  const { applied, digest } = await settleRemovals(run, compared, hold);
  const derivedKinds = await derived(derivation, run, compared, covered || applied > 0);
  const edited = await settleEdits(run, problems, lane.committed.edits);
  const kinds = { ...derivedKinds, ...edited.kinds };
  await tellConflicts(deps.objects, kinds.conflict ?? [], problems);
  const kept = await problems.close();
  await run.chunks.add(tombstones(cover));
  await run.chunks.close();
  await run.held.close();
  const manifest = await putManifest(deps.objects, {
    ...{ district, derivation: derivation.version, ...edited.by, kinds },
    ...{ active: run.tally.active, recent: run.tally.recent },
    ...fedBy(sync, run, { undone, now: read?.fed }),
  });
  const summary = await putHeader(
    deps,
    { ...sync, ...(restored ? { restored } : {}) },
    { prefix, run, compared, heldDigest: digest, by: edited.by },
  );
  report.roles = run.roles.guard(sync.guard);
  return {
    summary,
    manifest,
    edits: edited.edits,
    patch: {
      ...baseOf(sync, lane),
      ...(restored ? { restored } : {}),
      ...(read || undone ? { counts: mergedCounts(sync, compared) } : {}),
      ...(read
        ? {
            files: read.snapshot.files,
            format: read.format,
            uploadTags: read.tags,
          }
        : {}),
      ...(sync.kind === 'edits' ? { counts: compared.counts } : {}),
      guardReport: report,
      roleTotals: run.roles.totals(),
      problems: kept,
    },
    ...settled(sync, { compared, summary, report }),
  };
}

async function fateRules(deps: MakePlanDeps, sync: Sync, state: CommittedState): Promise<FateRules> {
  const { season, removal, district } = sync;
  return {
    season,
    removal,
    today: await deps.dayOf(district, startOf(sync)),
    counts: !partApplied(sync),
    lastGrade: season.mode === 'rollover' ? await lastGradeOf(deps.objects, state) : 0,
  };
}

/** A plan made again says the same. */
function startOf({ startedAt, requestedAt }: Sync): string {
  return startedAt ?? requestedAt;
}

/** Whether this run is for the rest of a plan whose other part is in force already. */
function partApplied({ appliedManifest }: Sync): boolean {
  return appliedManifest !== undefined;
}

/** A sync of single entities is no good run of the whole feed; a rollback goes back to the feed before. */
function fedBy(
  { only }: Sync,
  { state, held }: Planning,
  { undone, now }: { undone: Undone | undefined; now: Fed | undefined },
): Pick<Manifest, 'fed'> {
  const before = undone?.restored.feed ? undone.before.manifest.fed : state.manifest.fed;
  if (now !== undefined && only === undefined) return { fed: fedAfter(before, now, held.changes > 0) };
  return before === undefined ? {} : { fed: before };
}

function chunkWriters(
  { objects, chunkSize: size }: MakePlanDeps,
  prefix: string,
  cover: Set<string>,
): Pick<Planning, 'chunks' | 'held'> {
  return {
    chunks: new ChunkWriter(objects, { prefix, size }, cover),
    held: new ChunkWriter(objects, { prefix: heldPrefix(prefix), size }, new Set()),
  };
}

/** A simulation and a dry run rest whatever they find; a breach of the guard is what is said of them first. */
function settled(
  sync: Sync,
  at: { compared: Compared; summary: PlanSummary; report: GuardReport },
): Pick<Outcome, 'hold' | 'apply'> {
  const { summary, report } = at;
  const held = summary.held > 0;
  const breached = held || report.roles?.breached === true;
  const season = sync.season.mode === 'frozen' || sync.season.mode === 'rollover';
  const whole =
    sync.dryRun ||
    report.roles?.breached === true ||
    (season && summary.changes + summary.held > 0) ||
    (held && sync.guard.onBreach === 'hold-all');
  const holdAll = whole && !approvesWhole(sync, at.compared, summary);
  if (!holdAll && !held) return { apply: true };
  const remaining = (holdAll ? summary.changes : 0) + summary.held;
  return { hold: { reason: breached ? 'guard' : season ? 'season' : 'dry-run', remaining }, apply: !holdAll };
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

/** An approval is of the removals that were looked at, and no others. */
function approves({ approval }: Sync, { removalsDigest }: Compared): boolean {
  return approval?.removals === removalsDigest;
}

/** What is held as a whole is approved as what was looked at; where removals were held in it, by those. */
function approvesWhole(sync: Sync, compared: Compared, { content }: PlanSummary): boolean {
  const { approval } = sync;
  return approval?.removals === undefined ? approval?.content === content : approves(sync, compared);
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
  if (!sync.counts || !partApplied(sync)) return compared.counts;
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
  const { kinds: old, derivation: version } = run.state.manifest;
  if (anew || compared.changed || version !== derivation.version) {
    return { ...compared.kinds, ...(await deriveAccess(run, derivation, compared.kinds)) };
  }
  const { person = [], class: classes = [], org = [], conflict = [] } = old;
  return { ...compared.kinds, person, class: classes, org, conflict };
}

async function putHeader(
  deps: MakePlanDeps,
  sync: Sync,
  {
    prefix,
    run,
    compared,
    heldDigest,
    by,
  }: { prefix: string; run: Planning; compared: Compared; heldDigest: string; by: { edits?: string } },
): Promise<PlanSummary> {
  const { chunks, held } = run;
  const header: PlanHeader = {
    district: sync.district,
    ...(sync.feed === undefined ? {} : { feed: sync.feed }),
    ...(sync.mapping === undefined ? {} : { mapping: sync.mapping }),
    ...(sync.kind === 'edits' ? by : {}),
    ...(sync.undoes === undefined ? {} : { undoes: sync.undoes, restored: sync.restored ?? {} }),
    ...(sync.only === undefined ? {} : { only: sync.only }),
    base: sync.base ?? 0,
    counts: compared.counts,
    chunks: chunks.digests,
    changes: chunks.changes,
    ...(held.changes > 0 ? { held: { digest: heldDigest, count: held.changes } } : {}),
  };
  const text = JSON.stringify(header);
  await deps.objects.put(headerKey(prefix), text);
  return {
    hash: sha256(text),
    content: sha256(JSON.stringify({ ...header, base: undefined, counts: undefined })),
    prefix,
    chunks: chunks.digests.length,
    changes: chunks.changes,
    held: held.changes,
    heldChunks: held.digests.length,
    ...(held.changes > 0 ? { removalsDigest: compared.removalsDigest, heldDigest } : {}),
  };
}
