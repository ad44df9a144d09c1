import type { CatalogueSet } from './catalogue.ts';
import type {
  Assignment,
  CheckFacts,
  NamedFacts,
  Person,
  PersonFacts,
  RecordFacts,
  ResourceFacts,
} from './facts.ts';
import { isSameLevel } from './levels.ts';
import { isOpen } from './periods.ts';

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

/** Whether people are limited, by where they are or by their grades. */
export function limitsPeople({ schools, grades }: Sharing): boolean {
  return schools !== undefined || grades !== undefined;
}

/**
 * The facts without those of other schools and grades, as they are `today`. Nothing that is left out could have allowed anything
 * on what is left, since roles are held in pairs with their scopes.
 */
export function sharedFacts(sharing: Sharing, facts: CheckFacts, today: string): CheckFacts {
  if (!limitsPeople(sharing)) return facts;
  const { subject, logins, resource, more, own, ...rest } = facts;
  const at: Seeing = { today, classes: sharedClasses(sharing, facts) };
  const see = (person: Person) => sharedPerson(sharing, person, at);
  const [seen, seenResource] = [subject && see(subject), resource && sharedResource(sharing, resource, at)];
  // Whose an id is that is not shared stays unsaid.
  const isSaid = own !== undefined && seen !== undefined && seenResource !== undefined;
  return {
    ...rest,
    ...(isSaid ? { own } : {}),
    ...(seen === undefined ? {} : { subject: seen }),
    ...(logins === undefined ? {} : { logins: logins.flatMap((login) => see(login) ?? []) }),
    ...(seenResource === undefined ? {} : { resource: seenResource }),
    ...(more === undefined ? {} : { more: sharedNames(sharing, more, at) }),
  };
}

/** Classes that the facts place in shared schools, by themselves or by anybody's enrollment. */
function sharedClasses(sharing: Sharing, { subject, logins = [], resource, more }: CheckFacts): Set<string> {
  const persons = [
    ...(subject === undefined ? [] : [subject]),
    ...logins,
    ...(resource !== undefined && 'person' in resource ? [resource.person] : []),
    ...(more?.persons?.values() ?? []),
  ];
  const asked = resource?.type === 'class' ? [[resource.id, resource.class] as const] : [];
  const named = [...asked, ...(more?.classes ?? [])];
  const isWhollyHere = resource?.type === 'own' && resource.orgIds.every((id) => isShared(sharing, id));
  return new Set([
    ...named.flatMap(([id, { schoolId }]) => (isShared(sharing, schoolId) ? [id] : [])),
    ...persons.flatMap((person) => classesOf(sharing, person)),
    ...(isWhollyHere && resource.classId !== undefined ? [resource.classId] : []),
  ]);
}

/** Ended enrollments too: that a class is of a shared school stays true. */
function classesOf(sharing: Sharing, { roster }: Person): string[] {
  return (roster?.memberships ?? []).flatMap(({ classId, schoolId }) =>
    isShared(sharing, schoolId) ? [classId] : [],
  );
}

/** Whose username or e-mail it is that somebody has is not known of logins, so that they are left out. */
function sharedNames(sharing: Sharing, { persons, classes, orgs }: NamedFacts, at: Seeing): NamedFacts {
  const kept = <T>(map: ReadonlyMap<string, T>, see: (value: T, id: string) => T | undefined) =>
    new Map(
      [...map].flatMap(([id, value]) => {
        const seen = see(value, id);
        return seen === undefined ? [] : [[id, seen] as const];
      }),
    );
  return {
    ...(persons && { persons: kept(persons, (person) => sharedPerson(sharing, person, at)) }),
    ...(classes && { classes: kept(classes, (one) => (isShared(sharing, one.schoolId) ? one : undefined)) }),
    ...(orgs && { orgs: kept(orgs, (org, id) => (isShared(sharing, id) ? org : undefined)) }),
  };
}

function sharedResource(sharing: Sharing, resource: ResourceFacts, at: Seeing): ResourceFacts | undefined {
  switch (resource.type) {
    case 'school':
    case 'account':
      return isShared(sharing, resource.id) ? resource : undefined;
    case 'class':
      return isShared(sharing, resource.class.schoolId) ? resource : undefined;
    case 'student':
    case 'user': {
      const person = sharedPerson(sharing, resource.person, at);
      return person && { ...resource, person };
    }
    case 'own': {
      const { orgIds } = resource;
      return orgIds.length === 0 || orgIds.some((id) => isShared(sharing, id)) ? resource : undefined;
    }
    default:
      return resource;
  }
}

/** Whether a school is shared. */
export function isShared({ schools }: Sharing, school: string): boolean {
  return schools === undefined || schools.includes(school);
}

/** On which day, and which classes are known to be of shared schools. */
type Seeing = { today: string; classes?: ReadonlySet<string> };

/**
 * The person as far as they are of shared schools today; `undefined` for students of other grades or none, and for whoever neither
 * belongs to such a school nor holds a role there or for more than schools.
 */
export function sharedPerson(
  sharing: Sharing,
  person: Person,
  { today, classes = new Set() }: Seeing,
): Person | undefined {
  if (!limitsPeople(sharing)) return person;
  const { roster, manual, ...rest } = withoutRelatives(person);
  if (roster !== undefined && !isOfGrades(sharing, roster)) return undefined;
  const here = roster && rosterHere(sharing, roster);
  const mine = new Set([...classes, ...classesOf(sharing, person)]);
  const assignments = assignmentsHere(sharing, here?.assignments ?? [], mine);
  const byHand = assignmentsHere(sharing, manual, mine);
  const holdsRole = [...assignments, ...byHand].some(({ from, until }) =>
    isOpen({ begin: from, end: until }, today),
  );
  const isHere =
    here !== undefined &&
    (here.orgIds.length > 0 ||
      [...here.memberships, ...(here.datedOrgs ?? [])].some((period) => isOpen(period, today)));
  if (sharing.schools !== undefined && !isHere && !holdsRole) return undefined;
  return {
    ...rest,
    ...(here === undefined ? {} : { roster: { ...here, assignments } }),
    manual: byHand,
  };
}

/** Whether students of a household are shared cannot be told from its record, so that none is; nor another student's. */
function withoutRelatives({ records, others, ...person }: Person): Person {
  const own = (one: RecordFacts): RecordFacts => {
    const { student, household, ...rest } = one;
    return {
      ...rest,
      ...(student?.id === person.id ? { student } : {}),
      ...(household && { household: { ...household, students: [] } }),
    };
  };
  return {
    ...person,
    ...(records && { records: own(records) }),
    ...(others && {
      others: others.map((one) => (one.records === undefined ? one : { ...one, records: own(one.records) })),
    }),
  };
}

/** What is over stays, for it says where classes are: evaluation looks at days itself. Requests are nobody's business but the district's. */
function rosterHere(sharing: Sharing, roster: PersonFacts): PersonFacts {
  const { datedOrgs, alone: _, ...facts } = roster;
  return {
    ...facts,
    orgIds: roster.orgIds.filter((id) => isShared(sharing, id)),
    ...(datedOrgs && {
      datedOrgs: datedOrgs.filter((org) => isShared(sharing, org.orgId)),
    }),
    memberships: roster.memberships.filter((membership) => isShared(sharing, membership.schoolId)),
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
    if (sharing.schools === undefined || type === 'district' || type === 'customer') return [assignment];
    const kept = ids.filter((id) => (type === 'class' ? classes.has(id) : isShared(sharing, id)));
    return kept.length === 0 ? [] : [{ ...assignment, scope: { ...assignment.scope, ids: kept } }];
  });
}

function isOfGrades({ grades }: Sharing, { student, grades: own = [] }: PersonFacts): boolean {
  if (grades === undefined || (student !== true && own.length === 0)) return true;
  return own.some((grade) => grades.some((shared) => isSameLevel(shared, grade)));
}
