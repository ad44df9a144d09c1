import type { Aliases } from './aliases.ts';
import type { CommittedState } from './committed-state.ts';
import type { Problem, RenamedRow } from './feed-reading.ts';
import type { Rename } from './find-renames.ts';
import type { Entity } from './records.ts';
import { refusedRename } from './rename-problems.ts';
import { partitionOf } from './state.ts';

type Stated = { renames: Rename[]; problems: Problem[] };

/**
 * What the source says of ids that it has changed, in its order: an id that was given up may be given again. Lines that say what is so
 * already say nothing.
 */
export async function takeStated(
  { state, snapshot }: { state: CommittedState; snapshot: { stated: readonly RenamedRow[] } },
  aliases: Aliases,
  pending: Aliases,
): Promise<Stated> {
  const out: Stated = { renames: [], problems: [] };
  const ownOf = (entity: Entity, id: string) => pending.own(entity, aliases.own(entity, id));
  const known = await knownIds(state, snapshot.stated, aliases);
  const given = new Set<string>();
  for (const row of snapshot.stated) {
    const { entity, from, to } = row;
    const own = ownOf(entity, from);
    const isTaken = known.has(`${entity}\t${to}`) && !given.has(`${entity}\t${to}`);
    const isSo =
      ownOf(entity, to) === own || (!known.has(`${entity}\t${own}`) && (isTaken || aliases.has(entity, to)));
    if (isSo) continue;
    if (!known.has(`${entity}\t${own}`)) out.problems.push(refusedRename('rename-unknown', row));
    else if (isTaken || aliases.has(entity, to)) out.problems.push(refusedRename('rename-taken', row));
    else {
      given.add(`${entity}\t${from}`);
      given.delete(`${entity}\t${to}`);
      pending.add({ entity, id: to, own });
      out.renames.push({ entity, id: to, own, agrees: ['said by the source'] });
    }
  }
  return out;
}

/** Which of the ids that are named the roster has. */
async function knownIds(
  state: CommittedState,
  rows: readonly RenamedRow[],
  aliases: Aliases,
): Promise<Set<string>> {
  const known = new Set<string>();
  for (const [entity, some] of Map.groupBy(rows, (row) => row.entity)) {
    const count = state.partitions(entity).length;
    const ids = new Set(some.flatMap(({ from, to }) => [from, to, aliases.own(entity, from)]));
    for (const [partition, asked] of Map.groupBy(ids, (id) => partitionOf(id, count))) {
      const wanted = new Set(asked);
      for (const { id } of count === 0 ? [] : await state.lines(entity, partition, count)) {
        if (wanted.has(id)) known.add(`${entity}\t${id}`);
      }
    }
  }
  return known;
}
