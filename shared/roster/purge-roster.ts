import type { PurgedItem } from './chunk-writer.ts';
import { putPartition } from './committed-state.ts';
import { rosterChange } from './compare.ts';
import { targetKey } from './plan.ts';
import { type Compared, nothingCompared, type Planning } from './planning.ts';
import type { ProblemWriter } from './problem-writer.ts';
import { type Entity, entities, type RecordOf } from './records.ts';
import { addChanges } from './settle-removals.ts';
import type { PartitionState, StateLine } from './state.ts';

export type Purging = {
  graceDays: number;
  /** Those of the ids that a user account is tied to; their people stay until it is removed. */
  signingIn(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  problems: Pick<ProblemWriter, 'add'>;
};

type Named = { [E in Entity]?: readonly (string | undefined)[] };
type Due = Record<Entity, Set<string>>;

const dayMs = 24 * 3_600_000;
/** Purged keys in one object of the state. */
const keysPerPart = 50_000;

/** Whether a record has been away for the whole grace period, to the millisecond; a day is 24 hours. */
export function isDue(
  { status, since }: StateLine,
  { at, graceDays }: { at: string; graceDays: number },
): boolean {
  return (
    status !== 'active' && since !== undefined && Date.parse(at) - Date.parse(since) >= graceDays * dayMs
  );
}

/**
 * The committed roster without what was suspended or marked for longer than the grace period. Nothing goes that a record names which
 * stays, so that no reference ever leads nowhere and a person's enrollments go no later than the person.
 */
export async function purgeRoster(run: Planning, purging: Purging): Promise<Compared> {
  const out: Compared = { ...nothingCompared(), found: 0 };
  const due = await findDue(run, purging);
  await keepNamed(run, purging, due);
  for (const entity of entities) await purgeEntity(run, { entity, out, goes: goesOf(run, purging, due) });
  out.changed = out.found !== 0;
  return out;
}

/** Nobody names an enrollment, and there are many: whether one goes is said of its line alone. */
function goesOf(run: Planning, { graceDays }: Purging, due: Due) {
  return (entity: Entity, line: StateLine): boolean =>
    entity === 'enrollments' ? isDue(line, { at: run.at, graceDays }) : due[entity].has(line.id);
}

async function findDue(run: Planning, { graceDays, signingIn, problems }: Purging): Promise<Due> {
  const due: Due = {
    ...{ orgs: new Set(), academicSessions: new Set(), courses: new Set() },
    ...{ classes: new Set(), users: new Set(), enrollments: new Set() },
  };
  for (const entity of entities) {
    if (entity === 'enrollments') continue;
    for await (const lines of partitionsOf(run, entity)) {
      const ids = lines.filter((line) => isDue(line, { at: run.at, graceDays })).map(({ id }) => id);
      const kept = entity === 'users' && ids.length > 0 ? await signingIn(ids) : new Set();
      for (const id of ids) {
        if (!kept.has(id)) due[entity].add(id);
        else await problems.add(stillSignsIn(id));
      }
    }
  }
  return due;
}

/** Takes out of `due` what is named by a record that stays, children before parents. */
async function keepNamed(run: Planning, purging: Purging, due: Due): Promise<void> {
  for (const entity of [...entities].reverse()) {
    // One that stays after all names others in turn: those of its own kind may have been looked at already.
    while (await keepNamedBy(run, entity, { goes: goesOf(run, purging, due), due }));
  }
}

/** Whether any of the entity itself was kept. */
async function keepNamedBy(
  run: Planning,
  entity: Entity,
  { goes, due }: Pick<At, 'goes'> & { due: Due },
): Promise<boolean> {
  let again = false;
  if (entities.every((other) => due[other].size === 0)) return again;
  for await (const lines of partitionsOf(run, entity)) {
    const named = lines.filter((line) => !goes(entity, line)).flatMap((line) => namedBy(entity, line));
    for (const [other, id] of named) {
      if (due[other].delete(id) && other === entity) again = true;
    }
  }
  return again;
}

/** Each with the entity that it is of. */
function namedBy(entity: Entity, { json }: StateLine): [Entity, string][] {
  // Written by a plan from a record of this entity.
  const named = references[entity](JSON.parse(json) as never);
  return entities.flatMap((other) =>
    (named[other] ?? []).flatMap((id): [Entity, string][] => (id === undefined ? [] : [[other, id]])),
  );
}

const references: { [E in Entity]: (record: RecordOf[E]) => Named } = {
  orgs: ({ parentId }) => ({ orgs: [parentId] }),
  academicSessions: ({ parentId }) => ({ academicSessions: [parentId] }),
  courses: ({ schoolYearId, orgId }) => ({ academicSessions: [schoolYearId], orgs: [orgId] }),
  classes: ({ courseId, schoolId, termIds = [] }) => ({
    courses: [courseId],
    orgs: [schoolId],
    academicSessions: termIds,
  }),
  users: ({ primaryOrgId, roles, agentIds = [], sameAsId }) => ({
    orgs: [primaryOrgId, ...roles.map(({ orgId }) => orgId)],
    users: [...agentIds, sameAsId],
  }),
  enrollments: ({ classId, schoolId, userId }) => ({ classes: [classId], orgs: [schoolId], users: [userId] }),
};

type At = { entity: Entity; out: Compared; goes: (entity: Entity, line: StateLine) => boolean };

async function purgeEntity(run: Planning, { entity, out, goes }: At): Promise<void> {
  const stored = run.state.partitions(entity);
  for (const [partition, before] of stored.entries()) {
    await run.alive();
    const lines = await run.state.lines(entity, partition, stored.length);
    const gone = lines.filter((line) => goes(entity, line));
    for (const { id } of gone) run.edits.forget(entity, id);
    const kept = gone.length === 0 ? lines : lines.filter((line) => !goes(entity, line));
    const changes = [
      ...gone.map((line) => rosterChange(entity, 'purge', line, undefined)),
      ...kept
        .filter(({ id }) => run.cover.has(targetKey({ table: 'roster', entity, id })))
        .map((line) => rosterChange(entity, 'cover', line, line)),
    ];
    await addChanges(run, entity, partition, changes);
    out.found = (out.found ?? 0) + gone.length;
    out.counts[entity].purged = (out.counts[entity].purged ?? 0) + gone.length;
    out.kinds[entity].push(gone.length === 0 ? before : await keptOf(run, entity, { kept, before }));
  }
}

/** The feed that the partition came from would still make nothing else of it. */
async function keptOf(
  run: Planning,
  entity: Entity,
  { kept, before: { feed } }: { kept: StateLine[]; before: PartitionState },
): Promise<PartitionState> {
  const partition = await putPartition(run.objects, run.district, entity, kept);
  return feed === undefined ? partition : { ...partition, feed };
}

async function* partitionsOf({ state, alive }: Planning, entity: Entity): AsyncGenerator<StateLine[]> {
  const count = state.partitions(entity).length;
  for (let partition = 0; partition < count; partition++) {
    await alive();
    yield await state.lines(entity, partition, count);
  }
}

/** Keeps which items a purge leaves something in; ids only. */
export async function putPurged(run: Planning, purged: readonly PurgedItem[]): Promise<PartitionState[]> {
  const parts: PartitionState[] = [];
  for (let from = 0; from < purged.length; from += keysPerPart) {
    const lines = purged.slice(from, from + keysPerPart).map(
      ({ target: { table, entity, id }, stays }): StateLine => ({
        status: stays ? 'active' : 'tobedeleted',
        id,
        json: JSON.stringify({ table, entity }),
      }),
    );
    parts.push(await putPartition(run.objects, run.district, 'purged', lines));
  }
  return parts;
}

function stillSignsIn(id: string): Parameters<Purging['problems']['add']>[0] {
  return {
    file: 'users',
    code: 'purge-account',
    severity: 'warning',
    value: id,
    message: 'The person has been suspended for longer than the grace period, but has a user account yet.',
    hint: 'Remove the account, and the next purge takes the person; with it, whoever gets the id next could be signed in to.',
  };
}
