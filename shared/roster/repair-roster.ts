import type { PersonFacts } from '../access/facts.ts';
import { isSameData } from '../access/same-data.ts';
import { type Change, type ChangeTarget, holderParts, targetKey } from './plan.ts';
import type { Compared, Planning } from './planning.ts';
import type { ProblemWriter } from './problem-writer.ts';
import { type Entity, entities } from './records.ts';
import { holders, roleEffect } from './role-changes.ts';
import { pointersIn } from './settle-aliases.ts';
import { type DerivedKind, partitionOf, type StateLine, sha256 } from './state.ts';
import { noCounts } from './sync.ts';
import type { StoredItems } from './sync-stores.ts';

/** `committed`: the generation that readers see. */
export type Repairing = { stored: StoredItems; committed: number; problems: Pick<ProblemWriter, 'add'> };

type Repair = Planning & Repairing & { found: number };

/** The facts that follow from records of an entity stand under the same ids. */
const factsOf = { orgs: 'org', classes: 'class', users: 'person' } as const;

/**
 * Compares what readers see of the stored items with what was committed, and writes what was committed wherever they differ. The
 * roster and its facts stay as they are, so that a repair derives nothing. What is read waits on the scratch disk, sorted into the
 * partitions of the state: in memory is one at a time.
 */
export async function repairRoster(run: Planning, repairing: Repairing): Promise<Compared> {
  const { state } = run;
  const repair: Repair = { ...run, ...repairing, found: 0 };
  for (const entity of entities) await repairRecords(repair, entity);
  for (const [entity, kind] of Object.entries(factsOf)) {
    // The keys of the object above.
    await repairFacts(repair, entity as keyof typeof factsOf, kind);
  }
  await repairHolders(repair);
  const kinds = Object.fromEntries(entities.map((entity) => [entity, state.partitions(entity)]));
  return {
    counts: noCounts(),
    // Every entity was just set.
    kinds: kinds as Compared['kinds'],
    removals: {},
    waiting: [],
    removalsDigest: sha256(''),
    changed: false,
    found: repair.found,
  };
}

const seenFile = (kind: string, partition: number): string => `${kind}.seen-${partition}`;
const otherIdsFile = (kind: string, partition: number): string => `${kind}.others-${partition}`;
const lineOf = (id: string, seen: unknown): string => `${JSON.stringify([id, seen ?? null])}\n`;

async function repairRecords(run: Repair, entity: Entity): Promise<void> {
  const { stored, district, committed, state, workspace } = run;
  const count = Math.max(1, state.partitions(entity).length);
  for await (const items of stored.records({ district, committed }, entity)) {
    await run.alive();
    for (const { id, seen } of items) {
      await workspace.append(seenFile(entity, partitionOf(id, count)), lineOf(id, seen));
    }
  }
  const pointers = await pointersIn(state, entity);
  for (let partition = 0; partition < count; partition++) {
    const seen = await readSpilled(run, seenFile(entity, partition));
    const own = new Set<string>();
    for (const line of await state.lines(entity, partition, count)) {
      own.add(line.id);
      const target = { table: 'roster', entity, id: line.id } as const;
      await settle(run, target, { seen: seen.get(line.id) ?? undefined, committed: recordIn(line) });
      seen.delete(line.id);
    }
    for (const [id, pointer] of pointers) {
      if (partitionOf(id, count) !== partition || own.has(id)) continue;
      const target = { table: 'roster', entity, id } as const;
      await settle(run, target, { seen: seen.get(id) ?? undefined, committed: pointer });
      seen.delete(id);
    }
    for (const [id, value] of seen) {
      if (value !== null) await settle(run, { table: 'roster', entity, id }, { seen: value });
      // Facts can't be listed: those of ids that the roster table knows and the state doesn't are looked for by these.
      await workspace.append(otherIdsFile(entity, partition), lineOf(id, null));
    }
  }
}

async function readSpilled({ workspace }: Planning, file: string): Promise<Map<string, unknown>> {
  const seen = new Map<string, unknown>();
  for (const line of (await workspace.read(file)).split('\n')) {
    if (line === '') continue;
    // Written by lineOf only.
    const [id, value] = JSON.parse(line) as [string, unknown];
    seen.set(id, value);
  }
  return seen;
}

function recordIn({ status, json }: StateLine): unknown {
  return { status, record: JSON.parse(json) as unknown };
}

/** Facts asked for at once. */
const factsAtOnce = 1_000;

async function repairFacts(run: Repair, entity: keyof typeof factsOf, kind: DerivedKind): Promise<void> {
  const { stored, district, committed, state } = run;
  const count = Math.max(1, state.partitions(entity).length);
  const pointers = await pointersIn(state, entity);
  for (let partition = 0; partition < count; partition++) {
    const facts = new Map<string, unknown>();
    for (const [id, pointer] of pointers) if (partitionOf(id, count) === partition) facts.set(id, pointer);
    for (const { id, json } of await state.lines(kind, partition, count)) facts.set(id, JSON.parse(json));
    const others = await readSpilled(run, otherIdsFile(entity, partition));
    const ids = [...new Set([...facts.keys(), ...others.keys()])];
    for (let from = 0; from < ids.length; from += factsAtOnce) {
      await run.alive();
      const some = ids.slice(from, from + factsAtOnce);
      const seen = await stored.facts({ district, committed }, kind, some);
      for (const id of some) {
        await settle(
          run,
          { table: 'access', entity: kind, id },
          { seen: seen.get(id), committed: facts.get(id) },
        );
      }
    }
  }
}

async function repairHolders(run: Repair): Promise<void> {
  const { stored, district, committed, state, workspace } = run;
  const count = Math.max(1, state.partitions('person').length);
  for (const role of await rolesHeld(run)) {
    for await (const rows of stored.holders({ district, committed }, role)) {
      await run.alive();
      for (const { id, userId, seen } of rows) {
        await workspace.append(seenFile('holder', partitionOf(userId, count)), lineOf(id, seen));
      }
    }
  }
  for (let partition = 0; partition < count; partition++) {
    const seen = await readSpilled(run, seenFile('holder', partition));
    for (const line of await state.lines('person', partition, count)) {
      // The lines of kind person hold PersonFacts.
      for (const [id, value] of holders(line.id, JSON.parse(line.json) as PersonFacts)) {
        await settle(
          run,
          { table: 'assignments', entity: 'holder', id },
          { seen: seen.get(id), committed: value },
        );
        seen.delete(id);
      }
    }
    for (const [id, value] of seen) {
      await settle(run, { table: 'assignments', entity: 'holder', id }, { seen: value });
    }
  }
}

/** The roles that anybody has, or would have once confirmed. */
async function rolesHeld({ state, alive }: Planning): Promise<{ system: string; role: string }[]> {
  const roles = new Map<string, { system: string; role: string }>();
  const count = state.partitions('person').length;
  for (let partition = 0; partition < count; partition++) {
    await alive();
    for (const { json } of await state.lines('person', partition, count)) {
      const { assignments, requests } = JSON.parse(json) as PersonFacts;
      for (const { system, role } of [...assignments, ...requests]) {
        roles.set(`${system}\t${role}`, { system, role });
      }
    }
  }
  return [...roles.keys()].sort().flatMap((key) => roles.get(key) ?? []);
}

/** Writes what was committed where readers see anything else, and where an unfinished plan may have written. */
async function settle(
  run: Repair,
  target: ChangeTarget,
  { seen, committed }: { seen?: unknown; committed?: unknown },
): Promise<void> {
  const same = isSameData(seen, committed);
  const covered = committed !== undefined && run.cover.has(targetKey(target));
  if (same && !covered) return;
  const change: Change = {
    ...target,
    kind: same ? 'cover' : 'repair',
    ...(committed === undefined ? {} : { now: committed }),
    ...(seen === undefined ? {} : { prev: seen }),
  };
  if (!same) {
    run.found++;
    await run.problems.add(driftOf(target, { seen, committed }));
    const effect = target.entity === 'person' ? effectOf(seen, committed) : [];
    if (effect.length > 0) change.effect = effect;
  }
  await run.chunks.add([change]);
}

function effectOf(seen: unknown, committed: unknown): Change['effect'] & object {
  // What readers see may be anything; roles can be compared only where there are lists of them.
  return roleEffect(
    looksLikeFacts(seen) ? seen : undefined,
    looksLikeFacts(committed) ? committed : undefined,
  );
}

function looksLikeFacts(value: unknown): value is PersonFacts {
  if (typeof value !== 'object' || value === null) return false;
  return ['assignments', 'requests'].every((name) => Array.isArray(Reflect.get(value, name)));
}

/** Says which item; never what stands in it. */
function driftOf(target: ChangeTarget, { seen, committed }: { seen?: unknown; committed?: unknown }) {
  const message =
    seen === undefined
      ? 'It was committed and is not stored.'
      : committed === undefined
        ? 'It is stored and was never committed.'
        : 'What is stored is not what was committed.';
  const id = target.table === 'assignments' ? holderParts(target.id).userId : target.id;
  return {
    file: `${target.table}/${target.entity}`,
    code: 'drift',
    severity: 'warning' as const,
    value: id,
    message,
    hint: 'Look at the plan of this repair, and approve it: what was committed is written again. Somebody wrote past the syncs.',
  };
}
