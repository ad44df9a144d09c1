import type { Conflict } from '../access/mapping.ts';
import type { Problem } from './feed-reading.ts';
import type { ProblemWriter } from './problem-writer.ts';
import { type PartitionState, readLines, type StateLine } from './state.ts';
import type { Objects } from './sync-stores.ts';

/** Roles by their ids; `at` is the scope of the one that the person does not get. */
type KeptConflict = { system: string; kept: string; dropped: string; at: string };

/** How a person's conflicts stand in the state: a feed that changes nothing derives nothing, and is told of them too. */
export function conflictLine(userId: string, conflicts: readonly Conflict[]): StateLine {
  const kept = conflicts.map(({ kept, dropped }): KeptConflict => {
    const { type, ids } = dropped.scope;
    return { system: kept.system, kept: kept.role, dropped: dropped.role, at: `${type} ${ids.join(', ')}` };
  });
  return { status: 'active', id: userId, json: JSON.stringify(kept) };
}

/** Tells the conflicts of a state as problems of the sync that makes it. */
export async function tellConflicts(
  objects: Objects,
  partitions: readonly PartitionState[],
  problems: Pick<ProblemWriter, 'add'>,
): Promise<void> {
  for (const { key } of partitions) {
    if (key === undefined) continue;
    for (const line of readLines(await objects.get(key))) {
      // Written by conflictLine only.
      for (const conflict of JSON.parse(line.json) as KeptConflict[]) {
        await problems.add(problemOf(line.id, conflict));
      }
    }
  }
}

/** An id as the value of a problem. */
export function shownId(id: string): string {
  return id.length <= 64 ? id : `${id.slice(0, 63)}…`;
}

function problemOf(userId: string, { system, kept, dropped, at }: KeptConflict): Problem {
  return {
    file: 'users.csv',
    column: 'role',
    code: 'role-conflict',
    severity: 'warning',
    value: shownId(userId),
    message: `The mapping rules give ${userId} two ${system} roles at ${at}: ${kept} was kept, ${dropped} was not given.`,
    hint: `Leave the person one of these roles in the student information system, or change the rules so that they give one.`,
  };
}
