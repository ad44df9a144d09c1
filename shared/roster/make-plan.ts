import { CommittedState, putManifest } from './committed-state.ts';
import { compareFeed } from './compare-feed.ts';
import { loadCover, loadPurged, tombstones } from './cover.ts';
import type { Derivation } from './derive-access.ts';
import { openEdits, settleEdits } from './edit-plan.ts';
import { type FateRules, lastGradeOf } from './fate.ts';
import { fedBy, lastOf } from './fed.ts';
import { hasChanges } from './fed-lines.ts';
import { goOn, isPurge } from './go-on.ts';
import { guard, holdOf, nothingHeld } from './guard.ts';
import { matchesAfter } from './matches.ts';
import { factsOf } from './plan-facts.ts';
import type { Compared, Planning } from './planning.ts';
import type { ProblemWriter } from './problem-writer.ts';
import { putPurged } from './purge-roster.ts';
import { chunkWriters, putHeader } from './put-plan.ts';
import type { Snapshot } from './read-feed.ts';
import { type ReadUpload, type ReadUploadDeps, readUpload } from './read-upload.ts';
import { entities } from './records.ts';
import { restoreRoster } from './restore-roster.ts';
import { tellConflicts } from './role-conflicts.ts';
import { RoleTally } from './role-tally.ts';
import { seasonOf } from './season.ts';
import { aliasesAfter, putRenamed, settleAliases } from './settle-aliases.ts';
import { approves, partApplied, settled, startOf } from './settle-plan.ts';
import { settleRemovals } from './settle-removals.ts';
import { tellShared } from './shared-logins.ts';
import type { Counts, PlanSummary, Sync } from './sync.ts';
import type { Objects, StoredItems, SyncLedger, Workspace } from './sync-stores.ts';
import { countState, Tally } from './tally.ts';
import { baseOf, openUndone, type Undone } from './undone-sync.ts';

export type MakePlanDeps = ReadUploadDeps & {
  ledger: SyncLedger;
  objects: Objects;
  stored: StoredItems;
  /** By one version of a district's mapping; by the shipped rules where none is named. */
  derivation(district: string, mapping: string | undefined): Promise<Derivation>;
  /** The calendar day that an instant, ISO 8601, falls on in the district. */
  dayOf(district: string, at: string): Promise<string>;
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
  edits: Sync['nextEdits'];
  patch: Pick<
    Sync,
    | 'baseFedBy'
    | 'baseMapping'
    | 'restored'
    | 'changesOnly'
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
  const purged = await loadPurged(deps.objects, state);
  const cover = new Set([...(await loadCover(deps.objects, lane)), ...purged.keys]);
  const active = state.manifest.active ?? (await countState(deps.objects, state));
  const run: Planning = {
    ...{ district, at, state, objects: deps.objects, cover, edits },
    workspace: read?.workspace ?? workspace,
    ...chunkWriters(deps, { prefix, forgetting: { keys: purged.gone, at }, purges: isPurge(sync) }, cover),
    roles: new RoleTally(partApplied(sync) ? sync.roleTotals : []),
    tally: new Tally({ ...state.manifest, active }, at),
    rules: await fateRules(deps, sync, { state, now: read }),
    alive: signsOfLife(deps, sync, read?.snapshot),
  };
  const compared = await compareAny(run, { deps, sync, problems, read, undone });
  const { removals } = compared;
  const report = guard(sync.guard, { active, removals, recent: run.tally.recent, at });
  const hold = approves(sync, compared) ? nothingHeld : holdOf(report);
  // Who approved a plan without held removals has looked at what it takes away.
  const isApproved =
    sync.approval !== undefined && (sync.approval.removals === undefined || hold === nothingHeld);
  const { applied, digest } = await settleRemovals(run, compared, { hold, isApproved });
  const isRepair = sync.kind === 'repair';
  const facts = await factsOf(run, derivation, { compared, isRepair, applied });
  const edited = await settleEdits(run, problems, lane.committed.edits);
  const aliases = await aliasesAfter(run, compared, { read, undone, isPurged: isPurge(sync) });
  const aliased = await settleAliases(run, compared.kinds, aliases);
  const renamed = await putRenamed(deps, { prefix, feed: sync.feed ?? '', compared }, read?.renames ?? []);
  if (compared.found === undefined) {
    await tellConflicts(deps.objects, facts.kinds.conflict ?? [], problems);
    if (read) await tellShared(run, facts.kinds, problems);
  }
  const kept = await problems.close();
  await run.chunks.add(tombstones(cover));
  await run.chunks.close();
  await run.held.close();
  const takes = isPurge(sync) && compared.found !== 0;
  const left = takes ? await putPurged(run, run.chunks.purged) : [];
  const kinds = {
    ...facts.kinds,
    ...edited.kinds,
    ...aliased,
    ...(await matchesAfter(run, facts.kinds.users ?? [], read?.from.feed)),
    ...(left.length === 0 ? {} : { purged: left }),
  };
  report.roles = run.roles.guard(sync.guard, { recent: run.tally.recent, at });
  if (!isApproved) run.tally.notesRoles(run.roles.taken());
  const manifest = await putManifest(deps.objects, {
    ...{ district, derivation: facts.derivation, ...edited.by, kinds },
    ...{ active: run.tally.active, recent: run.tally.recent },
    ...fedBy(sync, run, { undone, now: read }),
  });
  const summary = await putHeader(
    run,
    { ...sync, ...(restored ? { restored } : {}) },
    { prefix, compared, settled: { applied, digest }, renamed, by: edited.by },
  );
  return {
    summary,
    manifest,
    edits: edited.edits,
    patch: {
      ...baseOf(sync, lane),
      ...(restored ? { restored } : {}),
      ...countsAfter(sync, compared, { read, undone }),
      ...(read ? toldOf(read) : {}),
      ...(takes ? { counts: compared.counts, erase: 'due' as const } : {}),
      guardReport: report,
      roleTotals: run.roles.totals(),
      problems: kept,
    },
    ...settled(sync, { compared, summary, report, season: run.rules.season.mode }),
  };
}

type Comparing = Sources & { deps: MakePlanDeps; sync: Sync; problems: ProblemWriter };

/** The roster of the plan beside the committed one, wherever it comes from. */
function compareAny(run: Planning, { deps, sync, problems, read, undone }: Comparing): Promise<Compared> {
  if (read) {
    const { snapshot, from } = read;
    return compareFeed({
      ...{ ...run, snapshot, from, rowsApplied: partApplied(sync), only: sync.only },
      problem: (problem) => problems.add(problem),
    });
  }
  if (undone) return restoreRoster({ ...run, ...undone, problems });
  return goOn(deps, { sync, run, problems });
}

type Sources = { read: ReadUpload | undefined; undone: Undone | undefined };

/** What the sync tells of the feed that it has read. */
function toldOf({
  snapshot,
  format,
  tags,
}: ReadUpload): Pick<Sync, 'files' | 'format' | 'uploadTags' | 'changesOnly'> {
  const told = { files: snapshot.files, format, uploadTags: tags };
  return hasChanges(snapshot) ? { ...told, changesOnly: true } : told;
}

function countsAfter(sync: Sync, compared: Compared, { read, undone }: Sources): Pick<Sync, 'counts'> {
  if (sync.kind === 'edits') return { counts: compared.counts };
  return read || undone ? { counts: mergedCounts(sync, compared) } : {};
}

async function fateRules(
  deps: MakePlanDeps,
  sync: Sync,
  { state, now }: { state: CommittedState; now: Pick<ReadUpload, 'fed' | 'from'> | undefined },
): Promise<FateRules> {
  const { removal, district } = sync;
  const before = now && lastOf(state.manifest, now.from);
  const season = seasonOf(sync.season, { before: before?.schoolYear, now: now?.fed.schoolYear });
  return {
    season,
    removal,
    today: await deps.dayOf(district, startOf(sync)),
    counts: isGoodRun(sync),
    lastGrade: season.mode === 'rollover' ? await lastGradeOf(deps.objects, state) : 0,
  };
}

/** Where one is enough, any run is. */
function isGoodRun(sync: Sync): boolean {
  const isWhole = sync.only === undefined && sync.season.mode !== 'frozen';
  return !partApplied(sync) && (isWhole || sync.removal.afterRuns === 1);
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
