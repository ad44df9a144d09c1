import * as z from 'zod';
import { sortRoles } from './join-users.ts';
import type {
  AcademicSession,
  ClassRecord,
  Course,
  Enrollment,
  Entity,
  Org,
  User,
  UserFacts,
} from './records.ts';

/**
 * What people can write into a record. Types alone are checked: what it refers to may come with a later feed. Phones and
 * demographics are not here, as they are kept only where the feed's own settings ask for them; nor are facts, which people keep a layer
 * of their own of.
 */
const text = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^\P{Cc}+$/u, 'no control characters');
const id = text.max(255);
const maybe = text.optional();
const maybeId = id.optional();
const texts = z.array(text).max(100).optional();
const ids = z.array(id).max(1000).optional();
const day = z.iso.date();

const role = z.strictObject({
  roleType: z.enum(['primary', 'secondary']),
  role: text,
  orgId: id,
  beginDate: day.optional(),
  endDate: day.optional(),
});

const orgs = z.strictObject({ name: text, type: text, identifier: maybe, parentId: maybeId });

const academicSessions = z.strictObject({
  title: text,
  type: text,
  startDate: day,
  endDate: day,
  parentId: maybeId,
  schoolYear: z.string().regex(/^\d{4}$/, 'the year that the school year ends in'),
});

const courses = z.strictObject({
  title: text,
  schoolYearId: maybeId,
  courseCode: maybe,
  grades: texts,
  orgId: maybeId,
  subjects: texts,
  subjectCodes: texts,
});

const classes = z.strictObject({
  title: text,
  courseId: maybeId,
  classCode: maybe,
  classType: text,
  location: maybe,
  grades: texts,
  schoolId: id,
  termIds: ids,
  subjects: texts,
  subjectCodes: texts,
  periods: texts,
});

const users = z.strictObject({
  enabledUser: z.boolean(),
  username: maybe,
  userIds: z
    .array(z.strictObject({ type: text, identifier: text }))
    .max(100)
    .optional(),
  // A feed may leave names blank too.
  givenName: z.union([z.literal(''), text]),
  familyName: z.union([z.literal(''), text]),
  middleName: maybe,
  preferredGivenName: maybe,
  preferredMiddleName: maybe,
  preferredFamilyName: maybe,
  pronouns: maybe,
  identifier: maybe,
  email: maybe,
  agentIds: ids,
  grades: texts,
  userMasterIdentifier: maybe,
  primaryOrgId: maybeId,
  title: maybe,
  department: maybe,
  sameAsId: maybeId,
  differsFromIds: ids,
  roles: z
    .array(role)
    .max(100)
    .transform((roles) => sortRoles(roles.map(withoutBlanks))),
});

const enrollments = z.strictObject({
  classId: id,
  schoolId: id,
  userId: id,
  role: text,
  primary: z.boolean().optional(),
  beginDate: day.optional(),
  endDate: day.optional(),
});

export const editable = { orgs, academicSessions, courses, classes, users, enrollments } satisfies Record<
  Entity,
  z.ZodObject
>;

/** Words for people: nothing decides by them. All others can move roles, classes or logins. */
const words: Readonly<Record<Entity, ReadonlySet<string>>> = {
  orgs: new Set(['name']),
  academicSessions: new Set(['title']),
  courses: new Set(['title', 'courseCode', 'subjects']),
  classes: new Set(['title', 'classCode', 'location', 'subjects', 'periods']),
  users: new Set([
    ...['givenName', 'familyName', 'middleName', 'pronouns'],
    ...['preferredGivenName', 'preferredMiddleName', 'preferredFamilyName'],
  ]),
  enrollments: new Set(),
};

export function isWords(entity: Entity, field: string): boolean {
  return words[entity].has(field);
}

/** The schema of one field's value, null where it may be blank; undefined where there is no such field. */
export function fieldSchema(entity: Entity, field: string): z.ZodType | undefined {
  const shape: Readonly<Record<string, z.ZodType>> = editable[entity].shape;
  const schema = Object.hasOwn(shape, field) ? shape[field] : undefined;
  return schema instanceof z.ZodOptional ? z.union([z.null(), schema.unwrap() as z.ZodType]) : schema;
}

/** Zod leaves `undefined` where an optional field was given as such; our records have no such fields. */
function withoutBlanks<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined);
  // The same fields but for those that are undefined.
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}

type Loosely<T> = { [K in keyof T]: T[K] | undefined };
type Writes<Schema extends z.ZodType, Kept> =
  Loosely<Required<z.output<Schema>>> extends Loosely<Required<Omit<Kept, 'sourcedId'>>>
    ? keyof Omit<Kept, 'sourcedId'> extends keyof z.output<Schema>
      ? true
      : false
    : false;
type Same = [
  Writes<typeof orgs, Org>,
  Writes<typeof academicSessions, AcademicSession>,
  Writes<typeof courses, Course>,
  Writes<typeof classes, ClassRecord>,
  Writes<typeof enrollments, Enrollment>,
  Writes<typeof users, Omit<User, 'sms' | 'phone' | 'demographics' | keyof UserFacts>>,
];
const everyFieldCanBeWritten: Same extends true[] ? true : false = true;
void everyFieldCanBeWritten;
