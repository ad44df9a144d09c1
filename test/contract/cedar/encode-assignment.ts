import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Assignment, Membership, Person } from '../../../shared/access/facts.ts';
import { type Day, datetime, inForce, level, scopeEntities, teaches, uid, uids } from './encode-person.ts';

/** What the staff member reaches in an account, by all their assignments there; both empty = all students. */
export function reachIn(account: string, person: Person, day: Day): { levels: string[]; tags: string[] } {
  const stored = Object.entries(person.accounts ?? {}).flatMap(([id, reach]) =>
    id === account ? [reach] : [],
  );
  const scopes = inForce(person, day).flatMap(({ scope }) =>
    scope.type === 'account' && scope.ids.includes(account) ? [scope] : [],
  );
  const all = [...stored, ...scopes];
  return {
    levels: [...new Set(all.flatMap(({ yearLevels = [] }) => yearLevels.map(level)))],
    tags: [...new Set(all.flatMap(({ tags = [] }) => tags))],
  };
}

export function assignmentEntity(assignment: Assignment, person: Person, day: Day): EntityJson {
  const { scope, role, from, until } = assignment;
  const places = (type: keyof typeof scopeEntities) =>
    scope.type === type ? uids(day, scopeEntities[type], scope.ids) : [];
  const accounts = scope.type === 'account' ? scope.ids : [];
  const reaches = accounts.map((id) => ({ account: uid(day, 'Org', id), ...reachIn(id, person, day) }));
  return {
    uid: uid(day, 'Assignment', assignment.id),
    attrs: {
      user: uid(day, 'User', person.id),
      scope: scope.type,
      ...(from === undefined ? {} : { from: datetime(from) }),
      ...(until === undefined ? {} : { until: datetime(until) }),
      customers: places('customer'),
      districts: places('district'),
      accounts: places('account'),
      schools: places('school'),
      classes: places('class'),
      assigned: uids(day, 'Class', assignedClasses(assignment, person, day)),
      homes: uids(day, 'Org', homes(assignment, person)),
      whole: reaches.flatMap(({ account, levels, tags }) =>
        levels.length + tags.length === 0 ? [account] : [],
      ),
      levels: reaches.flatMap(({ account, levels }) => levels.map((one) => ({ account, level: one }))),
      tags: reaches.flatMap(({ account, tags }) => tags.map((tag) => ({ account, tag }))),
    },
    parents: [uid(day, 'Role', role)],
  };
}

function assignedClasses({ scope }: Assignment, person: Person, day: Day): string[] {
  const { id, customers = [] } = day.district;
  const holds: Record<typeof scope.type, (membership: Membership) => boolean> = {
    customer: () => customers.some((customer) => scope.ids.includes(customer)),
    district: () => scope.ids.includes(id),
    account: ({ schoolId }) => scope.ids.includes(schoolId),
    school: ({ schoolId }) => scope.ids.includes(schoolId),
    class: () => false,
  };
  const taught = teaches(person, day).filter(holds[scope.type]);
  return scope.type === 'class' ? scope.ids : taught.map(({ classId }) => classId);
}

/** Schools of the scope's classes, as far as the person's enrollments tell, or else their own. */
function homes({ scope }: Assignment, { roster: facts }: Person): string[] {
  if (scope.type !== 'class' || facts === undefined) return [];
  const schools = facts.memberships.flatMap(({ classId, schoolId }) =>
    scope.ids.includes(classId) ? [schoolId] : [],
  );
  return schools.length > 0 ? schools : facts.orgIds;
}
