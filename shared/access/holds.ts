import { findSetting } from './catalogue.ts';
import type { Condition, ConditionOf } from './conditions.ts';
import { assignedClass } from './predicates/classes.ts';
import {
  associated,
  inAssociatedSchool,
  loginIs,
  loginsFound,
  mailOfProfile,
  mayCarry,
  roleOfPage,
  staff,
} from './predicates/logins.ts';
import { endsInside, movedFromThere, rowsInside, staffRowsOnly } from './predicates/places.ts';
import { propertyIn, propertyOfSubject } from './predicates/properties.ts';
import { attributeOfContent, ownerOrCopy, recordOf } from './predicates/records.ts';
import { assignable, seatFree, seatTaken } from './predicates/seats.ts';
import {
  editedNoWider,
  holdsOnly,
  invited,
  madeNoWider,
  namedUserInScope,
  oneAtATime,
  ownAccount,
} from './predicates/staff-accounts.ts';
import { newStudentInReach, reachNotWidened, studentsInReach } from './predicates/student-reach.ts';
import { type Circumstances, no, type Verdict, yes } from './predicates/verdict.ts';
import { inactivityOf, resourceWords } from './sentences.ts';

/** Whether a condition holds, in words either way. Each kind is told in conditions.ts. */
export function holds(condition: Condition, at: Circumstances): Verdict {
  switch (condition.kind) {
    case 'propertyIn':
      return propertyIn(condition, at);
    case 'propertyOfSubject':
      return propertyOfSubject(condition, at);
    case 'anyOf':
      return anyOf(condition, at);
    case 'assignedClass':
      return assignedClass(condition, at);
    case 'granted':
      return granted(condition, at);
    case 'ownAccount':
      return ownAccount(at);
    case 'invited':
      return invited(at);
    case 'inactive':
      return inactive(at);
    case 'holdsOnly':
      return holdsOnly(condition, at);
    case 'madeNoWider':
      return madeNoWider(at);
    case 'editedNoWider':
      return editedNoWider(at);
    case 'oneAtATime':
      return oneAtATime(condition, at);
    case 'namedUserInScope':
      return namedUserInScope(condition, at);
    case 'rowsInside':
      return rowsInside(condition, at);
    case 'staffRowsOnly':
      return staffRowsOnly(condition, at);
    case 'endsInside':
      return endsInside(condition, at);
    case 'movedFromThere':
      return movedFromThere(at);
    case 'studentsInReach':
      return studentsInReach(at);
    case 'newStudentInReach':
      return newStudentInReach(at);
    case 'reachNotWidened':
      return reachNotWidened(at);
    case 'seatFree':
      return seatFree(at);
    case 'seatTaken':
      return seatTaken(at);
    case 'assignable':
      return assignable(at);
    case 'login':
      return loginIs(condition, at);
    case 'loginsFound':
      return loginsFound(condition, at);
    case 'mailOfProfile':
      return mailOfProfile(at);
    case 'recordOf':
      return recordOf(condition, at);
    case 'attributeOfContent':
      return attributeOfContent(at);
    case 'roleOfPage':
      return roleOfPage(at);
    case 'staff':
      return staff(condition, at);
    case 'associated':
      return associated(condition, at);
    case 'inAssociatedSchool':
      return inAssociatedSchool(at);
    case 'mayCarry':
      return mayCarry(condition, at);
    case 'ownerOrCopy':
      return ownerOrCopy(at);
    default:
      return condition satisfies never;
  }
}

/** Says of all why they fail. */
function anyOf({ conditions }: ConditionOf<'anyOf'>, at: Circumstances): Verdict {
  const verdicts = conditions.map((condition) => holds(condition, at));
  const met = verdicts.find((verdict) => verdict.holds);
  if (met) return met;
  return no(verdicts.flatMap((verdict) => (verdict.holds ? [] : [verdict.miss])).join(', and '));
}

function granted({ setting: id }: ConditionOf<'granted'>, { catalogue, district }: Circumstances): Verdict {
  const set = Object.hasOwn(district.settings, id) ? district.settings[id] : undefined;
  if (set === true) return yes(`granted by ${district.id} setting`);
  if (set === undefined && findSetting(catalogue, id)?.default === true) {
    return yes(`granted by default of ${id}`);
  }
  return no(`setting ${id} is off in district ${district.id}`);
}

function inactive({ resource }: Circumstances): Verdict {
  const person = resource.type === 'student' || resource.type === 'user' ? resource.person : undefined;
  if (person === undefined)
    return no(`the task is only for an inactive student, not for ${resourceWords(resource)}`);
  if (inactivityOf(person) === undefined) return no(`${resourceWords(resource)} is active`);
  return yes(`${resource.id} is inactive`);
}
