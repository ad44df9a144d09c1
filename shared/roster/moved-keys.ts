import { CommittedState } from './committed-state.ts';
import { type Change, chunkKey, heldPrefix } from './plan.ts';
import { type Entity, entities } from './records.ts';
import { type StateKind, type StateLine, writeLine } from './state.ts';
import type { PlanSummary } from './sync.ts';
import type { Objects } from './sync-stores.ts';

export type RecordKey = { entity: Entity; sourcedId: string };
/** The first of them, and how many there are. */
export type MovedKeys = { keys: RecordKey[]; total: number };

const shownKeys = 100;
const chunksAtOnce = 8;

/** Whose access facts follow from it, of derived kinds. */
const recordOf = { person: 'users', class: 'classes', org: 'orgs' } as const;
const kinds: readonly [StateKind, Entity][] = [
  ...entities.map((entity): [StateKind, Entity] => [entity, entity]),
  ['person', 'users'],
  ['class', 'classes'],
  ['org', 'orgs'],
];

/** Records that a held plan touches and whose state has changed since the plan was made. Memory grows with what has changed. */
export async function movedKeys(
  objects: Pick<Objects, 'get'>,
  plan: PlanSummary,
  states: { district: string; from: string | undefined; to: string | undefined },
): Promise<MovedKeys> {
  const changed = await changedKeys(objects, states);
  const moved: MovedKeys = { keys: [], total: 0 };
  if (changed.size === 0) return moved;
  const chunks = [
    ...chunkKeys(plan.prefix, plan.chunks),
    ...chunkKeys(heldPrefix(plan.prefix), plan.heldChunks),
  ];
  for (let from = 0; from < chunks.length; from += chunksAtOnce) {
    const texts = await Promise.all(chunks.slice(from, from + chunksAtOnce).map((key) => objects.get(key)));
    for (const touched of texts.flatMap(keysOf)) {
      // Once each, however many changes of it the plan has.
      if (!changed.delete(textOf(touched))) continue;
      moved.total++;
      if (moved.keys.length < shownKeys) moved.keys.push(touched);
    }
  }
  return moved;
}

function chunkKeys(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, chunk) => chunkKey(prefix, chunk));
}

const textOf = ({ entity, sourcedId }: RecordKey): string => `${entity}\t${sourcedId}`;

function keysOf(chunk: string): RecordKey[] {
  return chunk.split('\n').flatMap((line) => {
    // Written by ChunkWriter only.
    const change = line === '' ? undefined : (JSON.parse(line) as Change);
    // A holder goes with the facts of the person.
    if (change === undefined || change.kind === 'cover' || change.table === 'assignments') return [];
    const entity = change.table === 'roster' ? change.entity : recordOf[change.entity];
    return [{ entity, sourcedId: change.id }];
  });
}

/** How often a record was missed is nobody's change; nor is when it changed, where it is as it was. */
function standing({ missing: _, changed: __, ...line }: StateLine): string {
  return writeLine(line);
}

/** Reads only partitions that are not the same objects. */
async function changedKeys(
  objects: Pick<Objects, 'get'>,
  { district, ...at }: { district: string; from: string | undefined; to: string | undefined },
): Promise<Set<string>> {
  const changed = new Set<string>();
  if (at.from === at.to) return changed;
  const from = await CommittedState.open(objects, district, at.from);
  const to = await CommittedState.open(objects, district, at.to);
  for (const [kind, entity] of kinds) {
    const count = Math.max(from.partitions(kind).length, to.partitions(kind).length);
    for (let partition = 0; partition < count; partition++) {
      if (from.keyAt(kind, partition) === to.keyAt(kind, partition)) continue;
      const left = new Map<string, string>();
      for (const line of await from.lines(kind, partition, count)) left.set(line.id, standing(line));
      for (const line of await to.lines(kind, partition, count)) {
        const before = left.get(line.id);
        left.delete(line.id);
        if (before !== standing(line)) changed.add(textOf({ entity, sourcedId: line.id }));
      }
      for (const sourcedId of left.keys()) changed.add(textOf({ entity, sourcedId }));
    }
  }
  return changed;
}
