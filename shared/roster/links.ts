import type { Membership } from '../access/facts.ts';
import type { RecordStatus, User } from './records.ts';
import { type PartitionState, readLines } from './state.ts';
import type { Objects } from './sync-stores.ts';

export type LinkedRecord = { user: User; status: RecordStatus };

/** A student names somebody: `agent` is the record that is named, `record` the one that names it, `id` the student's main one. */
export type NamedAsAgent = { id: string; record: string; agent: string };

/** `of`: the record that is enrolled, where it goes by another. */
export type TiedMembership = Membership & { of?: string };

/** Records of users that people have said are one person; the person goes by the id of one of them. */
export type Links = {
  /** The id that the person goes by: the record's own where nothing else was said. */
  main(id: string): string;
  /** The person's other records, by their ids. */
  others(main: string): LinkedRecord[];
};

/** A roster without any costs a look at each line, and no more. */
export async function linksOf(
  objects: Pick<Objects, 'get'>,
  users: readonly PartitionState[],
): Promise<Links> {
  const linked = new Map<string, LinkedRecord & { same: string }>();
  for await (const line of linesOf(objects, users)) {
    if (!line.json.includes('"sameAsId"')) continue;
    // Lines of this entity hold its records.
    const user = JSON.parse(line.json) as User;
    if (user.sameAsId === undefined) continue;
    linked.set(line.id, { user, status: line.status, same: user.sameAsId });
  }
  if (linked.size === 0) return { main: (id) => id, others: () => [] };
  const known = new Set<string>();
  const wanted = new Set([...linked.values()].map(({ same }) => same));
  for await (const { id } of linesOf(objects, users)) if (wanted.has(id)) known.add(id);
  const mains = new Map([...linked.keys()].map((id) => [id, mainOf(id, linked, known)]));
  const groups = Map.groupBy(
    [...linked].filter(([id]) => mains.get(id) !== id).sort(([a], [b]) => (a < b ? -1 : 1)),
    ([id]) => mains.get(id) ?? id,
  );
  return {
    main: (id) => mains.get(id) ?? id,
    others: (main) => (groups.get(main) ?? []).map(([, { user, status }]) => ({ user, status })),
  };
}

async function* linesOf(objects: Pick<Objects, 'get'>, users: readonly PartitionState[]) {
  for (const { key } of users) if (key !== undefined) yield* readLines(await objects.get(key));
}

/** Where the links lead; a record that they lead nowhere from, or in a circle, is its own person. */
function mainOf(
  id: string,
  linked: ReadonlyMap<string, { same: string }>,
  known: ReadonlySet<string>,
): string {
  const path = new Set<string>();
  let at = id;
  for (let next = linked.get(at); next !== undefined; next = linked.get(at)) {
    if (path.has(at) || !known.has(next.same)) return id;
    path.add(at);
    at = next.same;
  }
  return at;
}
