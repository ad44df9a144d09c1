import { putPartition } from './committed-state.ts';
import type { Planning } from './planning.ts';
import type { User } from './records.ts';
import { sameUser, type Traits, traitsOf } from './same-user.ts';
import { type Manifest, type PartitionState, readLines, type StateLine } from './state.ts';
import type { Objects } from './sync-stores.ts';

/** Two records of users from different feeds that look like one person. `evidence`: which facts agree, never their values. */
export type Match = { users: [main: string, other: string]; evidence: string[] };

type Candidate = { id: string; user: User; traits: Traits };

/** Looked for only where several feeds bring people, and these are not as they were. `feed`: of the plan, where it is not the first. */
export async function matchesAfter(
  { objects, district, state }: Planning,
  users: readonly PartitionState[],
  feed: string | undefined,
): Promise<Pick<Manifest['kinds'], 'match'>> {
  const isOne = Object.keys(state.manifest.others ?? {}).length === 0 && feed === undefined;
  const before = state.partitions('users');
  const isSame = users.length === before.length && users.every(({ key }, at) => key === before[at]?.key);
  const stored = state.partitions('match');
  if (isOne || isSame) return stored.length === 0 ? {} : { match: stored };
  const matches = await findMatches(objects, users);
  return matches.length === 0 ? {} : { match: [await putMatches(objects, district, matches)] };
}

/** Those of one person that come from different feeds: nobody has linked or told them apart yet. Sorted. */
async function findMatches(
  objects: Pick<Objects, 'get'>,
  users: readonly PartitionState[],
): Promise<Match[]> {
  const index = await indexOf(objects, users);
  const matches = new Map<string, Match>();
  for await (const line of activeLines(objects, users)) {
    // Lines of this entity hold its records.
    const user = JSON.parse(line.json) as User;
    const traits = traitsOf(user);
    const candidates = new Set(keysOf(traits).flatMap((key) => index.get(key) ?? []));
    for (const other of candidates) {
      // The first feed's record comes first; of two others each pair once.
      if (other.feed === line.feed || (line.feed !== undefined && line.feed > other.feed)) continue;
      if (isSettled({ id: line.id, user }, other)) continue;
      const evidence = sameUser(traits, other.traits);
      const match: Match = { users: [line.id, other.id], evidence: evidence ?? [] };
      if (evidence !== undefined) matches.set(matchId(match.users), match);
    }
  }
  return [...matches].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, match]) => match);
}

/** People of all feeds but the first, by what somebody else may have too. */
async function indexOf(objects: Pick<Objects, 'get'>, users: readonly PartitionState[]) {
  const index = new Map<string, (Candidate & { feed: string })[]>();
  for await (const line of activeLines(objects, users)) {
    if (line.feed === undefined) continue;
    const user = JSON.parse(line.json) as User;
    const candidate = { id: line.id, feed: line.feed, user, traits: traitsOf(user) };
    for (const key of keysOf(candidate.traits)) index.set(key, [...(index.get(key) ?? []), candidate]);
  }
  return index;
}

async function* activeLines(objects: Pick<Objects, 'get'>, users: readonly PartitionState[]) {
  for (const { key } of users) {
    if (key === undefined) continue;
    for (const line of readLines(await objects.get(key))) if (line.status === 'active') yield line;
  }
}

function keysOf({ baseName, identifier, master, userIds }: Traits): string[] {
  return [
    ...(baseName === '' ? [] : [`name ${baseName}`]),
    ...(identifier === undefined ? [] : [`identifier ${identifier}`]),
    ...(master === undefined ? [] : [`master ${master}`]),
    ...[...userIds].map(([type, id]) => `${type} ${id}`),
  ];
}

type Sided = Pick<Candidate, 'id' | 'user'>;

function isSettled(a: Sided, b: Sided): boolean {
  const linked = (one: Sided) => one.user.sameAsId;
  const goesBy = (one: Sided) => linked(one) ?? one.id;
  const differ = (one: Sided, other: Sided) => one.user.differsFromIds?.includes(other.id) === true;
  return goesBy(a) === goesBy(b) || linked(b) !== undefined || differ(a, b) || differ(b, a);
}

function matchId(users: Match['users']): string {
  return JSON.stringify(users);
}

/** Kept with the state that they were found in. */
function putMatches(objects: Objects, district: string, matches: readonly Match[]): Promise<PartitionState> {
  const lines = matches.map(({ users, evidence }): StateLine => {
    return { status: 'active', id: matchId(users), json: JSON.stringify(evidence) };
  });
  return putPartition(objects, district, 'match', lines);
}

export function matchOf({ id, json }: Pick<StateLine, 'id' | 'json'>): Match {
  // Written by putMatches only.
  return { users: JSON.parse(id) as [string, string], evidence: JSON.parse(json) as string[] };
}
