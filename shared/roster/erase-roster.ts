import { putPartition } from './committed-state.ts';
import { rosterChange } from './compare.ts';
import { type Change, targetKey } from './plan.ts';
import { type Compared, nothingCompared, type Planning } from './planning.ts';
import { type Enrollment, type Entity, entities } from './records.ts';
import { addChanges } from './settle-removals.ts';
import type { PartitionState, StateLine } from './state.ts';
import { type Erased, lineWithout } from './without-person.ts';

/**
 * The committed roster without one person, whatever their status: their records and enrollments go, and records of others name them no
 * more. As of a purge, a second plan takes out what items keep of it (decision 0030).
 */
export async function eraseRoster(run: Planning, users: readonly string[]): Promise<Compared> {
  const out: Compared = { ...nothingCompared(), found: 0 };
  const erased = { users: new Set(users), enrollments: await enrollmentsOf(run, new Set(users)) };
  run.edits.forgetPerson(erased);
  for (const entity of entities) {
    for (const [partition, before] of run.state.partitions(entity).entries()) {
      await run.alive();
      out.kinds[entity].push(await erasePartition(run, out, { entity, partition, before, erased }));
    }
  }
  out.changed = out.found !== 0;
  return out;
}

async function enrollmentsOf({ state, alive }: Planning, users: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  const count = state.partitions('enrollments').length;
  for (let partition = 0; partition < count; partition++) {
    await alive();
    for (const { id, json } of await state.lines('enrollments', partition, count)) {
      // Lines of this entity hold its records.
      if (users.has((JSON.parse(json) as Enrollment).userId)) found.add(id);
    }
  }
  return found;
}

type Erasing = { entity: Entity; partition: number; before: PartitionState; erased: Erased };

async function erasePartition(
  run: Planning,
  out: Compared,
  { entity, partition, before, erased }: Erasing,
): Promise<PartitionState> {
  const lines = await run.state.lines(entity, partition, run.state.partitions(entity).length);
  const kept: StateLine[] = [];
  const changes: Change[] = [];
  let moved = 0;
  for (const line of lines) {
    const left = lineWithout(entity, line, erased);
    if (left === undefined) {
      changes.push(rosterChange(entity, 'purge', line, undefined));
      out.counts[entity].purged = (out.counts[entity].purged ?? 0) + 1;
    } else if (left !== line) {
      kept.push({ ...left, changed: run.at });
      changes.push(rosterChange(entity, 'update', line, left));
    } else {
      kept.push(line);
      if (run.cover.has(targetKey({ table: 'roster', entity, id: line.id })))
        changes.push(rosterChange(entity, 'cover', line, line));
    }
    if (left !== line) moved += 1;
  }
  await addChanges(run, entity, partition, changes);
  out.found = (out.found ?? 0) + moved;
  if (moved === 0) return before;
  // Without the feed's digest: a feed that still names the person is read, and says so.
  return putPartition(run.objects, run.district, entity, kept);
}
