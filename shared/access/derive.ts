import { createHash } from 'node:crypto';
import type { LinkedRecord, NamedAsAgent, TiedMembership } from '../roster/links.ts';
import type { ClassRecord, Org, RecordStatus, User, UserRole } from '../roster/records.ts';
import type {
  ClassFacts,
  Membership,
  OrgFacts,
  Period,
  PersonFacts,
  RecordFactsAlone,
  ToldFacts,
} from './facts.ts';
import { assignmentsFor, type Conflict, type Mapping, type OrgLookup } from './mapping.ts';
import { byText } from './order.ts';

/** Grows when this file, mapping.ts or match.ts derives other facts from the same roster. */
const derivationVersion = 6;

/** How a district's access facts follow from its roster. Equal rosters give facts that are equal byte for byte as JSON. */
export function makeDerivation(mapping: Mapping) {
  return {
    /** Facts of another version have to be derived anew. */
    version: versionOf(mapping),
    person: (user: User, status: RecordStatus, ties: PersonTies, orgs: OrgLookup) =>
      personFacts({ user, status, ...ties, orgs }, mapping),
    same: (record: RecordOfPerson & { main: string }) => sameFacts(record, mapping),
    class: classFacts,
    org: orgFacts,
  };
}

/** What other records of the roster say of a person. */
export type PersonTies = {
  /** Of active enrollments in active classes, each with its class's school. */
  memberships: readonly TiedMembership[];
  /** By active students who name the person as their agent. */
  students?: readonly NamedAsAgent[];
  /** Other records of the same person. */
  others?: readonly LinkedRecord[];
};

type RecordOfPerson = Pick<PersonInRoster, 'user' | 'status' | 'memberships' | 'orgs'>;
type PersonInRoster = PersonTies & { user: User; status: RecordStatus; orgs: OrgLookup };

/**
 * Whoever is not active keeps the orgs, which place the person, and stays a student with year levels; enrollments, mapped roles and what the
 * feed says besides are over. `enabledUser` false ends neither: evaluation denies as long as it stands (role-systems §0). Of several records of
 * one person the active ones count, and one that is not enabled denies for all.
 */
export function personFacts(
  { user, status, memberships, students = [], orgs, others = [] }: PersonInRoster,
  mapping: Mapping,
): { facts: PersonFacts; conflicts: Conflict[] } {
  const records = [{ user, status }, ...others];
  const active = records.filter((record) => record.status === 'active').map((record) => record.user);
  const users = active.length === 0 ? [user] : active;
  const roles = users.flatMap((one) => one.roles);
  const placed = {
    status: active.length === 0 ? status : ('active' as const),
    enabled: users.every(({ enabledUser }) => enabledUser),
    ...ownOrgs(users),
    ...yearLevels(users),
    ...(roles.some(({ role }) => role === 'student') ? { student: true as const } : {}),
    ...(others.length === 0
      ? {}
      : {
          also: others.map((other) => other.user.sourcedId),
          alone: aloneFacts({ user, status, memberships, orgs }, mapping),
        }),
  };
  const [first, ...more] = active.map((one) => ({ ...one, userId: user.sourcedId }));
  if (first === undefined) {
    return { facts: { ...placed, memberships: [], assignments: [], requests: [] }, conflicts: [] };
  }
  const { assignments, requests, conflicts } = assignmentsFor({ ...first, more }, orgs, mapping);
  const held = distinct(memberships.map(membership));
  const told = { ...relations(users, students), ...toldFacts(users) };
  const facts = { ...placed, ...told, memberships: held, assignments, requests };
  return { facts, conflicts };
}

/** A record that goes by another holds nothing itself. */
function sameFacts({ main, ...record }: RecordOfPerson & { main: string }, mapping: Mapping): PersonFacts {
  const { status, user } = record;
  const nothing = { orgIds: [], memberships: [], assignments: [], requests: [] };
  return { status, enabled: user.enabledUser, ...nothing, same: main, alone: aloneFacts(record, mapping) };
}

function aloneFacts({ user, memberships, ...rest }: RecordOfPerson, mapping: Mapping): RecordFactsAlone {
  const own = memberships.filter(({ of }) => of === undefined || of === user.sourcedId);
  const { facts } = personFacts({ user, memberships: own, ...rest }, mapping);
  const { status, enabled, orgIds, datedOrgs, grades, student } = facts;
  return {
    ...{ status, enabled, orgIds, memberships: facts.memberships },
    ...(datedOrgs && { datedOrgs }),
    ...(grades && { grades }),
    ...(student && { student }),
    ...{ assignments: facts.assignments, requests: facts.requests },
  };
}

/** Year levels narrow which students staff reach, so that nobody else's are kept. */
function yearLevels(users: readonly User[]): Pick<PersonFacts, 'grades'> {
  const students = users.filter(({ roles }) => roles.some(({ role }) => role === 'student'));
  const grades = new Set(students.flatMap((one) => one.grades ?? []));
  return grades.size === 0 ? {} : { grades: [...grades].sort(byText) };
}

/** Roles that stand for a relationship to a student, the closest first. Source: role-systems §7. */
const relationships = { parent: 'Parent', guardian: 'Guardian', relative: 'Relative' } as const;

/**
 * Whom a student names is related as the feed says of the two, or else as the role of the named record says; pcr's calculated roles are
 * read from it. Each record speaks for itself: who is a relative in one and a parent in the other is no parent of everybody's.
 */
function relations(users: readonly User[], students: readonly NamedAsAgent[]): Pick<PersonFacts, 'related'> {
  const related = users.flatMap((user) => {
    const naming = Map.groupBy(
      students.filter(({ agent }) => agent === user.sourcedId),
      ({ id }) => id,
    );
    return [...naming].flatMap(([id, ties]) =>
      wordsFor(user, new Set(ties.map(({ record }) => record))).map((relationship) => ({ id, relationship })),
    );
  });
  return related.length === 0 ? {} : { related: distinct(related) };
}

/** `student`: those of the student's records that name this one. */
function wordsFor({ roles, relations: said = [] }: User, student: ReadonlySet<string>): string[] {
  const words = said.filter(({ id }) => student.has(id)).map(({ relationship }) => relationship);
  if (words.length > 0) return words;
  const word = Object.entries(relationships).find(([wanted]) =>
    roles.some(({ role }) => role === wanted),
  )?.[1];
  return word === undefined ? [] : [word];
}

/** What the feed says for role systems that ask for it, as it says it. */
function toldFacts(users: readonly User[]): ToldFacts {
  // The record that the person goes by has the last word.
  return Object.assign({}, ...users.map(toldBy).reverse()) as ToldFacts;
}

function toldBy({ tags, attributes, statuses, applicants, evaluates, donor }: User): ToldFacts {
  return {
    ...(tags && { tags }),
    ...(attributes && { attributes }),
    ...(statuses && { statuses }),
    ...(applicants && { applicants }),
    ...(evaluates && { evaluates }),
    ...(donor && { donor }),
  };
}

export function classFacts(record: ClassRecord, status: RecordStatus): ClassFacts {
  return { status, schoolId: record.schoolId };
}

export function orgFacts(record: Org, status: RecordStatus): OrgFacts {
  return {
    status,
    type: record.type,
    ...(record.parentId === undefined ? {} : { parentId: record.parentId }),
  };
}

/** An undated role beats dated ones at the same org; the primary org counts where no role there says since when. */
function ownOrgs(users: readonly User[]): Pick<PersonFacts, 'orgIds' | 'datedOrgs'> {
  const roles = users.flatMap((one) => one.roles);
  const isDated = ({ beginDate, endDate }: UserRole) => beginDate !== undefined || endDate !== undefined;
  const always = new Set(roles.filter((role) => !isDated(role)).map(({ orgId }) => orgId));
  for (const { primaryOrgId } of users) {
    if (primaryOrgId !== undefined && !roles.some(({ orgId }) => orgId === primaryOrgId))
      always.add(primaryOrgId);
  }
  const dated = roles
    .filter((role) => isDated(role) && !always.has(role.orgId))
    .map(({ orgId, beginDate, endDate }) => ({ orgId, ...days({ begin: beginDate, end: endDate }) }));
  return {
    orgIds: [...always].sort(byText),
    ...(dated.length === 0 ? {} : { datedOrgs: distinct(dated) }),
  };
}

function membership({ classId, schoolId, role, begin, end }: Membership): Membership {
  return { classId, schoolId, role, ...days({ begin, end }) };
}

function days({ begin, end }: { begin: string | undefined; end: string | undefined }): Period {
  return { ...(begin === undefined ? {} : { begin }), ...(end === undefined ? {} : { end }) };
}

/** Sorted by their JSON, which begins with the id of a class, org or student; equal ones once. */
function distinct<T>(items: readonly T[]): T[] {
  const byJson = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...byJson].sort(([a], [b]) => byText(a, b)).map(([, item]) => item);
}

function versionOf({ rules, catalogues }: Mapping): string {
  const roles = [...catalogues.values()].map(({ system, roles: all, oneOf }) => [
    system,
    all.map(({ id, scope, privileged }) => [id, scope, privileged]),
    oneOf ?? [],
  ]);
  const digest = createHash('sha256')
    .update(JSON.stringify([rules, roles]))
    .digest('hex')
    .slice(0, 12);
  return `${derivationVersion}-${digest}`;
}
