import type { Compared } from './planning.ts';
import { entities } from './records.ts';
import type { SeasonMode } from './season.ts';
import type { GuardReport, Hold, PlanSummary, Sync } from './sync.ts';

/** A plan made again says the same. */
export function startOf(sync: Sync): string {
  const { approval, startedAt, requestedAt } = sync;
  // What the second part takes away is told apart from what the first took unasked.
  return (partApplied(sync) ? approval?.at : undefined) ?? startedAt ?? requestedAt;
}

/** Whether this run is for the rest of a plan whose other part is in force already. */
export function partApplied({ parts }: Sync): boolean {
  return parts !== undefined;
}

/** What a plan came to, by which it is settled whether it may go on. */
export type Planned = {
  compared: Compared;
  summary: PlanSummary;
  report: GuardReport;
  season: SeasonMode;
};

/** A simulation and a dry run rest whatever they find; a breach of the guard is what is said of them first. */
export function settled(sync: Sync, planned: Planned): { hold?: Hold; apply: boolean } {
  const { compared, summary, report } = planned;
  // What a purge or repair came for may be nothing, and what a purge has yet to erase was approved.
  const isNothing = compared.found === 0 || sync.erase === 'running';
  const held = summary.held > 0;
  const breached = held || report.roles?.breached === true;
  const season = planned.season === 'frozen' || planned.season === 'rollover';
  const renames = summary.renamed?.waits === true;
  const whole =
    sync.dryRun ||
    renames ||
    (season && summary.changes + summary.held > 0) ||
    (held && sync.guard.onBreach === 'hold-all');
  const rests = report.roles?.breached === true || (whole && !isNothing);
  const holdAll = rests && !approvesWhole(sync, compared, summary);
  if (!holdAll && !held) return { apply: true };
  const remaining = (holdAll ? summary.changes : 0) + summary.held;
  const other = season ? 'season' : sync.kind === 'repair' ? 'drift' : 'dry-run';
  const why = renames ? 'renames' : other;
  return { hold: { reason: breached ? 'guard' : why, remaining }, apply: !holdAll };
}

/** An approval is of the removals that were looked at, and no others; where they were held with all else, of that with them. */
export function approves(sync: Sync, compared: Compared): boolean {
  return sync.approval?.removals === compared.removalsDigest && bringsAsMany(sync, compared);
}

/** No record that was looked at has moved since, or the approval had been refused: another record is one more. */
function bringsAsMany(sync: Sync, { counts: now }: Compared): boolean {
  const { counts: then } = sync;
  if (then === undefined || partApplied(sync)) return true;
  return entities.every((entity) =>
    (['created', 'updated', 'reactivated', 'marked'] as const).every(
      (kind) => then[entity][kind] === now[entity][kind],
    ),
  );
}

/** What is held as a whole is approved as what was looked at; where removals were held in it, with those. */
function approvesWhole(sync: Sync, compared: Compared, { content, renamed }: PlanSummary): boolean {
  const { approval } = sync;
  if (renamed?.waits && approval?.renames !== renamed.digest) return false;
  return approval?.removals === undefined ? approval?.content === content : approves(sync, compared);
}
