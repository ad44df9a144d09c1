import { type Alias, aliasLine, aliasOf } from './aliases.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { type CommittedState, putPartition } from './committed-state.ts';
import { byId } from './compare.ts';
import type { Rename } from './find-renames.ts';
import { type Change, type ChangeTarget, renamedPrefix, targetKey } from './plan.ts';
import type { Compared, Planning } from './planning.ts';
import { type Entity, entities } from './records.ts';
import {
  type Manifest,
  type PartitionState,
  partitionOf,
  readLines,
  type StateLine,
  sha256,
} from './state.ts';
import type { PlanSummary } from './sync.ts';
import type { Objects } from './sync-stores.ts';
import type { Undone, UndonePart } from './undone-sync.ts';

/** What stands where a record would, for an id of a feed that stands for another record. */
export type Pointer = { same: string };

/** The access facts that lookups read by a record's id. */
const factsOf = { orgs: 'org', classes: 'class', users: 'person' } as const;

type Kinds = Pick<Manifest['kinds'], Entity>;

/**
 * Puts the aliases after a plan into its state, and makes their ids lead to the records that they stand for. An id that is some record's
 * own leads nowhere else.
 */
export async function settleAliases(
  run: Planning,
  kinds: Kinds,
  after: readonly StateLine[] | undefined,
): Promise<Pick<Manifest['kinds'], 'alias'>> {
  const stored = run.state.partitions('alias');
  const before = await run.state.lines('alias', 0, 1);
  const lines = after?.toSorted(byId) ?? before;
  const isSame = JSON.stringify(lines) === JSON.stringify(before);
  if (isSame && (before.length === 0 || run.cover.size === 0))
    return stored.length === 0 ? {} : { alias: stored };
  await forward(run, kinds, { before, lines });
  return { alias: [await putPartition(run.objects, run.district, 'alias', lines)] };
}

async function forward(
  run: Planning,
  kinds: Kinds,
  { before, lines }: Record<'before' | 'lines', readonly StateLine[]>,
): Promise<void> {
  for (const entity of entities) {
    const [was, is] = [pointersOf(before, entity), pointersOf(lines, entity)];
    const ids = [...new Set([...was.keys(), ...is.keys()])].sort();
    const changed = ids.filter((id) => was.get(id) !== is.get(id) || isCovered(run, entity, id));
    const now = await recordsAmong(run.objects, kinds[entity] ?? [], changed);
    const then = await recordsAmong(run.objects, run.state.partitions(entity), changed);
    for (const id of changed) {
      // Where a record stands, the record's own change has written it.
      if (now.has(id)) continue;
      const own = is.get(id);
      const prev = then.has(id) ? undefined : was.get(id);
      await run.chunks.add(targetsOf(entity, id).map((target) => pointing(target, { prev, now: own })));
    }
  }
}

function isCovered({ cover }: Planning, entity: Entity, id: string): boolean {
  return cover.size > 0 && targetsOf(entity, id).some((target) => cover.has(targetKey(target)));
}

function pointing(
  target: ChangeTarget,
  { prev, now }: { prev: string | undefined; now: string | undefined },
): Change {
  const to = (same: string): Pointer => ({ same });
  return {
    ...target,
    kind: prev === now ? 'cover' : 'forward',
    ...(now === undefined ? {} : { now: to(now) }),
    ...(prev === undefined ? {} : { prev: to(prev) }),
  };
}

function targetsOf(entity: Entity, id: string): ChangeTarget[] {
  const facts = entity === 'orgs' || entity === 'classes' || entity === 'users' ? factsOf[entity] : undefined;
  return [
    { table: 'roster', entity, id },
    ...(facts === undefined ? [] : [{ table: 'access', entity: facts, id } as const]),
  ];
}

/** By id, of an entity. An id that two feeds have for two records leads to that of the feed whose name comes first. */
function pointersOf(lines: readonly StateLine[], entity: Entity): Map<string, string> {
  const own = new Map<string, string>();
  for (const alias of lines.map(aliasOf)) {
    if (alias.entity === entity && !own.has(alias.id)) own.set(alias.id, alias.own);
  }
  return own;
}

/** Where ids lead that are no record's own, by id. */
export async function pointersIn(state: CommittedState, entity: Entity): Promise<Map<string, Pointer>> {
  const own = pointersOf(await state.lines('alias', 0, 1), entity);
  return new Map([...own].map(([id, same]) => [id, { same }]));
}

async function recordsAmong(
  objects: Pick<Objects, 'get'>,
  partitions: readonly PartitionState[],
  ids: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>();
  if (partitions.length === 0) return found;
  for (const [partition, some] of Map.groupBy(ids, (id) => partitionOf(id, partitions.length))) {
    const key = partitions[partition]?.key;
    if (key === undefined) continue;
    const wanted = new Set(some);
    for (const { id } of readLines(await objects.get(key))) if (wanted.has(id)) found.add(id);
  }
  return found;
}

type Sources = { read: { aliases: readonly Alias[] } | undefined; undone: Pick<Undone, 'parts'> | undefined };

/** As a plan leaves them; undefined where they stay as they are. */
export async function aliasesAfter(
  run: Planning,
  { kinds }: Compared,
  { read, undone, isPurged }: Sources & { isPurged: boolean },
): Promise<StateLine[] | undefined> {
  if (read) return read.aliases.map(aliasLine);
  if (undone) return restoredAliases(run.state, undone.parts);
  return isPurged ? aliasesLeft(run, kinds) : undefined;
}

/** The aliases without those that a sync has brought and nobody has changed since. The newest part comes first. */
async function restoredAliases(state: CommittedState, parts: readonly UndonePart[]): Promise<StateLine[]> {
  const linesOf = async (of: CommittedState) =>
    new Map((await of.lines('alias', 0, 1)).map((line) => [line.id, line]));
  const now = await linesOf(state);
  for (const part of parts) {
    const [was, made] = [await linesOf(part.before), await linesOf(part.after)];
    for (const id of new Set([...was.keys(), ...made.keys()])) {
      const line = was.get(id);
      const isMine = line?.json !== made.get(id)?.json && now.get(id)?.json === made.get(id)?.json;
      if (!isMine) continue;
      if (line === undefined) now.delete(id);
      else now.set(id, line);
    }
  }
  return [...now.values()];
}

/** Those whose record is there yet: an id of a record that was taken out for good leads nowhere. */
async function aliasesLeft(run: Planning, kinds: Kinds): Promise<StateLine[]> {
  const lines = await run.state.lines('alias', 0, 1);
  const all = lines.map(aliasOf);
  const left = new Set<string>();
  for (const [entity, some] of Map.groupBy(all, (alias) => alias.entity)) {
    const ids = some.map(({ own }) => own);
    for (const id of await recordsAmong(run.objects, kinds[entity] ?? [], ids)) left.add(`${entity}\t${id}`);
  }
  return lines.filter((_, at) => {
    const alias = all[at];
    return alias !== undefined && left.has(`${alias.entity}\t${alias.own}`);
  });
}

/** Lists the renames of a plan for whoever looks at it. Of enrollments alone nobody has to: class, user and role are the whole of one. */
export async function putRenamed(
  { objects, chunkSize: size }: { objects: Objects; chunkSize: number },
  { prefix, feed, compared }: { prefix: string; feed: string; compared: Compared },
  renames: readonly Rename[],
): Promise<PlanSummary['renamed']> {
  if (renames.length === 0) return undefined;
  const writer = new ChunkWriter(objects, { prefix: renamedPrefix(prefix), size }, new Set());
  const sorted = [...renames].sort((a, b) => byId({ id: a.own }, { id: b.own }) || byId(a, b));
  for (const entity of entities) {
    const some = sorted.filter((rename) => rename.entity === entity);
    if (some.length > 0) compared.counts[entity].renamed = some.length;
    await writer.add(
      some.map(({ own, id, agrees }) => ({
        ...{ table: 'roster', entity, id: own, kind: 'rename', renamed: { feed, id, agrees } },
      })),
    );
  }
  await writer.close();
  const digest = sha256(writer.digests.join('\n'));
  const waits = renames.some(({ entity }) => entity !== 'enrollments');
  return { chunks: writer.digests.length, count: renames.length, digest, waits };
}
