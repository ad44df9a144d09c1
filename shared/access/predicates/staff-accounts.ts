import { findRole, scopeTypes } from '../catalogue.ts';
import type { ConditionOf } from '../conditions.ts';
import type { Assignment, Person, Scope } from '../facts.ts';
import { type Placement, placeInScope, placementsOf, placementsOfClass } from '../placements.ts';
import { alternatives, resourceWords } from '../sentences.ts';
import { holdingsIn, ineffectiveness } from '../standing.ts';
import { type Circumstances, given, no, quoted, textOf, type Verdict, yes } from './verdict.ts';

/**
 * What the person holds of the system today and to effect, assigned or calculated. Roles that stand for attributes are left
 * aside: they count for website content only (003:19).
 */
export function heldToday({ catalogue, district, today }: Circumstances, person: Person): Assignment[] {
  return holdingsIn(catalogue, person, district).filter((held) => {
    const role = findRole(catalogue, held.role);
    return role !== undefined && ineffectiveness(held, role, { person, today }) === undefined;
  });
}

export function ownAccount({ subject, resource }: Circumstances): Verdict {
  if (resource.type === 'user' && resource.id === subject.id) return yes(`${subject.id} asks for themselves`);
  return no(`${resourceWords(resource)} is not their own account`);
}

export function invited({ catalogue, subject }: Circumstances): Verdict {
  if (subject.invited?.includes(catalogue.system)) return yes(`${subject.id} is invited`);
  return no('has no open invitation');
}

export function holdsOnly(condition: ConditionOf<'holdsOnly'>, at: Circumstances): Verdict {
  const { resource, subject, catalogue } = at;
  if (resource.type !== 'user') return no(`the task is only for a user, not for ${resourceWords(resource)}`);
  if (condition.orSelf === true && resource.id === subject.id) {
    return yes(`${subject.id} asks for themselves`);
  }
  const held = heldToday(at, resource.person);
  const other = held.find(({ role }) => !condition.roles.includes(role));
  if (other !== undefined) return no(`user ${resource.id} is ${catalogue.system} ${other.role}`);
  if (condition.atLeastOne === true && held.length === 0) {
    return no(`user ${resource.id} is not ${catalogue.system} ${alternatives(condition.roles)}`);
  }
  return yes(`${resource.id} holds no ${catalogue.system} role but ${alternatives(condition.roles)}`);
}

export function madeNoWider(at: Circumstances): Verdict {
  const type = textOf(at, 'accountType');
  if (type === undefined) return yes();
  const role = findRole(at.catalogue, type);
  if (role === undefined) return no(`there is no account type${quoted(given(at, 'accountType'))}`);
  if (scopeTypes.indexOf(role.scope) >= scopeTypes.indexOf(at.scope.type)) return yes();
  return no(`an account of type ${type} reaches a whole ${role.scope}`);
}

export function editedNoWider(at: Circumstances): Verdict {
  const { resource, subject, scope } = at;
  if (resource.type !== 'user' || resource.id === subject.id) return yes();
  const wider = heldToday(at, resource.person).find(
    (held) => overlaps(scope, held.scope) && !holdsAll(scope, held.scope, resource.person),
  );
  if (wider === undefined) return yes();
  return no(`user ${resource.id} is ${wider.role} of ${wider.scope.type} ${wider.scope.ids.join(', ')}`);
}

/** Whether an account for `other` reaches anything of `mine`; one of another scope type is taken to. */
function overlaps(mine: Scope, other: Scope): boolean {
  return mine.type !== other.type || other.ids.some((id) => mine.ids.includes(id));
}

/** Classes lie in schools as the holder's enrollments tell, whatever the dates of these; one that none tells of lies inside. */
function holdsAll(mine: Scope, other: Scope, { roster }: Person): boolean {
  if (mine.type === other.type) return other.ids.every((id) => mine.ids.includes(id));
  if (scopeTypes.indexOf(other.type) < scopeTypes.indexOf(mine.type)) return false;
  if (other.type !== 'class' || (mine.type !== 'school' && mine.type !== 'account')) return true;
  return (roster?.memberships ?? []).every(
    ({ classId, schoolId }) => !other.ids.includes(classId) || mine.ids.includes(schoolId),
  );
}

export function oneAtATime(condition: ConditionOf<'oneAtATime'>, at: Circumstances): Verdict {
  const count = given(at, 'count');
  const type = textOf(at, 'accountType');
  if (count === undefined || count === 1) return yes();
  if (type !== undefined && condition.except.includes(type)) return yes();
  return no(`this would add${quoted(count)} accounts at once`);
}

export function namedUserInScope(condition: ConditionOf<'namedUserInScope'>, at: Circumstances): Verdict {
  const id = textOf(at, condition.property);
  if (id === undefined) return yes();
  const { district, catalogue, more, scope, today } = at;
  if (more.persons === undefined) return no('the user named is not known here');
  const person = more.persons.get(id);
  if (person === undefined) return no(`district ${district.id} has no user${quoted(id)}`);
  const places = placementsOf({ type: 'user', id, person }, { district, catalogue, today });
  const place = placeInScope(scope, [...places, ...aroundClass(places, at)]);
  if (place === undefined) return no(`user ${id} does not belong there today`);
  return yes(...(place.because === undefined ? [] : [place.because]));
}

/** Whoever lies in the class asked about lies in its school too. */
function aroundClass(places: readonly Placement[], { resource, district }: Circumstances): Placement[] {
  if (resource.type !== 'class') return [];
  const isThere = places.some(({ type, id }) => type === 'class' && id === resource.id);
  return isThere ? placementsOfClass(resource.id, resource.class.schoolId, district) : [];
}
