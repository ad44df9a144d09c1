import type { CommittedState } from './committed-state.ts';
import type { Problem } from './feed-reading.ts';
import { dropsFile, readDrops, rowsFile, type Snapshot } from './read-feed.ts';
import type { ClassRecord, Enrollment, Entity, User } from './records.ts';
import { partitionOf, readLines, type StateLine } from './state.ts';
import type { Only } from './sync.ts';
import type { Workspace } from './sync-stores.ts';

/** Whether a sync of single people, classes and schools is about a record. */
export function inOnly(only: Only, entity: Entity, { id, json }: Pick<StateLine, 'id' | 'json'>): boolean {
  const { users, classes, schools } = only;
  // A line of an entity holds that entity's record.
  switch (entity) {
    case 'orgs':
      return has(schools, id);
    case 'classes':
      return (
        has(classes, id) ||
        (schools !== undefined && has(schools, (JSON.parse(json) as ClassRecord).schoolId))
      );
    case 'users':
      return (
        has(users, id) ||
        (schools !== undefined && (JSON.parse(json) as User).roles.some(({ orgId }) => has(schools, orgId)))
      );
    case 'enrollments': {
      const { userId, classId, schoolId } = JSON.parse(json) as Enrollment;
      return has(users, userId) || has(classes, classId) || has(schools, schoolId);
    }
    case 'academicSessions':
    case 'courses':
      return false;
    default:
      return entity satisfies never;
  }
}

const has = (ids: readonly string[] | undefined, id: string): boolean => ids?.includes(id) ?? false;

/** Whether a record is among those that are named themselves, of whatever it may say. */
export function isNamed(only: Only, entity: Entity, id: string): boolean {
  if (entity === 'orgs') return has(only.schools, id);
  return (entity === 'users' || entity === 'classes') && has(only[entity], id);
}

type Looking = { only: Only; state: CommittedState; snapshot: Snapshot; workspace: Workspace };

const named = [
  ['users', 'users', 'user'],
  ['classes', 'classes', 'class'],
  ['schools', 'orgs', 'org'],
] as const;

/** Ids that neither the feed nor the roster knows. */
export async function unknownOnly({ only, state, snapshot, workspace }: Looking): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [list, entity, word] of named) {
    const { partitions } = snapshot.spills[entity];
    for (let partition = 0; partition < partitions; partition++) {
      const asked = only[list]?.filter((id) => partitionOf(id, partitions) === partition) ?? [];
      if (asked.length === 0) continue;
      const rows = readLines(await workspace.read(rowsFile(entity, partition)));
      const drops = readDrops(await workspace.read(dropsFile(entity, partition)));
      const stored = await state.lines(entity, partition, partitions);
      const known = new Set([...[...rows, ...stored].map(({ id }) => id), ...drops.rows]);
      for (const id of asked) if (!known.has(id)) problems.push(unknown(entity, word, id));
    }
  }
  return problems;
}

function unknown(entity: Entity, word: string, id: string): Problem {
  return {
    file: `${entity}.csv`,
    column: 'sourcedId',
    code: 'only-unknown',
    severity: 'warning',
    value: id,
    message: `Neither the feed nor the roster has this ${word}; the rest of what was named went on.`,
    hint: 'Look for a slip in the id, or sync again once the source has it.',
  };
}
