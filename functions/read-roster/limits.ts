import type { Person } from '../../shared/access/facts.ts';
import { isShared, limitsPeople, type Sharing, sharedPerson } from '../../shared/access/sharing.ts';
import type { Entity, User } from '../../shared/roster/records.ts';
import type { RosterRecord } from '../../shared/store/roster-store.ts';

/** A record of any entity, as far as limits look at it. */
type AnyRecord = { sourcedId: string; type?: string; schoolId?: string; userId?: string };

export type PersonsOf = (district: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Person>>;

/**
 * The records that are shared. Orgs above schools, sessions and courses say nothing about anybody and are shared with everyone.
 */
export async function sharedRecords<E extends Entity>(
  sharing: Sharing,
  at: { district: string; entity: E; personsOf: PersonsOf; today: string },
  records: readonly RosterRecord<E>[],
): Promise<RosterRecord<E>[]> {
  const { entity } = at;
  if (entity === 'academicSessions' || entity === 'courses') return [...records];
  if (entity === 'orgs') {
    return records.filter(
      ({ type, sourcedId }: AnyRecord) => type !== 'school' || isShared(sharing, sourcedId),
    );
  }
  const here = records.filter(
    ({ schoolId }: AnyRecord) => schoolId === undefined || isShared(sharing, schoolId),
  );
  if (entity === 'classes') return here;
  const userOf = ({ sourcedId, userId }: AnyRecord) => userId ?? sourcedId;
  const persons = await at.personsOf(at.district, [...new Set(here.map(userOf))]);
  const seen = here.filter((record) => {
    const person = persons.get(userOf(record));
    return person !== undefined && sharedPerson(sharing, person, at) !== undefined;
  });
  // Of users: what `entity` says of all of them.
  return entity === 'users' ? seen.map((user) => sharedUser(sharing, user as User) as RosterRecord<E>) : seen;
}

/** Never shared with a limited client: they name other people. */
const ofOthers = ['relations', 'applicants', 'evaluates', 'sameAsId', 'differsFromIds'];
/** Shared only where the field is: told for role systems, or nobody else's business. */
const onlyNamed = ['tags', 'attributes', 'statuses', 'donor', 'demographics'];

/** Without the fields, orgs and relatives that are not shared. */
function sharedUser(sharing: Sharing, user: User): Partial<User> {
  const { fields } = sharing;
  const { agentIds: _, primaryOrgId, ...own } = user;
  const here: Partial<User> = !limitsPeople(sharing)
    ? user
    : {
        ...own,
        ...(primaryOrgId !== undefined && isShared(sharing, primaryOrgId) ? { primaryOrgId } : {}),
        roles: user.roles.filter(({ orgId }) => isShared(sharing, orgId)),
      };
  const isSeen = (field: string) =>
    !ofOthers.includes(field) &&
    (fields === undefined ? !onlyNamed.includes(field) : [...always, ...fields].includes(field));
  return Object.fromEntries(Object.entries(here).filter(([field]) => isSeen(field)));
}

const always = ['sourcedId', 'status'];
