import * as z from 'zod';
import { profileKinds } from './facts.ts';

/**
 * The closed list of conditions that a cell or a rule may carry; all must hold. A new kind is one member here, and what the
 * compiler and a test then ask for: a case in holds.ts, words in condition-words.ts, a line in docs/catalogues.md; and a look
 * at lint/condition-reach.ts. Roles, properties and settings are parameters: no condition knows a system.
 * A fact that a condition needs and that is not known makes it fail, with that as its reason.
 */
const Names = z.array(z.string().min(1)).min(1);
const Name = z.string().min(1);

const simple = [
  /**
   * The property is known and is one of the values; with `orAbsent`, or is not known. `of` the resource where not said. What is kept
   * of a user or resource beats what the question says; of an action there is what the question says alone. Numbers, true and false
   * compare as text.
   */
  z.strictObject({
    kind: z.literal('propertyIn'),
    of: z.enum(['subject', 'action']).optional(),
    property: Name,
    values: Names,
    orAbsent: z.literal(true).optional(),
  }),
  /** The property of the resource is the subject's id, or with `as` their property of that name; of lists, one is one of the other. */
  z.strictObject({ kind: z.literal('propertyOfSubject'), property: Name, as: Name.optional() }),
  /**
   * The subject is assigned to the class asked about, or to one where the student asked about is enrolled today. Assigned:
   * the classes of the assignment's scope, or where that is wider, those in it that the subject is enrolled in as teacher
   * today. The class is active, unless `evenInactive`.
   */
  z.strictObject({ kind: z.literal('assignedClass'), evenInactive: z.literal(true).optional() }),
  /** The district has the setting on; a district that never set it has the catalogue's default. */
  z.strictObject({ kind: z.literal('granted'), setting: Name }),
  /** The user asked about is the subject. */
  z.strictObject({ kind: z.literal('ownAccount') }),
  /** The subject has an open invitation to the system. */
  z.strictObject({ kind: z.literal('invited') }),
  /** The student asked about is not enabled or not active in the roster. */
  z.strictObject({ kind: z.literal('inactive') }),

  /**
   * The user asked about holds no role of the system but these, roles for attributes left aside; with `atLeastOne`, and one;
   * with `orSelf`, or is the subject.
   */
  z.strictObject({
    kind: z.literal('holdsOnly'),
    roles: Names,
    atLeastOne: z.literal(true).optional(),
    orSelf: z.literal(true).optional(),
  }),
  /** `properties.accountType` is a role whose scope is no wider than that of the assignment; absent is fine. */
  z.strictObject({ kind: z.literal('madeNoWider') }),
  /**
   * The user asked about has no account that reaches into the assignment's scope and out of it, and none for a class of a
   * school outside.
   */
  z.strictObject({ kind: z.literal('editedNoWider') }),
  /** `properties.count` is absent or 1, or `properties.accountType` is one of these. */
  z.strictObject({ kind: z.literal('oneAtATime'), except: Names }),
  /** The user named by the property, if any, lies in the assignment's scope. */
  z.strictObject({ kind: z.literal('namedUserInScope'), property: Name }),

  /** Every one of `properties.rows` is of these kinds and lies in scope; with `assignedClasses`, in assigned classes. */
  z.strictObject({
    kind: z.literal('rowsInside'),
    kinds: Names,
    assignedClasses: z.literal(true).optional(),
  }),
  /** Staff rows of `properties.rows` make accounts of these types only. */
  z.strictObject({ kind: z.literal('staffRowsOnly'), accountTypes: Names }),
  /** `properties.from` and `to` lie in scope; with `assignedClasses`, are assigned classes. Absent is fine unless `required`. */
  z.strictObject({
    kind: z.literal('endsInside'),
    required: z.literal(true).optional(),
    assignedClasses: z.literal(true).optional(),
  }),
  /** `properties.from`, if given, is where the student asked about is today. */
  z.strictObject({ kind: z.literal('movedFromThere') }),

  /** The student asked about and all of `properties.students` are among those that the subject reaches in the account. */
  z.strictObject({ kind: z.literal('studentsInReach') }),
  /** A student made with `properties.yearLevel` and `tags` would be among them. */
  z.strictObject({ kind: z.literal('newStudentInReach') }),
  /** Where the user asked about is the subject: `properties.yearLevels` and `tags` reach no student more than now. */
  z.strictObject({ kind: z.literal('reachNotWidened') }),

  /** `properties.role`, if it is limited in seats, has one free at the account, or `properties.user` holds it. */
  z.strictObject({ kind: z.literal('seatFree') }),
  /** `properties.role`, if given, is limited in seats and somebody at the account holds it. */
  z.strictObject({ kind: z.literal('seatTaken') }),
  /** `properties.role`, if given, is a role of the system that people assign: not a calculated one. */
  z.strictObject({ kind: z.literal('assignable') }),

  /** The subject's user account exists and is as named. */
  z.strictObject({ kind: z.literal('login'), is: z.enum(['there', 'approved', 'unlocked']) }),
  /** So many users have the username or e-mail of these properties; an absent `value` is fine where `orAbsent`. */
  z.strictObject({
    kind: z.literal('loginsFound'),
    by: z.strictObject({ property: Name, values: z.array(Name).min(1) }).optional(),
    as: Name.optional(),
    value: Name,
    count: z.union([z.literal(0), z.literal(1)]),
    orAbsent: z.literal(true).optional(),
  }),
  /** `properties.address`, or any address where none is named, is one of the profile record's. */
  z.strictObject({ kind: z.literal('mailOfProfile') }),
  /** The resource is the subject's own record, or attached to their household, or given to them to evaluate. */
  z.strictObject({
    kind: z.literal('recordOf'),
    part: z.enum(['student', 'household-student', 'household-applicant', 'evaluated']),
    relationship: Name.optional(),
  }),
  /**
   * The content names no attribute, or the subject has it, with the content's year where that names one. A named attribute
   * leaves out whom the roster suspends or disables, even where the row is open to them.
   */
  z.strictObject({ kind: z.literal('attributeOfContent') }),
  /** The page's role, stored or in `properties.role`, is one that the subject holds now, and no attribute. */
  z.strictObject({ kind: z.literal('roleOfPage') }),
  /** The subject is one of the staff: by the login's profile, or by holding one of the roles. */
  z.strictObject({ kind: z.literal('staff'), profiles: z.array(z.enum(profileKinds)), roles: Names }),
  /** The resource is associated with the subject's login. */
  z.strictObject({ kind: z.literal('associated'), as: z.enum(['ledgers', 'schools']) }),
  /** The student asked about is in a school associated with the subject's login. */
  z.strictObject({ kind: z.literal('inAssociatedSchool') }),
  /**
   * The user asked about, or to be made with `properties.role`, may be associated; what is associated already, may. With
   * `orAbsent`, or nothing to associate is named.
   */
  z.strictObject({
    kind: z.literal('mayCarry'),
    as: z.enum(['ledgers', 'schools']),
    property: Name,
    profiles: z.array(z.enum(profileKinds)),
    roles: Names,
    orAbsent: z.literal(true).optional(),
  }),
  /** The owner of the resource still has a user, or a copy was kept. */
  z.strictObject({ kind: z.literal('ownerOrCopy') }),
] as const;

const unknownKind = (issue: { code?: string }) =>
  issue.code === 'invalid_union' ? 'There is no such condition.' : undefined;

const kinds = [
  ...simple,
  /** At least one of these holds. They don't nest. */
  z.strictObject({
    kind: z.literal('anyOf'),
    conditions: z.array(z.discriminatedUnion('kind', simple, { error: unknownKind })).min(2),
  }),
] as const;

export const conditionKinds: readonly string[] = kinds.map((kind) => kind.shape.kind.value);

export const Condition = z.discriminatedUnion('kind', kinds, { error: unknownKind });
export type Condition = z.infer<typeof Condition>;
export type ConditionOf<K extends Condition['kind']> = Extract<Condition, { kind: K }>;
