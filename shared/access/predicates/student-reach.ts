import type { Person, StudentReach } from '../facts.ts';
import { isSameLevel } from '../levels.ts';
import { isOpen } from '../periods.ts';
import { placementsOf } from '../placements.ts';
import { alternatives } from '../sentences.ts';
import { assignmentsIn } from '../standing.ts';
import { type Circumstances, given, listOf, no, type Verdict, yes } from './verdict.ts';

/** Year levels and tags belong to the staff member: those of all their assignments in the account bind each of them. */
function reachIn(account: string, { catalogue, subject, today }: Circumstances): StudentReach {
  const scopes = assignmentsIn(catalogue.system, subject)
    .filter(
      ({ scope, from, until }) =>
        scope.type === 'account' && scope.ids.includes(account) && isOpen({ begin: from, end: until }, today),
    )
    .map(({ scope }) => scope);
  const { accounts = {} } = subject;
  const own = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
  return {
    yearLevels: [...(own?.yearLevels ?? []), ...scopes.flatMap((scope) => scope.yearLevels ?? [])],
    tags: [...(own?.tags ?? []), ...scopes.flatMap((scope) => scope.tags ?? [])],
  };
}

type Reach = { readonly [K in keyof StudentReach]: readonly string[] };

function isWhole({ yearLevels, tags }: Reach): boolean {
  return yearLevels.length === 0 && tags.length === 0;
}

/** By year level only while enrolled in the account, by tag always. */
function reaches(reach: StudentReach, student: Person, account: string, today: string): boolean {
  if (isWhole(reach) || student.tags?.some((tag) => reach.tags.includes(tag))) return true;
  const enrolled = student.roster?.memberships.some(
    (m) => m.role === 'student' && m.schoolId === account && isOpen(m, today),
  );
  return (
    enrolled === true &&
    (student.roster?.grades ?? []).some((grade) =>
      reach.yearLevels.some((level) => isSameLevel(level, grade)),
    )
  );
}

function outside(miss: string): Verdict {
  return { holds: false, miss, code: 'out-of-scope' };
}

function reachWords({ yearLevels, tags }: StudentReach): string {
  const levels = yearLevels.length === 0 ? [] : [`year level ${alternatives(yearLevels)}`];
  return [...levels, ...(tags.length === 0 ? [] : [`tag ${alternatives(tags)}`])].join(' or ');
}

export function studentsInReach(at: Circumstances): Verdict {
  const { resource, scope, district, catalogue, more, today } = at;
  const named = listOf(at, 'students') ?? [];
  if (named === 'malformed') return no('properties.students is not a list of ids');
  const accounts = resource.type === 'account' ? [resource.id] : scope.ids;
  const reachOf = new Map(accounts.map((account) => [account, reachIn(account, at)]));
  const isReached = (student: Person) =>
    placementsOf({ type: 'student', id: student.id, person: student }, { district, catalogue, today }).some(
      ({ type, id }) => {
        const reach = type === 'org' ? reachOf.get(id) : undefined;
        return reach !== undefined && reaches(reach, student, id, today);
      },
    );
  const words = [...reachOf.values()].filter((reach) => !isWhole(reach)).map(reachWords);
  const only = words.length === 0 ? '' : `, reaching only ${alternatives(words)}`;
  if (resource.type === 'student' && !isReached(resource.person)) {
    return outside(`student ${resource.id} is not in reach${only}`);
  }
  if (resource.type !== 'student' && named.length === 0 && words.length > 0) {
    return outside(`no students are named${only}`);
  }
  if (named.length === 0) return yes();
  const { persons } = more;
  if (persons === undefined) return no('the students named are not known here');
  const missed = named.filter((id) => {
    const student = persons.get(id);
    return student?.roster === undefined || !isReached(student);
  });
  if (missed.length === 0) return yes(`all ${named.length} students named are in reach`);
  return outside(
    `of the students named, ${alternatives(missed.map((id) => id.slice(0, 40)))} are not in reach${only}`,
  );
}

export function newStudentInReach(at: Circumstances): Verdict {
  const { resource } = at;
  if (resource.type !== 'account') return yes();
  const reach = reachIn(resource.id, at);
  if (isWhole(reach)) return yes();
  const level = given(at, 'yearLevel');
  const tags = listOf(at, 'tags') ?? [];
  if (tags === 'malformed') return no('properties.tags is not a list');
  const byLevel = level !== undefined && reach.yearLevels.some((mine) => isSameLevel(mine, String(level)));
  if (byLevel || tags.some((tag) => reach.tags.includes(tag))) return yes('the new student is in reach');
  return outside(`the new student would not be in reach, which is ${reachWords(reach)}`);
}

export function reachNotWidened(at: Circumstances): Verdict {
  const { resource, subject, scope } = at;
  if (resource.type !== 'user' || resource.id !== subject.id) return yes();
  const [levels, tags] = [listOf(at, 'yearLevels'), listOf(at, 'tags')];
  if (levels === 'malformed' || tags === 'malformed')
    return no('properties.yearLevels or tags is not a list');
  for (const account of scope.ids) {
    const now = reachIn(account, at);
    if (isWhole(now)) continue;
    const next = { yearLevels: levels ?? now.yearLevels, tags: tags ?? now.tags };
    if (isWhole(next)) return no(`this would lift the restriction to ${reachWords(now)}`);
    const more = [
      ...next.yearLevels.filter((level) => !now.yearLevels.some((mine) => isSameLevel(mine, level))),
      ...next.tags.filter((tag) => !now.tags.includes(tag)),
    ];
    if (more.length > 0) return no(`this would add ${alternatives(more.map((one) => one.slice(0, 40)))}`);
  }
  return yes();
}
