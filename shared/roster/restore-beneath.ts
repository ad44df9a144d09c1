import type { CommittedState } from './committed-state.ts';
import type { EditLayer } from './edit-layer.ts';
import type { Compared } from './planning.ts';
import { type Entity, entities } from './records.ts';
import { isSame, restoreLine } from './restore-line.ts';
import { partitionOf, type StateLine } from './state.ts';

type Restoring = {
  edits: EditLayer;
  /** The states that the undone sync was planned against and has made. */
  before: CommittedState;
  after: CommittedState;
};

type Ids = ReadonlyMap<Entity, readonly string[]>;

/**
 * What the feed says itself of records with overrides goes back three ways, as the records do: else a release would bring the undone
 * feed. Partitions where it does lose the digest of their feed, which says the same of the line on top but another thing beneath.
 */
export async function restoreBeneath(
  { edits, before, after }: Restoring,
  { kinds }: Pick<Compared, 'kinds'>,
): Promise<void> {
  const lines = edits.beneath();
  if (lines.length === 0) return;
  const ids = idsOf(lines);
  const [was, made] = [await fedLines(before, ids), await fedLines(after, ids)];
  for (const now of lines) {
    const { line } = restoreLine({ before: was.get(now.id), after: made.get(now.id), now });
    // Where the undone sync has made the record, it goes with its line, or stays as a later edit has it.
    if (line === undefined || isSame(line, now)) continue;
    edits.putBeneath(line);
    const [entity, id] = namedBy(now);
    const parts = kinds[entity];
    const at = partitionOf(id, parts.length);
    const part = parts[at];
    if (part === undefined) continue;
    const { feed: _, ...rest } = part;
    parts[at] = rest;
  }
}

/** By the ids of lines beneath; without overrides, the record itself was the feed's. */
async function fedLines(state: CommittedState, ids: Ids): Promise<Map<string, StateLine>> {
  const fed = new Map((await state.lines('beneath', 0, 1)).map((line) => [line.id, line]));
  for (const [entity, all] of ids) {
    const count = state.partitions(entity).length;
    const left = all.filter((id) => !fed.has(`${entity}/${id}`));
    for (const [partition, some] of Map.groupBy(left, (id) => partitionOf(id, count))) {
      const wanted = new Set(some);
      for (const { id, json } of await state.lines(entity, partition, count)) {
        if (wanted.has(id)) fed.set(`${entity}/${id}`, { status: 'active', id: `${entity}/${id}`, json });
      }
    }
  }
  return fed;
}

function idsOf(lines: readonly StateLine[]): Ids {
  const ids = new Map<Entity, string[]>(entities.map((entity) => [entity, []]));
  for (const line of lines) {
    const [entity, id] = namedBy(line);
    ids.get(entity)?.push(id);
  }
  return ids;
}

function namedBy({ id }: StateLine): [Entity, string] {
  const slash = id.indexOf('/');
  // The layer names its lines so.
  return [id.slice(0, slash) as Entity, id.slice(slash + 1)];
}
