import type { Assignment, ClassFacts, OrgFacts, PersonFacts } from '../access/facts.ts';
import { putPartition } from './committed-state.ts';
import { byId } from './compare.ts';
import { type Comparing, userChangesFile } from './compare-feed.ts';
import { readTies, spillTies, type Ties } from './person-ties.ts';
import { type Change, holderId, type RoleEffect, targetKey } from './plan.ts';
import type { ClassRecord, Org, RecordStatus, User } from './records.ts';
import { type DerivedKind, type PartitionState, readLines, type StateLine } from './state.ts';
import type { Objects } from './sync-stores.ts';

export type OrgLookup = (orgId: string) => OrgFacts | undefined;

/** How access facts follow from the roster; the rules of a district are inside. */
export type Derivation = {
  /** Another version derives everything anew. */
  version: string;
  person(user: User, status: RecordStatus, ties: Ties, orgs: OrgLookup): PersonFacts;
  class(record: ClassRecord, status: RecordStatus): ClassFacts;
  org(record: Org, status: RecordStatus): OrgFacts;
};

type Kinds = Record<'orgs' | 'classes' | 'users' | 'enrollments', PartitionState[]>;

/** Derives the access facts of a new state, compares them with those of the last, and writes what differs. */
export async function deriveAccess(
  run: Comparing,
  derivation: Derivation,
  kinds: Kinds,
): Promise<Record<DerivedKind, PartitionState[]>> {
  const orgs = new Map<string, OrgFacts>();
  const classes = new Map<string, ClassFacts>();
  const orgPartitions: PartitionState[] = [];
  for (const [partition, lines] of (await linesOf(run.objects, kinds.orgs)).entries()) {
    const facts = [...lines].map((line) => {
      const org = derivation.org(JSON.parse(line.json) as Org, line.status);
      orgs.set(line.id, org);
      return factsLine(line.id, org);
    });
    orgPartitions.push(await differ(run, 'org', { partition, of: kinds.orgs.length, facts }));
  }
  const classPartitions: PartitionState[] = [];
  for (const [partition, lines] of (await linesOf(run.objects, kinds.classes)).entries()) {
    const facts = [...lines].map((line) => {
      const record = derivation.class(JSON.parse(line.json) as ClassRecord, line.status);
      classes.set(line.id, record);
      return factsLine(line.id, record);
    });
    classPartitions.push(await differ(run, 'class', { partition, of: kinds.classes.length, facts }));
  }
  await spillTies(run, kinds, (id) => classes.get(id));
  const personPartitions: PartitionState[] = [];
  for (let partition = 0; partition < kinds.users.length; partition++) {
    const facts = await personsOf(run, derivation, kinds.users[partition], partition, (id) => orgs.get(id));
    const users = await userChanges(run, partition);
    personPartitions.push(await differ(run, 'person', { partition, of: kinds.users.length, facts, users }));
    await run.chunks.add(users.values());
  }
  return { org: orgPartitions, class: classPartitions, person: personPartitions };
}

function factsLine(id: string, facts: unknown): StateLine {
  return { status: 'active', id, json: JSON.stringify(facts) };
}

async function linesOf(objects: Objects, partitions: PartitionState[]): Promise<StateLine[][]> {
  const all: StateLine[][] = [];
  for (const { key } of partitions) all.push(key === undefined ? [] : [...readLines(await objects.get(key))]);
  return all;
}

async function personsOf(
  run: Comparing,
  derivation: Derivation,
  users: PartitionState | undefined,
  partition: number,
  orgs: OrgLookup,
): Promise<StateLine[]> {
  if (users?.key === undefined) return [];
  const ties = await readTies(run.workspace, partition);
  const facts: StateLine[] = [];
  for (const line of readLines(await run.objects.get(users.key))) {
    const user = JSON.parse(line.json) as User;
    const tied = ties.get(line.id) ?? { memberships: [], students: [] };
    facts.push(factsLine(line.id, derivation.person(user, line.status, tied, orgs)));
  }
  return facts;
}

type Facts = { partition: number; of: number; facts: StateLine[]; users?: Map<string, Change> };

/** Stores a partition of facts and writes the changes against the committed ones. */
async function differ(
  run: Comparing,
  kind: DerivedKind,
  { partition, of, facts, users }: Facts,
): Promise<PartitionState> {
  await run.alive();
  const stored = await putPartition(run.objects, run.district, kind, facts.sort(byId));
  const before = run.state.partitions(kind);
  const same = before.length === of && before[partition]?.key === stored.key;
  if (same && run.cover.size === 0) return stored;
  const old = new Map<string, string>();
  for (const line of await run.state.lines(kind, partition, of)) old.set(line.id, line.json);
  for (const { id, json } of facts) {
    const prev = old.get(id);
    const covered = run.cover.has(targetKey({ table: 'access', entity: kind, id }));
    if (prev === json && !covered) continue;
    const change = factsChange(kind, id, prev, json);
    const more = kind === 'person' ? meaning(id, change, covered, users?.get(id)) : [];
    await run.chunks.add([change, ...more]);
  }
  return stored;
}

async function userChanges(run: Comparing, partition: number): Promise<Map<string, Change>> {
  const changes = new Map<string, Change>();
  for (const line of (await run.workspace.read(userChangesFile(partition))).split('\n')) {
    if (line === '') continue;
    // Written by compareFeed only.
    const change = JSON.parse(line) as Change;
    changes.set(change.id, change);
  }
  return changes;
}

function factsChange(kind: DerivedKind, id: string, prevJson: string | undefined, json: string): Change {
  return {
    table: 'access',
    entity: kind,
    id,
    kind: prevJson === undefined ? 'create' : prevJson === json ? 'cover' : 'update',
    now: JSON.parse(json) as unknown,
    ...(prevJson === undefined ? {} : { prev: JSON.parse(prevJson) as unknown }),
  };
}

/** What a change of a person's facts means: for the table of assignments, and in words for the plan. */
function meaning(userId: string, facts: Change, covered: boolean, user: Change | undefined): Change[] {
  // The lines of kind person hold PersonFacts, written by personsOf.
  const [before, after] = [facts.prev as PersonFacts | undefined, facts.now as PersonFacts];
  const effect = roleEffect(before, after);
  if (effect.length > 0) (user ?? facts).effect = effect;
  return holderChanges(userId, before, after, covered);
}

function roleEffect(before: PersonFacts | undefined, after: PersonFacts): RoleEffect[] {
  const named = (facts: PersonFacts | undefined) =>
    new Map(
      (facts?.assignments ?? []).flatMap(({ system, role, scope }) =>
        scope.ids.map((id) => [`${system}\t${role}@${scope.type}:${id}`, system] as const),
      ),
    );
  const [old, now] = [named(before), named(after)];
  const systems = [...new Set([...old.values(), ...now.values()])].sort();
  const only = (mine: Map<string, string>, other: Map<string, string>, system: string) =>
    [...mine]
      .filter(([key, of]) => of === system && !other.has(key))
      .map(([key]) => key.slice(system.length + 1));
  return systems
    .map((system) => ({ system, gained: only(now, old, system), lost: only(old, now, system) }))
    .filter(({ gained, lost }) => gained.length + lost.length > 0);
}

/** What stands in the table of assignments for one assignment or request. */
export type HolderValue = { kind: 'assignment' | 'request'; userId: string; assignment: Assignment };

function holders(userId: string, facts: PersonFacts | undefined): Map<string, HolderValue> {
  const all = new Map<string, HolderValue>();
  const add = (assignment: Assignment, kind: HolderValue['kind']) => {
    for (const scopeId of assignment.scope.ids) {
      const { system, role } = assignment;
      all.set(holderId({ system, role, scopeId, userId, assignmentId: assignment.id }), {
        kind,
        userId,
        assignment,
      });
    }
  };
  for (const assignment of facts?.assignments ?? []) add(assignment, 'assignment');
  for (const request of facts?.requests ?? []) add(request, 'request');
  return all;
}

function holderChanges(
  userId: string,
  before: PersonFacts | undefined,
  after: PersonFacts,
  covered: boolean,
): Change[] {
  const changes: Change[] = [];
  const old = holders(userId, before);
  for (const [id, now] of holders(userId, after)) {
    const prev = old.get(id);
    old.delete(id);
    const same = prev !== undefined && JSON.stringify(prev) === JSON.stringify(now);
    if (same && !covered) continue;
    const kind = prev === undefined ? 'create' : same ? 'cover' : 'update';
    changes.push({
      table: 'assignments',
      entity: 'holder',
      id,
      kind,
      now,
      ...(prev === undefined ? {} : { prev }),
    });
  }
  for (const [id, prev] of old)
    changes.push({ table: 'assignments', entity: 'holder', id, kind: 'update', prev });
  return changes;
}
