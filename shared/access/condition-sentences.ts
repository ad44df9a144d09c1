import { type Catalogue, findRole } from './catalogue.ts';
import type { Condition, ConditionOf } from './conditions.ts';
import { alternatives, roleWords } from './sentences.ts';

/** What a condition asks for, for an administrator: ends the sentence "A teacher may do it if …". Each kind is told in conditions.ts. */
export function conditionSentence(catalogue: Catalogue, condition: Condition): string {
  switch (condition.kind) {
    case 'propertyIn':
      return propertyWords(condition);
    case 'assignedClass':
      return `the class is one that they teach${condition.evenInactive ? ', also where it is inactive' : ''}, or the student is in such a class`;
    case 'granted':
      return `the district has ${condition.setting} on`;
    case 'ownAccount':
      return 'the user is themself';
    case 'invited':
      return 'they have an open invitation to set up an account';
    case 'inactive':
      return 'the student is inactive';
    case 'holdsOnly':
      return holdsOnlyWords(catalogue, condition);
    case 'madeNoWider':
      return 'the account to be made is for no wider a scope than their own';
    case 'editedNoWider':
      return 'none of the user’s accounts reaches beyond their own scope';
    case 'oneAtATime':
      return `it is one at a time, except for ${alternatives(rolesNamed(catalogue, condition.except))}`;
    case 'namedUserInScope':
      return `the user named as ${condition.property} is in their scope`;
    case 'rowsInside':
      return `every row is for ${alternatives(condition.kinds)} in ${condition.assignedClasses ? 'classes that they teach' : 'their scope'}`;
    case 'staffRowsOnly':
      return `staff rows make accounts only of ${alternatives(rolesNamed(catalogue, condition.accountTypes))}`;
    case 'endsInside':
      return `both ends are ${condition.assignedClasses ? 'classes that they teach' : 'in their scope'}`;
    case 'movedFromThere':
      return 'the student is today where the move starts';
    case 'studentsInReach':
      return 'the students are of the year levels or tags that the account gives them';
    case 'newStudentInReach':
      return 'the new student is of the year levels or tags that the account gives them';
    case 'reachNotWidened':
      return 'they don’t widen their own reach';
    case 'seatFree':
      return 'the role’s seat at the account is free';
    case 'seatTaken':
      return 'somebody holds the role’s seat at the account';
    case 'assignable':
      return 'people assign the role: it is not calculated';
    case 'propertyOfSubject':
      return `its ${condition.property} is their ${condition.as ?? 'id'}`;
    case 'anyOf':
      return condition.conditions.map((one) => conditionSentence(catalogue, one)).join(', or ');
    default:
      return loginWords(catalogue, condition);
  }
}

type OfLogins = ConditionOf<
  | 'login'
  | 'loginsFound'
  | 'mailOfProfile'
  | 'recordOf'
  | 'attributeOfContent'
  | 'roleOfPage'
  | 'staff'
  | 'associated'
  | 'inAssociatedSchool'
  | 'mayCarry'
  | 'ownerOrCopy'
>;

/** Conditions on user accounts and the records behind them. */
function loginWords(catalogue: Catalogue, condition: OfLogins): string {
  switch (condition.kind) {
    case 'login':
      return `their user account is ${condition.is}`;
    case 'loginsFound': {
      const many = condition.count === 0 ? 'no user has' : 'exactly one user has';
      return `${many} the ${condition.as ?? alternatives(condition.by?.values ?? ['name'])}`;
    }
    case 'mailOfProfile':
      return 'the address is one of their profile record';
    case 'recordOf':
      return recordWords(condition);
    case 'attributeOfContent':
      return 'they have the content’s attribute, in its year where it names one';
    case 'roleOfPage':
      return 'they hold the page’s role';
    case 'staff': {
      const roles = rolesNamed(catalogue, condition.roles);
      return `they are staff: by a profile of ${alternatives(condition.profiles)}${roles.length === 0 ? '' : `, or as ${alternatives(roles)}`}`;
    }
    case 'associated':
      return `it is one of the ${condition.as} associated with their user account`;
    case 'inAssociatedSchool':
      return 'the student is in a school associated with their user account';
    case 'mayCarry':
      return `the user is one who may be associated with ${condition.as}`;
    case 'ownerOrCopy':
      return 'its owner still has a user account, or a copy was kept';
    default:
      return condition satisfies never;
  }
}

function propertyWords({ property, values, orAbsent }: ConditionOf<'propertyIn'>): string {
  return `the ${property} is ${alternatives(values)}${orAbsent ? ' or not named' : ''}`;
}

function holdsOnlyWords(
  catalogue: Catalogue,
  { roles, atLeastOne, orSelf }: ConditionOf<'holdsOnly'>,
): string {
  const named = alternatives(rolesNamed(catalogue, roles));
  const what = atLeastOne ? `is ${named} and nothing else` : `is nothing but ${named}`;
  return `the user ${what}${orSelf ? ', or is themself' : ''}`;
}

function recordWords({ part, relationship }: ConditionOf<'recordOf'>): string {
  const as = relationship === undefined ? '' : ` as ${relationship}`;
  switch (part) {
    case 'student':
      return 'the record is their own';
    case 'household-student':
      return `the student is of their household${as}`;
    case 'household-applicant':
      return `the applicant is of their household${as}`;
    case 'evaluated':
      return 'the record is theirs to evaluate';
    default:
      return part satisfies never;
  }
}

function rolesNamed(catalogue: Catalogue, roles: readonly string[]): string[] {
  return roles.map((id) => {
    const role = findRole(catalogue, id);
    return role === undefined ? id : roleWords(role);
  });
}
