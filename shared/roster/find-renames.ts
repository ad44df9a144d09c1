import type { Aliases } from './aliases.ts';
import { Memberships } from './class-members.ts';
import type { CommittedState } from './committed-state.ts';
import type { Problem } from './feed-reading.ts';
import { baseKey } from './match-key.ts';
import { type Candidate, type Pair, type Paired, pairUp } from './pair-up.ts';
import type { AcademicSession, ClassRecord, Course, Enrollment, Entity, Org, User } from './records.ts';
import { anotherPerson, unclearRekey } from './rename-problems.ts';
import {
  classKeys,
  courseKeys,
  orgKeys,
  sameClass,
  sameCourse,
  sameOrg,
  sameSession,
  sessionKeys,
} from './same-record.ts';
import { sameUser, traitsOf } from './same-user.ts';
import { type SortedOut, type Sorting, sortedOut, sortOut } from './sort-out.ts';
import { partitionOf, type StateLine } from './state.ts';

/** The feed's id of a record that the roster has by another; `agrees`: which facts say so, in words without values. */
export type Rename = Pair & { entity: Entity };

export type Renames = {
  renames: Rename[];
  /** Own ids of users whose id in the feed is another person's, nobody knows whose: they stay as they are. */
  others: string[];
  /** All whose id in the feed is another person's, known again or not. */
  contested: string[];
  problems: Problem[];
};

export type Finding = Sorting & {
  /** The ids that are known already to stand for others; those that are found are added. */
  pending: Aliases;
};

/**
 * Looks for records that the source has given other ids: gone by one, there by another. Parents before children, so that a class is known
 * again by its renamed school. Where nothing is missing or nothing is new, nothing is compared.
 */
export async function findRenames(at: Finding): Promise<Renames> {
  const out: Renames = { renames: [], others: [], contested: [], problems: [] };
  await findOrgs(at, out);
  await findSessions(at, out);
  await findCourses(at, out);
  await findUsers(at, out);
  await findClasses(at, out);
  await findEnrollments(at, out);
  return out;
}

function take(at: Finding, out: Renames, entity: Entity, { pairs, unclear }: Paired): void {
  for (const pair of pairs) {
    at.pending.add({ entity, ...pair });
    out.renames.push({ entity, ...pair });
  }
  for (const one of unclear) out.problems.push(unclearRekey(entity, one));
}

type Both<T> = { own: Candidate<T>[]; fed: Candidate<T>[] };

async function candidates<T>(
  at: Finding,
  entity: Entity,
  /** The record as it would be by the roster's own ids. */
  owned: (record: T) => T,
): Promise<Both<T> | undefined> {
  if (!isWorthIt(await sortOut(at, entity, () => 0))) return undefined;
  const { missing, fresh } = await sortedOut(at.workspace, entity, 0);
  // Lines of an entity hold that entity's records.
  const of = (line: StateLine): Candidate<T> => ({ id: line.id, of: JSON.parse(line.json) as T });
  return {
    own: missing.map(of),
    fed: fresh.map(of).map(({ id, of: record }) => ({ id, of: owned(record) })),
  };
}

const isWorthIt = ({ missing, fresh }: SortedOut): boolean => missing > 0 && fresh > 0;

/** A school is known again by its district, which may be renamed itself: from the top down. */
async function findOrgs(at: Finding, out: Renames): Promise<void> {
  const found = await candidates<Org>(at, 'orgs', (org) => org);
  if (found === undefined) return;
  for (let left: Both<Org> = found; ; ) {
    const fed = left.fed.map(({ id, of }) => ({ id, of: { ...of, ...ref(at, 'orgs', 'parentId', of) } }));
    const paired = pairUp(left.own, fed, { keys: orgKeys, evidence: sameOrg, byStrength: true });
    const { pairs } = paired;
    take(at, out, 'orgs', pairs.length > 0 ? { pairs, unclear: [] } : paired);
    if (pairs.length === 0) return;
    const gone = new Set(pairs.flatMap(({ own, id }) => [`own ${own}`, `fed ${id}`]));
    left = {
      own: left.own.filter(({ id }) => !gone.has(`own ${id}`)),
      fed: left.fed.filter(({ id }) => !gone.has(`fed ${id}`)),
    };
  }
}

/** A reference by the roster's own id, where there is one. */
function ref<F extends string>(
  { pending }: Finding,
  entity: Entity,
  field: F,
  record: { [K in F]?: string },
): { [K in F]?: string } {
  const id: string | undefined = record[field];
  // The one field that the name says.
  return (id === undefined ? {} : { [field]: pending.own(entity, id) }) as { [K in F]?: string };
}

async function findSessions(at: Finding, out: Renames): Promise<void> {
  const found = await candidates<AcademicSession>(at, 'academicSessions', (session) => session);
  if (found === undefined) return;
  const rule = { keys: sessionKeys, evidence: sameSession };
  take(at, out, 'academicSessions', pairUp(found.own, found.fed, rule));
}

async function findCourses(at: Finding, out: Renames): Promise<void> {
  const found = await candidates<Course>(at, 'courses', (course) => ({
    ...course,
    ...ref(at, 'orgs', 'orgId', course),
    ...ref(at, 'academicSessions', 'schoolYearId', course),
  }));
  if (found === undefined) return;
  take(at, out, 'courses', pairUp(found.own, found.fed, { keys: courseKeys, evidence: sameCourse }));
}

/** In memory are only those whose family name falls into one bucket: every rule asks for an equal one. */
async function findUsers(at: Finding, out: Renames): Promise<void> {
  const buckets = at.snapshot.spills.users.partitions;
  // Lines of this entity hold its records.
  const familyOf = ({ json }: StateLine) => baseKey((JSON.parse(json) as User).familyName);
  const sorted = await sortOut(at, 'users', (line) => partitionOf(familyOf(line), buckets));
  const own = new Set<string>();
  const fed = new Set<string>();
  for (let bucket = 0; isWorthIt(sorted) && bucket < buckets; bucket++) {
    const { missing, fresh } = await sortedOut(at.workspace, 'users', bucket);
    const of = ({ id, json }: StateLine) => ({ id, of: traitsOf(JSON.parse(json) as User) });
    const paired = pairUp(missing.map(of), fresh.map(of), {
      keys: (traits) => [
        traits.baseName,
        ...[traits.identifier, traits.master, ...traits.userIds.values()].flatMap((key) => key ?? []),
      ],
      evidence: sameUser,
    });
    for (const pair of paired.pairs) {
      own.add(pair.own);
      fed.add(pair.id);
    }
    take(at, out, 'users', paired);
  }
  out.contested = [...sorted.others].sort();
  for (const id of out.contested) {
    if (fed.has(id)) continue;
    if (own.has(id)) await giveNewId(at, out, id);
    else {
      out.others.push(id);
      out.problems.push(anotherPerson(id));
    }
  }
}

/** Whose id it was is known again by another; whoever has it now is somebody new, and needs an id of their own. */
async function giveNewId(at: Finding, out: Renames, id: string): Promise<void> {
  const own = await freeId(at.state, 'users', id);
  take(at, out, 'users', { pairs: [{ own, id, agrees: ['new person'] }], unclear: [] });
}

/** An own id for a record whose id in the feed is taken. */
export async function freeId(
  state: Pick<CommittedState, 'line'>,
  entity: Entity,
  id: string,
): Promise<string> {
  for (let number = 2; ; number++) {
    const free = `${id}~${number}`;
    if ((await state.line(entity, free)) === undefined) return free;
  }
}

async function findClasses(at: Finding, out: Renames): Promise<void> {
  const found = await candidates<ClassRecord>(at, 'classes', (record) => ({
    ...record,
    ...ref(at, 'courses', 'courseId', record),
    schoolId: at.pending.own('orgs', record.schoolId),
    ...(record.termIds && { termIds: record.termIds.map((id) => at.pending.own('academicSessions', id)) }),
  }));
  if (found === undefined) return;
  const members = new Memberships(found);
  await members.read(at);
  const own = found.own.map(({ id, of }) => ({ id, of: members.own(id, of) }));
  const fed = found.fed.map(({ id, of }) => ({ id, of: members.fed(id, of) }));
  take(at, out, 'classes', pairUp(own, fed, { keys: classKeys, evidence: sameClass, byStrength: true }));
}

/** Where nothing else has new ids, fewer that end while others begin are no new numbers of the source. */
const leastEnrollments = 20;

/** Class, user and role are all that an enrollment is; of several alike, any may be the other. */
async function findEnrollments(at: Finding, out: Renames): Promise<void> {
  const buckets = at.snapshot.spills.enrollments.partitions;
  const keyOf = ({ json }: StateLine, isFed: boolean) => {
    const { userId, classId, role } = JSON.parse(json) as Enrollment;
    const of = (entity: Entity, id: string) => (isFed ? at.pending.own(entity, id) : id);
    return { user: of('users', userId), key: `${of('classes', classId)}\t${of('users', userId)}\t${role}` };
  };
  const sorted = await sortOut(at, 'enrollments', (line, isFed) =>
    partitionOf(keyOf(line, isFed).user, buckets),
  );
  const isRekeyed = out.renames.length > 0 || Math.min(sorted.missing, sorted.fresh) >= leastEnrollments;
  for (let bucket = 0; isRekeyed && isWorthIt(sorted) && bucket < buckets; bucket++) {
    const { missing, fresh } = await sortedOut(at.workspace, 'enrollments', bucket);
    const left = Map.groupBy(missing, (line) => keyOf(line, false).key);
    const pairs = fresh.flatMap((line) => {
      const own = left.get(keyOf(line, true).key)?.shift();
      return own === undefined ? [] : [{ own: own.id, id: line.id, agrees: ['class', 'user', 'role'] }];
    });
    take(at, out, 'enrollments', { pairs, unclear: [] });
  }
}
