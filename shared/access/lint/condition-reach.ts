import { type Catalogue, findRole, type Role, scopeTypes } from '../catalogue.ts';
import type { Condition, ConditionOf } from '../conditions.ts';

/**
 * What can be told of a condition from the catalogue alone. Only what holds for any facts whatever is said here, so that no
 * catalogue is refused for a condition that somebody may meet.
 */

const people: readonly string[] = ['student', 'user'];

/** The resource types on which the condition can hold; `undefined` = any. */
export function typesThatMeet(condition: Condition): readonly string[] | undefined {
  switch (condition.kind) {
    case 'assignedClass':
      return ['class', 'student'];
    case 'ownAccount':
    case 'holdsOnly':
      return ['user'];
    case 'inactive':
      return people;
    case 'recordOf':
      return condition.part.includes('student') ? people : ['applicant'];
    case 'associated':
      return condition.as === 'ledgers' ? ['ledger'] : ['school_division', 'school', 'account'];
    case 'inAssociatedSchool':
      return ['school', 'account', 'class', 'student', 'user'];
    case 'ownerOrCopy':
      return ['dat_query', 'dat_filter'];
    default:
      return undefined;
  }
}

/** The resource type that the condition is about where it holds by itself on all others; `undefined` = on none. */
export function typeConcerned({ kind }: Condition): string | undefined {
  switch (kind) {
    case 'editedNoWider':
    case 'reachNotWidened':
      return 'user';
    case 'movedFromThere':
      return 'student';
    case 'newStudentInReach':
      return 'account';
    default:
      return undefined;
  }
}

/** The resource types that lie in a role's scope. `within`: an assignment for classes counts as one for their schools. */
export function typesInScope(role: Role, within: boolean): readonly string[] | undefined {
  const scopes = [role.scope, ...(role.alsoFor ?? [])];
  if (scopes.includes('district') || scopes.includes('customer')) return undefined;
  if (within || scopes.includes('school') || scopes.includes('account'))
    return ['school', 'account', 'class', ...people];
  return ['class', ...people];
}

/** Who a set of conditions is for: holders of a role, or everybody. */
export type Reader = { catalogue: Catalogue; role: Role | undefined; evenInactive: boolean };

/** Why the condition never holds for that role, on whatever resource. */
export function neverFor(condition: Condition, { role }: Reader): string | undefined {
  const profile = role?.calculated === undefined ? undefined : profiles[role.calculated.kind];
  if (condition.kind !== 'recordOf' || profile === undefined || role === undefined) return undefined;
  const needed = partProfiles[condition.part];
  if (needed === undefined || needed === profile) return undefined;
  return `"${role.id}" is calculated from a ${profile} record, and this asks for a ${needed} record`;
}

const profiles = {
  student: 'student',
  'household-student': 'household',
  'household-applicant': 'household',
  evaluator: undefined,
} as const;

const partProfiles = {
  student: 'student',
  'household-student': 'household',
  'household-applicant': 'household',
  evaluated: undefined,
} as const;

/** Why two conditions never hold together; `undefined` where they may. */
export function contradiction(a: Condition, b: Condition, reader: Reader): string | undefined {
  return oneWay(a, b, reader) ?? oneWay(b, a, reader);
}

function oneWay(a: Condition, b: Condition, reader: Reader): string | undefined {
  if (a.kind === 'propertyIn' && b.kind === 'propertyIn') return noCommonValue(a, b);
  if (a.kind === 'propertyIn' && b.kind === 'madeNoWider') return onlyWiderTypes(a, reader);
  if (a.kind === 'loginsFound' && b.kind === 'loginsFound') return otherCount(a, b);
  if (a.kind === 'recordOf' && b.kind === 'recordOf') return otherProfile(a, b);
  if (a.kind === 'holdsOnly' && b.kind === 'holdsOnly') return noCommonRole(a, b);
  if (a.kind !== 'ownAccount') return undefined;
  if (b.kind === 'inactive' && !reader.evenInactive) return 'whoever is inactive is denied everything';
  const { role } = reader;
  if (b.kind === 'holdsOnly' && b.orSelf !== true && role !== undefined && !b.roles.includes(role.id)) {
    return `the subject is "${role.id}", which is not among those roles`;
  }
  return undefined;
}

function noCommonValue(a: ConditionOf<'propertyIn'>, b: ConditionOf<'propertyIn'>): string | undefined {
  if (a.property !== b.property || a.values.some((value) => b.values.includes(value))) return undefined;
  return a.orAbsent && b.orAbsent ? undefined : `no value of "${a.property}" is in both lists`;
}

/** An account type that is no role, or one whose scope is wider than every scope of the role, is never made. */
function onlyWiderTypes(
  { property, values, orAbsent }: ConditionOf<'propertyIn'>,
  { catalogue, role }: Reader,
): string | undefined {
  if (property !== 'accountType' || orAbsent === true || role === undefined) return undefined;
  const widest = Math.min(...[role.scope, ...(role.alsoFor ?? [])].map((type) => scopeTypes.indexOf(type)));
  const isMade = values.some((value) => {
    const made = findRole(catalogue, value);
    return made !== undefined && scopeTypes.indexOf(made.scope) >= widest;
  });
  return isMade ? undefined : `every one of those account types reaches wider than a ${role.scope}`;
}

function otherCount(a: ConditionOf<'loginsFound'>, b: ConditionOf<'loginsFound'>): string | undefined {
  if (a.count === b.count || a.value !== b.value || (a.orAbsent && b.orAbsent)) return undefined;
  const isSame = a.as === b.as && a.by?.property === b.by?.property;
  return isSame ? 'they ask for different numbers of the same users' : undefined;
}

function otherProfile(a: ConditionOf<'recordOf'>, b: ConditionOf<'recordOf'>): string | undefined {
  const [one, other] = [partProfiles[a.part], partProfiles[b.part]];
  if (one === undefined || other === undefined || one === other) return undefined;
  return `a login is tied to a ${one} record or to a ${other} record, never to both`;
}

function noCommonRole(a: ConditionOf<'holdsOnly'>, b: ConditionOf<'holdsOnly'>): string | undefined {
  const mayHoldNone = a.atLeastOne !== true && b.atLeastOne !== true;
  if (mayHoldNone || a.orSelf || b.orSelf) return undefined;
  return a.roles.some((role) => b.roles.includes(role)) ? undefined : 'no role is in both lists';
}
