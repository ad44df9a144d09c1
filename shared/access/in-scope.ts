import type { DistrictFacts, Person, Scope } from './facts.ts';
import { isOpen } from './periods.ts';
import { placeInScope, placementsOf } from './placements.ts';
import type { Circumstances } from './predicates/verdict.ts';

type Here = Pick<Circumstances, 'resource' | 'district' | 'catalogue' | 'today'>;

/**
 * Whether the resource lies in the scope today: what {@link placementsOf} says of it in words, without them. Of users it is asked, whose
 * places are many.
 */
export function isInScope(scope: Scope, { resource, district, catalogue, today }: Here): boolean {
  switch (resource.type) {
    case 'class':
      return scope.type === 'class'
        ? scope.ids.includes(resource.id)
        : containsSchool(scope, resource.class.schoolId, district);
    case 'school':
    case 'account':
      return scope.type !== 'class' && containsSchool(scope, resource.id, district);
    case 'district':
      return (scope.type === 'district' || scope.type === 'customer') && containsSchool(scope, '', district);
    case 'student':
      return isStudentIn(scope, resource.person, { district, today });
    case 'user':
      return placeInScope(scope, placementsOf(resource, { district, catalogue, today })) !== undefined;
    default:
      return false;
  }
}

/** By enrollment, or in a school by their own org. */
function isStudentIn(
  scope: Scope,
  { roster }: Person,
  { district, today }: Pick<Here, 'district' | 'today'>,
): boolean {
  const { type, ids } = scope;
  if (type === 'district' || type === 'customer') return containsSchool(scope, '', district);
  if (roster === undefined) return false;
  for (const membership of roster.memberships) {
    const id = type === 'class' ? membership.classId : membership.schoolId;
    if (membership.role === 'student' && ids.includes(id) && isOpen(membership, today)) return true;
  }
  if (type === 'class') return false;
  return (
    roster.orgIds.some((id) => ids.includes(id)) ||
    (roster.datedOrgs ?? []).some((org) => ids.includes(org.orgId) && isOpen(org, today))
  );
}

export function containsSchool({ type, ids }: Scope, schoolId: string, district: DistrictFacts): boolean {
  if (type === 'district') return ids.includes(district.id);
  if (type === 'customer') return (district.customers ?? []).some((id) => ids.includes(id));
  return ids.includes(schoolId);
}
