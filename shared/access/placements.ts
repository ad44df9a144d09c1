import type { Catalogue } from './catalogue.ts';
import type { DistrictFacts, OwnResource, Person, ResourceFacts, Scope } from './facts.ts';
import { isOpen } from './periods.ts';

/** A place that a resource lies in today; `because` is a line of the explanation, absent where the place is the resource. */
export type Placement = { type: 'customer' | 'district' | 'org' | 'class'; id: string; because?: string };

/** The catalogue says where users lie. */
type Here = {
  district: DistrictFacts;
  catalogue: Pick<Catalogue, 'system' | 'usersLieByAssignment'>;
  today: string;
};

/** All places that the resource lies in today: a district contains its schools, their classes, and the classes' students. */
export function placementsOf(resource: ResourceFacts, { district, catalogue, today }: Here): Placement[] {
  const { id } = resource;
  const inCustomers = customersOf(district);
  const inDistrict: Placement[] = [
    { type: 'district', id: district.id, because: `${id} is in ${district.id}` },
    ...inCustomers,
  ];
  switch (resource.type) {
    case 'district':
      return [{ type: 'district', id: district.id }, ...inCustomers];
    case 'setting':
    case 'applicant':
    case 'ledger':
    case 'school_division':
    case 'page':
    case 'cms_content':
    case 'dat_query':
    case 'dat_filter':
    case 'report':
      return inDistrict;
    case 'own':
      return [...placesOfOwn(resource), ...inDistrict];
    case 'school':
    case 'account':
      return [{ type: 'org', id }, ...inDistrict];
    case 'class':
      return [{ type: 'class', id }, classInSchool(id, resource.class.schoolId), ...inDistrict];
    case 'student':
      return [...byEnrollment(resource.person, today), ...byOwnOrg(resource.person, today), ...inDistrict];
    case 'user':
      return [...placesOfUser(resource.person, catalogue, today), ...inDistrict];
    default:
      return resource satisfies never;
  }
}

/** The first placement inside the scope. */
export function placeInScope(scope: Scope, placements: readonly Placement[]): Placement | undefined {
  const type = placementTypeOf(scope.type);
  return placements.find((placement) => placement.type === type && scope.ids.includes(placement.id));
}

function placementTypeOf(scope: Scope['type']): Placement['type'] {
  return scope === 'school' || scope === 'account' ? 'org' : scope;
}

function customersOf(district: DistrictFacts): Placement[] {
  return (district.customers ?? []).map((id) => ({
    type: 'customer',
    id,
    because: `${district.id} is in ${id}`,
  }));
}

/** A staff account lies where its own assignment in that system does (role-systems §0). */
function placesOfUser(
  person: Person,
  { system, usersLieByAssignment }: Here['catalogue'],
  today: string,
): Placement[] {
  const byAssignment = byOwnAssignment(person, system, today);
  const bySchool = schoolsOfClasses(byAssignment, person);
  if (usersLieByAssignment === true && byAssignment.some(({ type }) => type !== 'class')) {
    return [...byAssignment, ...bySchool];
  }
  return [
    ...byEnrollment(person, today),
    ...byTeaching(person, today),
    ...byOwnOrg(person, today),
    ...byAssignment,
    ...bySchool,
  ];
}

/** Assigned classes lie in schools, which only the person's enrollments tell here, whatever the dates of these. */
function schoolsOfClasses(placements: readonly Placement[], { roster }: Person): Placement[] {
  const classes = new Set(placements.flatMap(({ type, id }) => (type === 'class' ? [id] : [])));
  return (roster?.memberships ?? [])
    .filter(({ classId }) => classes.has(classId))
    .map(({ classId, schoolId }) => classInSchool(classId, schoolId));
}

/** A class and what contains it, for conditions that must know whether a class lies in an assignment's scope. */
export function placementsOfClass(classId: string, schoolId: string, district: DistrictFacts): Placement[] {
  return [{ type: 'class', id: classId }, ...placementsOfSchool(schoolId, district)];
}

export function placementsOfSchool(schoolId: string, district: DistrictFacts): Placement[] {
  return [{ type: 'org', id: schoolId }, { type: 'district', id: district.id }, ...customersOf(district)];
}

function placesOfOwn({ id, classId, orgIds }: OwnResource): Placement[] {
  const inClass: Placement[] =
    classId === undefined ? [] : [{ type: 'class', id: classId, because: `${id} is in ${classId}` }];
  return [
    ...inClass,
    ...orgIds.map((org): Placement => ({ type: 'org', id: org, because: `${id} is in ${org}` })),
  ];
}

function classInSchool(classId: string, schoolId: string): Placement {
  return { type: 'org', id: schoolId, because: `${classId} is in ${schoolId}` };
}

function byEnrollment(person: Person, today: string): Placement[] {
  const enrolled = (person.roster?.memberships ?? []).filter((m) => m.role === 'student' && isOpen(m, today));
  return enrolled.flatMap(({ classId, schoolId }): Placement[] => [
    { type: 'class', id: classId, because: `${person.id} is enrolled in ${classId}` },
    { type: 'org', id: schoolId, because: `${person.id} is enrolled at ${schoolId}` },
  ]);
}

/** Staff stand in the school of their classes, never inside a class: a class contains its students only. */
function byTeaching(person: Person, today: string): Placement[] {
  const staffed = (person.roster?.memberships ?? []).filter((m) => m.role !== 'student' && isOpen(m, today));
  return staffed.map(({ schoolId, role }) => ({
    type: 'org',
    id: schoolId,
    because: `${person.id} is ${role} of a class in ${schoolId}`,
  }));
}

function byOwnOrg(person: Person, today: string): Placement[] {
  const dated = (person.roster?.datedOrgs ?? [])
    .filter((org) => isOpen(org, today))
    .map(({ orgId }) => orgId);
  return [...(person.roster?.orgIds ?? []), ...dated].map((id) => ({
    type: 'org',
    id,
    because: `${person.id} belongs to ${id}`,
  }));
}

function byOwnAssignment(person: Person, system: string, today: string): Placement[] {
  const own = [...(person.roster?.assignments ?? []), ...person.manual].filter(
    (a) => a.system === system && isOpen({ begin: a.from, end: a.until }, today),
  );
  return own.flatMap(({ scope, role }) =>
    scope.ids.map((id): Placement => {
      const at = scope.type === 'school' || scope.type === 'account' ? 'at' : 'of';
      return {
        type: placementTypeOf(scope.type),
        id,
        because: `${person.id} is ${system} ${role} ${at} ${id}`,
      };
    }),
  );
}
