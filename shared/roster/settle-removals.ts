import type { PersonFacts } from '../access/facts.ts';
import { cellsOf, schoolsOf } from './cells.ts';
import { putPartition } from './committed-state.ts';
import { byId, rosterChange } from './compare.ts';
import type { Hold } from './guard.ts';
import { type Change, targetKey } from './plan.ts';
import { type Compared, type Planning, userChangesFile } from './planning.ts';
import type { Entity, RecordStatus } from './records.ts';
import { type Removal, removed } from './removal.ts';
import { roleEffect } from './role-changes.ts';
import { readLines, type StateLine, sha256, writeLine } from './state.ts';
import { add } from './tally.ts';

const keptFile = (entity: Entity, partition: number): string => `${entity}.kept-${partition}`;
const removalsFile = (entity: Entity, partition: number): string => `${entity}.removals-${partition}`;

type Value = { status: RecordStatus; record: unknown };

/** Changes of users wait on the scratch disk for the derivation. */
export async function addChanges(
  run: Planning,
  entity: Entity,
  partition: number,
  changes: Iterable<Change>,
): Promise<void> {
  for (const change of changes) {
    // What rosterChange writes.
    run.tally.moves(entity, change.prev as Value | undefined, change.now as Value | undefined);
    const wait =
      entity === 'users'
        ? run.workspace.append(userChangesFile(partition), `${JSON.stringify(change)}\n`)
        : run.chunks.add([change]);
    if (wait) await wait;
  }
}

/** The next partition of an entity as a plan makes it, but for what it may take away. */
export type Settling = {
  entity: Entity;
  partition: number;
  /** Digest of the normal form behind it; absent where that does not say all. */
  feed?: string;
  kept: StateLine[];
  removals: Removal[];
};

/**
 * Stores a partition without removals at once; the others wait on the scratch disk until the guard has seen all of them. Returns
 * the digest of the removals, if there are any.
 */
export async function settlePartition(
  run: Planning,
  out: Compared,
  { entity, partition, feed, ...of }: Settling,
): Promise<string | undefined> {
  const kept = of.kept.sort(byId);
  const from = feed === undefined ? {} : { feed };
  if (of.removals.length === 0) {
    out.kinds[entity].push({ ...(await putPartition(run.objects, run.district, entity, kept)), ...from });
    return undefined;
  }
  const removals = of.removals.sort((a, b) => byId(a.before, b.before));
  const text = removals.map(writeRemoval).join('');
  for (const { before, expected } of removals) {
    if (!expected) add(out.removals, entity, cellsOf(entity, JSON.parse(before.json)), 1);
  }
  await run.workspace.append(keptFile(entity, partition), kept.map(writeLine).join(''));
  await run.workspace.append(removalsFile(entity, partition), text);
  out.waiting.push({ entity, partition, ...from });
  out.kinds[entity].push({ active: 0 });
  return digestOf(removals);
}

/** Of what goes and how, however often it was missed before. */
function digestOf(removals: readonly Removal[]): string {
  return sha256(removals.map(({ kind, before: { id, json } }) => `${kind}\t${id}\t${json}\n`).join(''));
}

export function digestOfAll(digests: readonly { entity: Entity; digest: string }[]): string {
  return sha256(digests.map(({ entity, digest }) => `${entity} ${digest}`).join('\n'));
}

/** The kind and what is to be known of it on a line of their own, then the record before and, after `to`, what is left. */
function writeRemoval({ kind, before, after, expected }: Removal): string {
  const first = `${kind}${expected ? ' expected' : ''}${after === undefined ? '' : ' to'}`;
  return `${first}\n${writeLine(before)}${after === undefined ? '' : writeLine(after)}`;
}

function* readRemovals(text: string): Generator<Removal> {
  let from = 0;
  while (from < text.length) {
    const kindEnd = text.indexOf('\n', from);
    const [word, ...notes] = text.slice(from, kindEnd).split(' ');
    let end = text.indexOf('\n', kindEnd + 1);
    if (notes.includes('to')) end = text.indexOf('\n', end + 1);
    const [before, after] = readLines(text.slice(kindEnd + 1, end + 1));
    // Written by writeRemoval only.
    const kind = word as Removal['kind'];
    const expected = notes.includes('expected') ? { expected: true as const } : {};
    if (before !== undefined) yield { kind, before, ...(after === undefined ? {} : { after }), ...expected };
    from = end + 1;
  }
}

/** `digest` is of what is held: an approval is bound to it. */
export type Settled = { applied: number; digest: string };

/** Applies or holds the removals, now that the guard has seen all of them. What somebody has approved is not counted with what comes. */
export async function settleRemovals(
  run: Planning,
  compared: Compared,
  { hold, isApproved }: { hold: Hold; isApproved: boolean },
): Promise<Settled> {
  let applied = 0;
  const digests: { entity: Entity; digest: string }[] = [];
  for (const { entity, partition, feed } of compared.waiting) {
    const lines: StateLine[] = [...readLines(await run.workspace.read(keptFile(entity, partition)))];
    const removals = [...readRemovals(await run.workspace.read(removalsFile(entity, partition)))];
    const held: Removal[] = [];
    const going: Removal[] = [];
    for (const removal of removals) (isHeld(entity, removal, hold) ? held : going).push(removal);
    const changes = going.map((removal) => {
      const after = removed(removal, run.at);
      if (after !== undefined) lines.push(after);
      if (removal.kind !== 'mark') compared.counts[entity].suspended++;
      if (!removal.expected && !isApproved) run.tally.notes(entity, JSON.parse(removal.before.json));
      return rosterChange(entity, removal.kind, removal.before, after);
    });
    applied += changes.length;
    const waiting = held.map((removal) => {
      const { before, kind } = removal;
      lines.push(before);
      const change = rosterChange(entity, kind, before, removed(removal, run.at));
      if (run.cover.has(targetKey(change))) changes.push(rosterChange(entity, 'cover', before, before));
      return change;
    });
    if (held.length > 0) digests.push({ entity, digest: digestOf(held) });
    await run.held.add(entity === 'users' ? await withEffect(run, compared, partition, waiting) : waiting);
    await run.alive();
    await addChanges(run, entity, partition, changes);
    const stored = await putPartition(run.objects, run.district, entity, lines.sort(byId));
    compared.kinds[entity][partition] = held.length > 0 || feed === undefined ? stored : { ...stored, feed };
  }
  return { applied, digest: digestOfAll(digests) };
}

function isHeld(entity: Entity, { before }: Removal, { all, schools }: Hold): boolean {
  if (all || schools.size === 0) return all;
  return schoolsOf(entity, JSON.parse(before.json)).some((school) => schools.has(school));
}

/** What a held removal of a user would take: every role that the person has by the committed roster. */
async function withEffect(
  run: Planning,
  { kinds }: Compared,
  partition: number,
  held: Change[],
): Promise<Change[]> {
  if (held.length === 0) return held;
  const facts = new Map<string, PersonFacts>();
  // Written by deriveAccess only.
  for (const { id, json } of await run.state.lines('person', partition, kinds.users.length))
    facts.set(id, JSON.parse(json) as PersonFacts);
  return held.map((change) => {
    const before = facts.get(change.id);
    const effect = before && roleEffect(before, { ...before, assignments: [], requests: [] });
    return effect === undefined || effect.length === 0 ? change : { ...change, effect };
  });
}
