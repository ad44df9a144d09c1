import type { ClassFacts, OrgFacts, PersonFacts } from '../access/facts.ts';
import type { Conflict } from '../access/mapping.ts';
import { putPartition } from './committed-state.ts';
import { byId } from './compare.ts';
import { type LinkedRecord, type Links, linksOf } from './links.ts';
import { readTies, spillTies, type Ties } from './person-ties.ts';
import { type Change, targetKey } from './plan.ts';
import { type Planning, userChangesFile } from './planning.ts';
import type { ClassRecord, Org, RecordStatus, User } from './records.ts';
import { holderChanges, roleEffect } from './role-changes.ts';
import { conflictLine } from './role-conflicts.ts';
import { Logins, putShared } from './shared-logins.ts';
import { type DerivedKind, type PartitionState, readLines, type StateLine } from './state.ts';
import type { Objects } from './sync-stores.ts';

export type OrgLookup = (orgId: string) => OrgFacts | undefined;

/** How access facts follow from the roster; the rules of a district are inside. */
export type Derivation = {
  /** Another version derives everything anew. */
  version: string;
  /** `conflicts`: roles that rules would have given beside others that they exclude. */
  person(
    user: User,
    status: RecordStatus,
    /** The person's other records, beside what is said of all of them. */
    ties: Ties & { others: readonly LinkedRecord[] },
    orgs: OrgLookup,
  ): { facts: PersonFacts; conflicts: Conflict[] };
  /** Of a record that goes by another. */
  same(
    record: LinkedRecord & { main: string; memberships: Ties['memberships']; orgs: OrgLookup },
  ): PersonFacts;
  class(record: ClassRecord, status: RecordStatus): ClassFacts;
  org(record: Org, status: RecordStatus): OrgFacts;
};

type Kinds = Record<'orgs' | 'classes' | 'users' | 'enrollments', PartitionState[]>;

/** Derives the access facts of a new state, compares them with those of the last, and writes what differs; what is there no more as a tombstone. */
export async function deriveAccess(
  run: Planning,
  derivation: Derivation,
  kinds: Kinds,
): Promise<Record<DerivedKind | 'conflict' | 'shared', PartitionState[]>> {
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
      const derived = derivation.class(JSON.parse(line.json) as ClassRecord, line.status);
      const record = line.ended === undefined ? derived : { ...derived, ended: line.ended };
      classes.set(line.id, record);
      return factsLine(line.id, record);
    });
    classPartitions.push(await differ(run, 'class', { partition, of: kinds.classes.length, facts }));
  }
  const links = await linksOf(run.objects, kinds.users);
  await spillTies(run, kinds, { classOf: (id) => classes.get(id), links });
  const personPartitions: PartitionState[] = [];
  const conflictPartitions: PartitionState[] = [];
  const logins = new Logins();
  for (let partition = 0; partition < kinds.users.length; partition++) {
    const users = kinds.users[partition];
    const of = { users, partition, logins, links, orgs: (id: string) => orgs.get(id) };
    const persons = await personsOf(run, derivation, of);
    const changes = await userChanges(run, partition);
    const at = { partition, of: kinds.users.length, facts: persons.facts, users: changes };
    personPartitions.push(await differ(run, 'person', at));
    conflictPartitions.push(await putPartition(run.objects, run.district, 'conflict', persons.conflicts));
    await run.chunks.add(changes.values());
  }
  return {
    org: orgPartitions,
    class: classPartitions,
    person: personPartitions,
    conflict: conflictPartitions,
    shared: await putShared(run, kinds.users, logins),
  };
}

function factsLine(id: string, facts: unknown): StateLine {
  return { status: 'active', id, json: JSON.stringify(facts) };
}

async function linesOf(objects: Objects, partitions: PartitionState[]): Promise<StateLine[][]> {
  const all: StateLine[][] = [];
  for (const { key } of partitions) all.push(key === undefined ? [] : [...readLines(await objects.get(key))]);
  return all;
}

/** Both sorted by the person's id. */
type Persons = { facts: StateLine[]; conflicts: StateLine[] };

type OfPersons = {
  users: PartitionState | undefined;
  partition: number;
  logins: Logins;
  links: Links;
  orgs: OrgLookup;
};

async function personsOf(
  run: Planning,
  derivation: Derivation,
  { users, partition, logins, links, orgs }: OfPersons,
): Promise<Persons> {
  const persons: Persons = { facts: [], conflicts: [] };
  if (users?.key === undefined) return persons;
  const ties = await readTies(run.workspace, partition);
  for (const line of readLines(await run.objects.get(users.key))) {
    const user = JSON.parse(line.json) as User;
    logins.sees(line.status, user);
    const main = links.main(line.id);
    if (main !== line.id) {
      const { memberships } = ties.get(line.id) ?? { memberships: [] };
      const record = { user, status: line.status, main, memberships, orgs };
      persons.facts.push(factsLine(line.id, derivation.same(record)));
      continue;
    }
    const tied = { memberships: [], students: [], ...ties.get(line.id), others: links.others(line.id) };
    const { facts, conflicts } = derivation.person(user, line.status, tied, orgs);
    run.roles.holds(facts);
    persons.facts.push(factsLine(line.id, facts));
    if (conflicts.length > 0) persons.conflicts.push(conflictLine(line.id, conflicts));
  }
  return persons;
}

type Facts = { partition: number; of: number; facts: StateLine[]; users?: Map<string, Change> };

/** Stores a partition of facts and writes the changes against the committed ones. */
async function differ(
  run: Planning,
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
  const write = async (id: string, prev: string | undefined, json: string | undefined) => {
    const covered = run.cover.has(targetKey({ table: 'access', entity: kind, id }));
    if (prev === json && !covered) return;
    const change = factsChange({ kind, id }, prev, json);
    const more = kind === 'person' ? meaning(run, change, covered, users?.get(id)) : [];
    await run.chunks.add([change, ...more]);
  };
  for (const { id, json } of facts) {
    await write(id, old.get(id), json);
    old.delete(id);
  }
  // The roster has these no longer: nobody who reads may find anything of them.
  for (const [id, prev] of old) await write(id, prev, undefined);
  return stored;
}

async function userChanges(run: Planning, partition: number): Promise<Map<string, Change>> {
  const changes = new Map<string, Change>();
  for (const line of (await run.workspace.read(userChangesFile(partition))).split('\n')) {
    if (line === '') continue;
    // Written by compareFeed only.
    const change = JSON.parse(line) as Change;
    changes.set(change.id, change);
  }
  return changes;
}

function factsChange(
  { kind, id }: { kind: DerivedKind; id: string },
  prevJson: string | undefined,
  json: string | undefined,
): Change {
  return {
    table: 'access',
    entity: kind,
    id,
    kind: prevJson === undefined ? 'create' : prevJson === json ? 'cover' : 'update',
    ...(json === undefined ? {} : { now: JSON.parse(json) as unknown }),
    ...(prevJson === undefined ? {} : { prev: JSON.parse(prevJson) as unknown }),
  };
}

/** Says on the change of the user, or else of the facts, what it means for roles; returns the changes of holders. */
function meaning(run: Planning, facts: Change, covered: boolean, user: Change | undefined): Change[] {
  // The lines of kind person hold PersonFacts, written by personsOf.
  const [before, after] = [facts.prev, facts.now] as [PersonFacts?, PersonFacts?];
  const effect = roleEffect(before, after);
  if (effect.length > 0) (user ?? facts).effect = effect;
  run.roles.moves(effect, before, after);
  return holderChanges(facts.id, before, after, covered);
}
