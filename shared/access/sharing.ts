import type { CatalogueSet } from './catalogue.ts';
import type { Assignment, CheckFacts, NamedFacts, Person, PersonFacts, ResourceFacts } from './facts.ts';
import { isSameLevel } from './levels.ts';

/**
 * What a vendor's client may see of a district; what is absent is not limited. What isn't shared doesn't exist for it: no
 * answer tells it from what nobody knows.
 */
export type Sharing = {
  systems?: string[];
  schools?: string[];
  /** Year levels of students; whoever is no student is shared whatever the grades. */
  grades?: string[];
  /** Fields of users beside `sourcedId` and `status`, by OneRoster's names. */
  fields?: string[];
};

export function sharedCatalogues({ systems }: Sharing, catalogues: CatalogueSet): CatalogueSet {
  if (systems === undefined) return catalogues;
  return new Map([...catalogues].filter(([system]) => systems.includes(system)));
}

/**
 * The facts without those of other schools and grades. Nothing that is left out could have allowed anything on what is left,
 * since roles are held in pairs with their scopes.
 */
export function sharedFacts(sharing: Sharing, facts: CheckFacts): CheckFacts {
  if (sharing.schools === undefined && sharing.grades === undefined) return facts;
  const { subject, logins, resource, more, ...rest } = facts;
  const classes = new Set(resource?.type === 'class' ? [resource.id] : []);
  const see = (person: Person) => sharedPerson(sharing, person, classes);
  const [seen, seenResource] = [subject && see(subject), resource && sharedResource(sharing, resource)];
  return {
    ...rest,
    ...(seen === undefined ? {} : { subject: seen }),
    ...(logins === undefined ? {} : { logins: logins.flatMap((login) => see(login) ?? []) }),
    ...(seenResource === undefined ? {} : { resource: seenResource }),
    ...(more === undefined ? {} : { more: sharedNames(sharing, more) }),
  };
}

function sharedNames(sharing: Sharing, { persons, classes, orgs, logins }: NamedFacts): NamedFacts {
  const kept = <T>(map: ReadonlyMap<string, T>, see: (value: T, id: string) => T | undefined) =>
    new Map(
      [...map].flatMap(([id, value]) => {
        const seen = see(value, id);
        return seen === undefined ? [] : [[id, seen] as const];
      }),
    );
  return {
    ...(persons && { persons: kept(persons, (person) => sharedPerson(sharing, person)) }),
    ...(classes && { classes: kept(classes, (one) => (isShared(sharing, one.schoolId) ? one : undefined)) }),
    ...(orgs && { orgs: kept(orgs, (org, id) => (isShared(sharing, id) ? org : undefined)) }),
    ...(logins && { logins }),
  };
}

function sharedResource(sharing: Sharing, resource: ResourceFacts): ResourceFacts | undefined {
  switch (resource.type) {
    case 'school':
    case 'account':
      return isShared(sharing, resource.id) ? resource : undefined;
    case 'class':
      return isShared(sharing, resource.class.schoolId) ? resource : undefined;
    case 'student':
    case 'user': {
      const person = sharedPerson(sharing, resource.person);
      return person && { ...resource, person };
    }
    default:
      return resource;
  }
}

/** Whether a school is shared. */
export function isShared({ schools }: Sharing, school: string): boolean {
  return schools === undefined || schools.includes(school);
}

/**
 * The person as far as they are of shared schools; `undefined` for students of other grades, and for whoever neither belongs to
 * such a school nor holds a role for more than schools. `classes`: shared ones, known to be so.
 */
export function sharedPerson(
  sharing: Sharing,
  person: Person,
  classes: ReadonlySet<string> = new Set(),
): Person | undefined {
  const { roster, manual, ...rest } = person;
  if (roster !== undefined && !isOfGrades(sharing, roster)) return undefined;
  if (sharing.schools === undefined) return person;
  const here = roster && rosterHere(sharing, roster);
  const mine = new Set([...classes, ...(here?.memberships ?? []).map(({ classId }) => classId)]);
  const assignments = assignmentsHere(sharing, here?.assignments ?? [], mine);
  const byHand = assignmentsHere(sharing, manual, mine);
  const isHere =
    here !== undefined && here.orgIds.length + here.memberships.length + (here.datedOrgs ?? []).length > 0;
  if (!isHere && assignments.length + byHand.length === 0) return undefined;
  return {
    ...rest,
    ...(here === undefined ? {} : { roster: { ...here, assignments } }),
    manual: byHand,
  };
}

/** Requests are nobody's business but the district's. */
function rosterHere(sharing: Sharing, roster: PersonFacts): PersonFacts {
  const { datedOrgs, ...facts } = roster;
  return {
    ...facts,
    orgIds: roster.orgIds.filter((id) => isShared(sharing, id)),
    ...(datedOrgs && { datedOrgs: datedOrgs.filter(({ orgId }) => isShared(sharing, orgId)) }),
    memberships: roster.memberships.filter(({ schoolId }) => isShared(sharing, schoolId)),
    requests: [],
  };
}

function assignmentsHere(
  sharing: Sharing,
  assignments: readonly Assignment[],
  classes: ReadonlySet<string>,
): Assignment[] {
  return assignments.flatMap((assignment) => {
    const { type, ids } = assignment.scope;
    if (type === 'district' || type === 'customer') return [assignment];
    const kept = ids.filter((id) => (type === 'class' ? classes.has(id) : isShared(sharing, id)));
    return kept.length === 0 ? [] : [{ ...assignment, scope: { ...assignment.scope, ids: kept } }];
  });
}

function isOfGrades({ grades }: Sharing, { student, grades: own = [] }: PersonFacts): boolean {
  if (grades === undefined || (student !== true && own.length === 0)) return true;
  return own.some((grade) => grades.some((shared) => isSameLevel(shared, grade)));
}
