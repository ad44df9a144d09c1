import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { HolderSlice } from '../access/candidates.ts';
import type { Assignment, Person } from '../access/facts.ts';
import type { Entity } from '../roster/records.ts';
import {
  boundedPart,
  holderKey,
  holderPartition,
  holderShards,
  joinKey,
  ownResourcePartition,
  resourceShards,
  rosterPartition,
  rosterShards,
  splitKey,
} from './keys.ts';
import { queryPage } from './query.ts';

/** Somebody or something that a search looks at: its id, and its place in the walk. */
export type Candidate = { at: string; id: string };

/** What a walk finds after a place; `done` where nothing comes after these. */
export type Candidates = { found: Candidate[]; done: boolean };

type Where = { after: string | undefined; most: number };
type Slice = { table: string; partition: string; prefix?: string };

/**
 * Ids that searches begin from, by keys alone: no name, no fact, no version leaves a table. Whether what an id names exists now is
 * for its facts to say. `roster`: pk = district, entity, shard; sk = id. `assignments`: pk = district, role, shard; sk = scope id,
 * user, assignment; pk = district, resource type, shard, sk = id. All partitions are read at once and merged by sk, so that a place is one sort key and each page one round trip.
 */
export class CandidateStore {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: { roster?: string; assignments: string };

  constructor(dynamo: DynamoDBDocumentClient, tables: { roster?: string; assignments: string }) {
    this.#dynamo = dynamo;
    this.#tables = tables;
  }

  /** Every id that the entity ever had, by id. */
  async records(district: string, entity: Entity, where: Where): Promise<Candidates> {
    const { roster: table } = this.#tables;
    if (table === undefined) throw new Error('This search is among holders of roles alone.');
    const slices = Array.from({ length: rosterShards }, (_, shard) => ({
      table,
      partition: rosterPartition(district, entity, shard),
    }));
    const { keys, done } = await this.#merged(slices, where);
    return { done, found: keys.map((sk) => ({ at: sk, id: sk })) };
  }

  /** Whoever was given one of the roles: a user as often as there are rows, of which {@link isFirstPlace} takes one. */
  async holders(district: string, wanted: readonly HolderSlice[], where: Where): Promise<Candidates> {
    const slices = wanted.flatMap(({ system, role, scopeId }) =>
      Array.from({ length: holderShards }, (_, shard) => ({
        table: this.#tables.assignments,
        partition: holderPartition(district, system, role, shard),
        ...(scopeId === undefined ? {} : { prefix: `${joinKey(boundedPart('scope', scopeId))}#` }),
      })),
    );
    const { keys, done } = await this.#merged(slices, where);
    return { done, found: keys.map((sk) => ({ at: sk, id: splitKey(sk)[1] ?? '' })) };
  }

  /** What something is kept of, of one of a catalogue's own types. */
  async kept(district: string, type: string, where: Where): Promise<Candidates> {
    const slices = Array.from({ length: resourceShards }, (_, shard) => ({
      table: this.#tables.assignments,
      partition: ownResourcePartition(district, type, shard),
    }));
    const { keys, done } = await this.#merged(slices, where);
    return { done, found: keys.map((sk) => ({ at: sk, id: sk })) };
  }

  async #merged(
    slices: readonly Slice[],
    { after, most }: Where,
  ): Promise<{ keys: string[]; done: boolean }> {
    const limit = Math.max(1, Math.ceil(most / Math.max(1, slices.length)));
    const pages = await Promise.all(slices.map((slice) => this.#keys(slice, after, limit)));
    // Beyond the last key of a partition that goes on, that partition may have keys which were not read.
    const known = pages.flatMap(({ keys, more }) => (more ? keys.slice(-1) : [])).sort(byBytes)[0];
    const keys = pages.flatMap((page) => page.keys).sort(byBytes);
    if (known === undefined) return { keys, done: true };
    return { keys: keys.filter((sk) => byBytes(sk, known) <= 0), done: false };
  }

  async #keys(
    slice: Slice,
    after: string | undefined,
    limit: number,
  ): Promise<{ keys: string[]; more: boolean }> {
    const { prefix } = slice;
    const isPast = prefix !== undefined && after !== undefined && byBytes(after, `${prefix}\u{10ffff}`) > 0;
    if (isPast) return { keys: [], more: false };
    // DynamoDB refuses a start outside the range that is asked for.
    const start =
      prefix !== undefined && after !== undefined && byBytes(after, prefix) < 0 ? undefined : after;
    const { items, more } = await queryPage(this.#dynamo, { ...slice, after: start, limit, keysOnly: true });
    return { keys: items.map(({ sk }) => String(sk)), more };
  }
}

/**
 * Whether a place is the first of all that the person has in these slices: by what the person was given, so that one who stands in
 * many rows is found once.
 */
export function isFirstPlace(
  { at, id }: Candidate,
  slices: readonly HolderSlice[],
  person: Pick<Person, 'roster' | 'manual'>,
): boolean {
  const given: Assignment[] = [...(person.roster?.assignments ?? []), ...person.manual];
  const places = given.flatMap(({ id: assignmentId, system, role, scope }) =>
    scope.ids
      .filter((scopeId) =>
        slices.some(
          (slice) =>
            slice.system === system &&
            slice.role === role &&
            (slice.scopeId === undefined || slice.scopeId === scopeId),
        ),
      )
      .map((scopeId) => holderKey({ district: '', system, role, scopeId, userId: id, assignmentId }).sk),
  );
  return places.sort(byBytes)[0] === at;
}

/** As DynamoDB sorts keys: by their bytes, which JavaScript's own order of strings is not. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
