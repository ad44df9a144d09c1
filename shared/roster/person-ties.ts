import type { ClassFacts, Membership } from '../access/facts.ts';
import type { Links, NamedAsAgent, TiedMembership } from './links.ts';
import type { Planning } from './planning.ts';
import type { Enrollment, User } from './records.ts';
import { type PartitionState, partitionOf, readLines } from './state.ts';

/**
 * What other records say of a person: active enrollments in active classes, each ended with what the new school year has no place
 * for, and active students who name them as their agent.
 */
export type Ties = { memberships: TiedMembership[]; students: NamedAsAgent[] };

type Kinds = Record<'users' | 'enrollments', PartitionState[]>;
type ClassLookup = (classId: string) => ClassFacts | undefined;

const tiesFile = (partition: number): string => `ties-${partition}`;

/** Sorts all ties by person, on the scratch disk. */
export async function spillTies(
  run: Planning,
  kinds: Kinds,
  { classOf, links }: { classOf: ClassLookup; links: Links },
): Promise<void> {
  for (const { key } of kinds.enrollments) {
    await run.alive();
    if (key === undefined) continue;
    for (const line of readLines(await run.objects.get(key))) {
      if (line.status !== 'active') continue;
      const record = JSON.parse(line.json) as Enrollment;
      const at = classOf(record.classId);
      if (at?.status !== 'active') continue;
      const end = earlier(record.endDate, earlier(line.ended, at.ended));
      const membership: Membership = {
        classId: record.classId,
        schoolId: at.schoolId,
        role: record.role,
        ...(record.beginDate === undefined ? {} : { begin: record.beginDate }),
        ...(end === undefined ? {} : { end }),
      };
      for (const [person, tie] of tiesOf(links, record.userId, membership)) {
        const wait = spill(run, kinds, person, tie);
        if (wait) await wait;
      }
    }
  }
  await spillStudents(run, kinds, links);
}

/** A record that goes by another is told its own besides. */
function tiesOf(links: Links, userId: string, membership: Membership): [string, TiedMembership][] {
  const main = links.main(userId);
  if (main === userId) return [[userId, membership]];
  const tie = { ...membership, of: userId };
  return [
    [main, tie],
    [userId, tie],
  ];
}

/** Blank = open. */
function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

async function spillStudents(run: Planning, kinds: Kinds, links: Links): Promise<void> {
  for (const { key } of kinds.users) {
    await run.alive();
    if (key === undefined) continue;
    for (const line of readLines(await run.objects.get(key))) {
      // Most name nobody, and need not be parsed for that.
      if (line.status !== 'active' || !line.json.includes('"agentIds"')) continue;
      const { sourcedId, agentIds = [], roles } = JSON.parse(line.json) as User;
      if (!roles.some(({ role }) => role === 'student')) continue;
      for (const agent of agentIds) {
        const tie = { id: links.main(sourcedId), record: sourcedId, agent };
        const wait = spill(run, kinds, links.main(agent), tie);
        if (wait) await wait;
      }
    }
  }
}

function spill(
  run: Planning,
  kinds: Kinds,
  person: string,
  tie: TiedMembership | NamedAsAgent,
): Promise<void> | undefined {
  const to = tiesFile(partitionOf(person, kinds.users.length));
  return run.workspace.append(to, `${person}\t${JSON.stringify(tie)}\n`);
}

/** The ties of one partition of users, by person. */
export async function readTies(
  workspace: Planning['workspace'],
  partition: number,
): Promise<Map<string, Ties>> {
  const all = new Map<string, Ties>();
  for (const line of (await workspace.read(tiesFile(partition))).split('\n')) {
    if (line === '') continue;
    const tab = line.indexOf('\t');
    const id = line.slice(0, tab);
    const mine = all.get(id) ?? { memberships: [], students: [] };
    all.set(id, mine);
    // Written by spill only.
    const tie = JSON.parse(line.slice(tab + 1)) as TiedMembership | NamedAsAgent;
    if ('agent' in tie) mine.students.push(tie);
    else mine.memberships.push(tie);
  }
  return all;
}
