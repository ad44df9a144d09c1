import type { Person, PersonFacts } from '../access/facts.ts';
import { isShared, limitsPeople, type Sharing, sharedPerson } from '../access/sharing.ts';
import type { CommittedState } from '../roster/committed-state.ts';
import type { Entity, UserRole } from '../roster/records.ts';
import type { StateLine } from '../roster/state.ts';
import type { AnyRecord } from './collections.ts';
import { type Surroundings, upwards } from './surroundings.ts';

/** What a client is limited to, and the day on which it asks. */
export type Limits = { sharing: Sharing; today: string };

/** Of what is limited: who and which classes are there for the client. */
export type Visible = { users: ReadonlySet<string>; classes: ReadonlySet<string> };

/** An org is there that lies in no school but shared ones. */
export function seesOrg({ sharing }: Limits, around: Surroundings, id: string): boolean {
  if (sharing.schools === undefined) return true;
  if (!around.orgs.has(id)) return false;
  for (const [one, { type }] of upwards(around.orgs, id)) {
    if (type === 'school' && !isShared(sharing, one)) return false;
  }
  return true;
}

/**
 * Everybody and every class that a limited client sees. By the roster alone: what people have given somebody by hand places them in no
 * school's roster.
 */
export async function visibleTo(limits: Limits, state: CommittedState): Promise<Visible> {
  const users = new Set<string>();
  const classes = new Set<string>();
  const of = state.partitions('person').length;
  for (let partition = 0; partition < of; partition++) {
    for (const { id, json } of await state.lines('person', partition, of)) {
      if (personIn(limits, id, json) !== undefined) users.add(id);
    }
  }
  const count = state.partitions('classes').length;
  for (let partition = 0; partition < count; partition++) {
    for (const { id, json } of await state.lines('classes', partition, count)) {
      if (isShared(limits.sharing, recordIn(json).schoolId ?? '')) classes.add(id);
    }
  }
  return { users, classes };
}

/** Each of several records of a person is there where it alone places them, for it tells what its own feed says. */
function personIn({ sharing, today }: Limits, id: string, json: string): Person | undefined {
  // Written by a plan from facts.
  const facts = JSON.parse(json) as PersonFacts;
  return sharedPerson(sharing, { id, roster: facts.alone ?? facts, manual: [] }, { today });
}

/** Written by a plan from a record. */
export function recordIn(json: string): AnyRecord {
  return JSON.parse(json) as AnyRecord;
}

export type Looking = {
  limits: Limits;
  around: Surroundings;
  visible: Visible;
  /** Facts of the users of a partition, by id. */
  persons: ReadonlyMap<string, string>;
};

/** The line as a limited client sees it; `undefined` where it is not there for it. */
export function limitedLine(look: Looking, entity: Entity, line: StateLine): StateLine | undefined {
  const { limits, around, visible } = look;
  if (!limitsPeople(limits.sharing)) return line;
  const record = recordIn(line.json);
  const { sharing } = limits;
  switch (entity) {
    // They say nothing about anybody.
    case 'academicSessions':
      return line;
    case 'orgs':
      return seesOrg(limits, around, line.id) ? line : undefined;
    case 'courses':
      return record.orgId === undefined || seesOrg(limits, around, record.orgId) ? line : undefined;
    case 'classes':
      return visible.classes.has(line.id) ? line : undefined;
    case 'enrollments': {
      const { schoolId = '', userId = '', classId = '' } = record;
      const isThere =
        isShared(sharing, schoolId) && visible.users.has(userId) && visible.classes.has(classId);
      return isThere ? line : undefined;
    }
    case 'users':
      return visible.users.has(line.id) ? limitedUser(look, line, record) : undefined;
  }
}

/** Whether relatives are shared is not looked up, so that none is told. */
function limitedUser({ limits, around, persons }: Looking, line: StateLine, record: AnyRecord): StateLine {
  const { agentIds: _, primaryOrgId, roles = [], ...own } = record;
  const sees = (id: string) => seesOrg(limits, around, id);
  const here = roles.filter(({ orgId }) => sees(orgId));
  const facts = persons.get(line.id);
  const user = {
    ...own,
    ...(primaryOrgId !== undefined && sees(primaryOrgId) ? { primaryOrgId } : {}),
    roles: here.length > 0 || facts === undefined ? here : enrolledRoles(limits, line.id, facts),
  };
  return { ...line, json: JSON.stringify(user) };
}

/** Who is at a shared school by enrollments alone is there in the part that these name. */
function enrolledRoles(limits: Limits, id: string, facts: string): UserRole[] {
  const memberships = personIn(limits, id, facts)?.roster?.memberships ?? [];
  const byPlace = new Map(
    memberships.map(({ role, schoolId }) => [`${role}\t${schoolId}`, { role, schoolId }]),
  );
  return [...byPlace.values()].map(({ role, schoolId }, at) => ({
    roleType: at === 0 ? 'primary' : 'secondary',
    role,
    orgId: schoolId,
  }));
}

/** Of users, beside what says which record it is. By the roster's names of fields, or the standard's. */
const nameOf: Record<string, string> = {
  preferredFirstName: 'preferredGivenName',
  preferredLastName: 'preferredFamilyName',
  agents: 'agentIds',
  primaryOrg: 'primaryOrgId',
};

/** A user's record without the fields that are not shared. */
export function narrowed({ sharing: { fields } }: Limits, record: AnyRecord): AnyRecord {
  if (fields === undefined) return record;
  const kept = new Set(['sourcedId', ...fields, ...fields.map((field) => nameOf[field] ?? field)]);
  // What is left of a record is one that says less.
  return Object.fromEntries(Object.entries(record).filter(([field]) => kept.has(field))) as AnyRecord;
}
