import { type PartitionInput, type PartitionOutcome, rosterChanges } from './compare.ts';
import type { Problem } from './feed-reading.ts';
import { targetKey } from './plan.ts';
import { type Compared, nothingCompared, type Planning } from './planning.ts';
import type { ProblemWriter } from './problem-writer.ts';
import { type Entity, entities } from './records.ts';
import { restoreBeneath } from './restore-beneath.ts';
import { isSame, type Restored, restoreLine } from './restore-line.ts';
import { shownId } from './role-conflicts.ts';
import { addChanges, digestOfAll, settlePartition } from './settle-removals.ts';
import type { StateLine } from './state.ts';
import type { UndonePart } from './undone-sync.ts';

/** A plan whose roster is the committed one without what another sync has made of it. */
export type Restoring = Planning & {
  parts: UndonePart[];
  mappingKept: boolean;
  problems: Pick<ProblemWriter, 'add'>;
};

/** Goes through the partitions that the undone sync has changed; all others stand unread. */
export async function restoreRoster(run: Restoring): Promise<Compared> {
  const out = nothingCompared();
  if (run.mappingKept) await run.problems.add(laterMappingKept);
  const digests: { entity: Entity; digest: string }[] = [];
  for (const entity of entities) {
    for (let partition = 0; partition < run.state.partitions(entity).length; partition++) {
      const digest = await restoreOne(run, entity, partition, out);
      if (digest) digests.push({ entity, digest });
    }
    const c = out.counts[entity];
    c.received = c.unchanged + c.created + c.updated + c.reactivated + c.marked + c.rejected;
  }
  for (const part of run.parts) await restoreBeneath({ edits: run.edits, ...part }, out);
  out.removalsDigest = digestOfAll(digests);
  return out;
}

/** Returns the digest of the partition's removal candidates, if it has any. */
async function restoreOne(
  run: Restoring,
  entity: Entity,
  partition: number,
  out: Compared,
): Promise<string | undefined> {
  await run.alive();
  const stored = run.state.partitions(entity);
  const here = stored[partition] ?? { active: 0 };
  const touched = run.parts.some(
    ({ before, after }) => before.keyAt(entity, partition) !== after.keyAt(entity, partition),
  );
  if (!touched && run.cover.size === 0) {
    out.kinds[entity].push(here);
    return undefined;
  }
  const parts: PartLines[] = [];
  for (const { before, after } of run.parts) {
    parts.push({
      before: byIds(await before.lines(entity, partition, stored.length)),
      after: byIds(await after.lines(entity, partition, stored.length)),
    });
  }
  const outcome = restorePartition({
    parts,
    now: await run.state.lines(entity, partition, stored.length),
    at: run.at,
    cover: { has: (id) => run.cover.has(targetKey({ table: 'roster', entity, id })) },
  });
  for (const kind of ['unchanged', 'updated', 'reactivated', 'marked'] as const) {
    out.counts[entity][kind] += outcome.tally[kind];
  }
  for (const { before, kind } of outcome.changes) {
    if (kind === 'reactivate' && before) run.tally.returns(entity, before);
  }
  for (const edit of outcome.laterEdits) await run.problems.add(laterEditKept(entity, edit));
  await addChanges(run, entity, partition, rosterChanges(entity, outcome.changes));
  const stands = outcome.removals.length === 0 && outcome.changes.every(({ kind }) => kind === 'cover');
  if (stands) {
    out.kinds[entity].push(here);
    return undefined;
  }
  out.changed = true;
  // Without the digest of a feed: the next one has to be compared with what came back.
  const { kept, removals } = outcome;
  return settlePartition(run, out, { entity, partition, kept, removals });
}

/** By id, of one commit of the undone sync. */
type PartLines = { before: Map<string, StateLine>; after: Map<string, StateLine> };

type Restorable = {
  /** The newest first. */
  parts: PartLines[];
  now: Iterable<StateLine>;
  at: string;
  cover: PartitionInput['cover'];
};

/** A record that keeps fields because somebody has changed them since. */
type LaterEdit = { id: string; fields: string[] };
type Outcome = PartitionOutcome & { laterEdits: LaterEdit[] };

/** What comes back is in the tally as it is by then; records that the undone sync left alone are in no count. */
function restorePartition({ cover, parts, at, ...lines }: Restorable): Outcome {
  const now = byIds(lines.now);
  const out: Outcome = {
    ...{ kept: [], changes: [], removals: [], laterEdits: [] },
    tally: { unchanged: 0, created: 0, updated: 0, reactivated: 0, marked: 0, rejected: 0, missing: 0 },
    waits: false,
    trails: false,
  };
  for (const id of new Set([now, ...parts.map(({ before }) => before)].flatMap((of) => [...of.keys()]))) {
    const is = now.get(id);
    const { line, kept, untouched } = restoreParts(parts, id, is);
    if (kept.length > 0) out.laterEdits.push({ id, fields: kept });
    if (!isSame(line, is)) restore(out, is, line && { ...line, changed: at });
    else if (is !== undefined) {
      if (!untouched) out.tally.unchanged++;
      out.kept.push(is);
      if (cover.has(id)) out.changes.push({ kind: 'cover', before: is, after: is });
    }
  }
  return out;
}

/** What a newer part leaves when it is undone is what the older one finds. */
function restoreParts(
  parts: readonly PartLines[],
  id: string,
  is: StateLine | undefined,
): Restored & { untouched: boolean } {
  const kept = new Set<string>();
  let line = is;
  let untouched = true;
  for (const { before, after } of parts) {
    const stood = { before: before.get(id), after: after.get(id), now: line };
    if (isSame(stood.before, stood.after)) continue;
    untouched = false;
    const restored = restoreLine(stood);
    line = restored.line;
    for (const field of restored.kept) kept.add(field);
  }
  return { line, kept: [...kept], untouched };
}

function byIds(lines: Iterable<StateLine>): Map<string, StateLine> {
  return new Map(Array.from(lines, (line) => [line.id, line]));
}

/** Whatever takes something away from somebody is a candidate until the guard has seen all. */
function restore(out: PartitionOutcome, is: StateLine | undefined, line: StateLine | undefined): void {
  if (line === undefined) {
    if (is !== undefined) out.removals.push({ before: is, kind: 'remove' });
    return;
  }
  if (is?.status === 'active' && line.status !== 'active') {
    const marked = line.status === 'tobedeleted';
    if (marked) out.tally.marked++;
    out.removals.push({ before: is, kind: marked ? 'mark' : 'suspend', after: line });
    return;
  }
  const returns = line.status === 'active' && is?.status !== 'active';
  out.tally[returns ? 'reactivated' : 'updated']++;
  out.kept.push(line);
  out.changes.push({ kind: returns ? 'reactivate' : 'update', before: is, after: line });
}

const laterMappingKept: Problem = {
  file: 'mapping',
  code: 'later-edit-kept',
  severity: 'warning',
  message: 'The mapping rules were changed after the sync that is undone, and stay as they are now.',
  hint: 'Write the rules that you want, simulate them and activate them.',
};

function laterEditKept(entity: Entity, { id, fields }: LaterEdit): Problem {
  const [field] = fields;
  const named = fields.join(', ');
  return {
    file: `${entity}.csv`,
    ...(fields.length === 1 && field !== undefined ? { column: field } : {}),
    code: 'later-edit-kept',
    severity: 'warning',
    value: shownId(id),
    message: `Of ${entity} ${id} these were changed after the sync that is undone, and stay as they are now: ${named}.`,
    hint: 'Nothing has to be done if the later change is right. Else change it where it came from, and sync again.',
  };
}
