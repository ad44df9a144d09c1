import type { Cell } from './catalogue.ts';
import type { Condition, ConditionOf } from './conditions.ts';

/** Few words that follow "where", by kind. What each kind means is told in conditions.ts. */
const words: { [K in Condition['kind']]: (condition: ConditionOf<K>) => string } = {
  propertyIn: ({ property, values }) => `${property} is ${either(values)}`,
  propertyOfSubject: ({ property, as }) => `${property} is the subject’s ${as ?? 'id'}`,
  anyOf: ({ conditions }) => conditions.map(conditionWords).join(' or '),
  assignedClass: ({ evenInactive }) => `assigned class${evenInactive ? ', even an inactive one' : ''}`,
  granted: ({ setting }) => `setting ${setting} is on`,
  ownAccount: () => 'own account',
  invited: () => 'invited',
  inactive: () => 'inactive',
  holdsOnly: ({ roles, atLeastOne, orSelf }) =>
    `the user holds ${atLeastOne ? 'a role, and none' : 'no role'} but ${either(roles)}${orSelf ? ', or is the subject' : ''}`,
  madeNoWider: () => 'the account made reaches no wider',
  editedNoWider: () => 'the account edited reaches no wider',
  oneAtATime: ({ except }) => `one at a time, but for ${either(except)}`,
  namedUserInScope: ({ property }) => `the ${property} named lies in scope`,
  rowsInside: ({ kinds, assignedClasses }) =>
    `every row is ${either(kinds)} ${assignedClasses ? 'of assigned classes' : 'in scope'}`,
  staffRowsOnly: ({ accountTypes }) => `staff rows are ${either(accountTypes)}`,
  endsInside: ({ required, assignedClasses }) =>
    `from and to ${required ? 'are given and ' : ''}are ${assignedClasses ? 'assigned classes' : 'in scope'}`,
  movedFromThere: () => 'the student is at from',
  studentsInReach: () => 'all students are in reach',
  newStudentInReach: () => 'the new student is in reach',
  reachNotWidened: () => 'the own reach is not widened',
  seatFree: () => 'the seat is free',
  seatTaken: () => 'somebody holds the seat',
  assignable: () => 'people assign the role',
  login: ({ is }) => `the user account is ${is}`,
  loginsFound: ({ by, as, count }) =>
    `${count === 0 ? 'no user has' : 'exactly one user has'} the ${as ?? either(by?.values ?? [])} given`,
  mailOfProfile: () => 'the address is of the profile record',
  recordOf: ({ part, relationship }) =>
    `${parts[part]}${relationship === undefined ? '' : ` with relationship ${relationship}`}`,
  attributeOfContent: () => 'the attribute of the content is held',
  roleOfPage: () => 'the role of the page is held',
  staff: (condition) => `the subject is ${profilesOrRoles(condition)}`,
  associated: ({ as }) => `among the associated ${as}`,
  inAssociatedSchool: () => 'in an associated school',
  mayCarry: (condition) => `the user is ${profilesOrRoles(condition)}`,
  ownerOrCopy: () => 'the owner is a user still or a copy was kept',
};

const parts: Record<ConditionOf<'recordOf'>['part'], string> = {
  student: 'own student record',
  'household-student': 'student of the own household',
  'household-applicant': 'applicant of the own household',
  evaluated: 'applicant to evaluate',
};

/** All of them, so that no difference is left out. */
export function either(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} or ${last}`;
}

function profilesOrRoles({ profiles, roles }: ConditionOf<'staff'> | ConditionOf<'mayCarry'>): string {
  return either([...profiles.map((kind) => `of ${kind} profile`), ...roles]);
}

/** A condition in words: "platform is Ed or Flight". */
export function conditionWords(condition: Condition): string {
  // The compiler doesn't see that the kind and the words go together.
  const wordsOf = words[condition.kind] as (condition: Condition) => string;
  const orAbsent = 'orAbsent' in condition && condition.orAbsent === true;
  return `${wordsOf(condition)}${orAbsent ? ' or not named' : ''}`;
}

export function conjunction(conditions: readonly Condition[]): string {
  return conditions.map(conditionWords).join(' and ');
}

/** What follows the name of a permission: "" or " where assigned class and platform is Ed". */
export function cellWords(cell: Cell): string {
  if (cell === 'allow') return '';
  const where = cell.when.length === 0 ? '' : ` where ${conjunction(cell.when)}`;
  return `${where}${'within' in cell ? ', at the schools of the classes' : ''}`;
}
