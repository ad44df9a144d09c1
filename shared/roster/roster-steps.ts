import type { CommittedState } from './committed-state.ts';
import { entities } from './records.ts';
import type { StateLine } from './state.ts';

/** In the order in which they are told: what others refer to first, and access facts of people last. */
export const toldKinds = [...entities, 'person'] as const;

/** Before the first line of a partition, or behind one of its ids. `kind`: index of `toldKinds`. */
export type RosterPlace = { kind: number; partition: number; after?: string | undefined };

export type RosterChange = {
  id: string;
  change: 'created' | 'updated' | 'suspended' | 'reactivated' | 'removed';
};

/**
 * Whatever any step of a row of committed states touched, from a place on: a partition at a time, by id, each id once, with what
 * became of it from the first state to the last. Steps count, not their sum: who read a record between two steps that undo each other
 * has to read it again. Partitions that no step touched are not read; memory holds three versions of one.
 */
export async function* rosterSteps(
  states: readonly CommittedState[],
  from: RosterPlace,
): AsyncGenerator<{ kind: number; partition: number; changes: RosterChange[] }> {
  for (let kind = from.kind; kind < toldKinds.length; kind += 1) {
    const name = toldKinds[kind];
    if (name === undefined) return;
    const count = Math.max(...states.map((state) => state.partitions(name).length));
    for (let partition = kind === from.kind ? from.partition : 0; partition < count; partition += 1) {
      const changes = await stepsOf(states, { kind: name, partition, count });
      const isResumed = kind === from.kind && partition === from.partition;
      const { after } = from;
      const left = isResumed && after !== undefined ? changes.filter(({ id }) => id > after) : changes;
      if (changes.length > 0) yield { kind, partition, changes: left };
    }
  }
}

async function stepsOf(
  states: readonly CommittedState[],
  { kind, partition, count }: { kind: (typeof toldKinds)[number]; partition: number; count: number },
): Promise<RosterChange[]> {
  const keys = states.map((state) => state.keyAt(kind, partition));
  if (keys.every((key) => key === keys[0])) return [];
  const linesOf = async (state: CommittedState | undefined) =>
    new Map((await state?.lines(kind, partition, count))?.map((line) => [line.id, line]));
  const first = await linesOf(states[0]);
  const touched = new Set<string>();
  let last = first;
  for (const [at, state] of states.entries()) {
    if (at === 0 || keys[at] === keys[at - 1]) continue;
    const next = await linesOf(state);
    for (const [id, line] of next) if (!isSame(last.get(id), line)) touched.add(id);
    for (const id of last.keys()) if (!next.has(id)) touched.add(id);
    last = next;
  }
  return [...touched].sort().map((id) => ({ id, change: changeOf(first.get(id), last.get(id)) }));
}

/** Marks say how a record goes; nobody who reads the roster sees them. */
function isSame(before: StateLine | undefined, after: StateLine): boolean {
  return before?.status === after.status && before.json === after.json;
}

function changeOf(before: StateLine | undefined, after: StateLine | undefined): RosterChange['change'] {
  if (after === undefined) return 'removed';
  const isActive = after.status === 'active';
  if (before === undefined) return isActive ? 'created' : 'suspended';
  if (isActive === (before.status === 'active')) return 'updated';
  return isActive ? 'reactivated' : 'suspended';
}
