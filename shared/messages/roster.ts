import * as z from 'zod';
import type { AcademicSession, ClassRecord, Course, Enrollment, Org, User } from '../roster/records.ts';

/** Roster records as the API shows them: the canonical record and its status. Dates are exclusive at their end. */
const status = z.enum(['active', 'suspended', 'tobedeleted']).meta({
  description: '`suspended`: a full feed no longer has it. `tobedeleted`: the feed says so itself.',
});
const text = z.string();
const texts = z.array(z.string()).optional();
const maybe = z.string().optional();

const org = z.object({ sourcedId: text, name: text, type: text, identifier: maybe, parentId: maybe });

const academicSession = z.object({
  sourcedId: text,
  title: text,
  type: text,
  startDate: text,
  endDate: text,
  parentId: maybe,
  schoolYear: text,
});

const course = z.object({
  sourcedId: text,
  title: text,
  schoolYearId: maybe,
  courseCode: maybe,
  grades: texts,
  orgId: maybe,
  subjects: texts,
  subjectCodes: texts,
});

const classRecord = z.object({
  sourcedId: text,
  title: text,
  courseId: maybe,
  classCode: maybe,
  classType: text,
  location: maybe,
  grades: texts,
  schoolId: text,
  termIds: texts,
  subjects: texts,
  subjectCodes: texts,
  periods: texts,
});

const user = z.object({
  sourcedId: text,
  enabledUser: z.boolean(),
  username: maybe,
  userIds: z.array(z.object({ type: text, identifier: text })).optional(),
  givenName: text,
  familyName: text,
  middleName: maybe,
  preferredGivenName: maybe,
  preferredMiddleName: maybe,
  preferredFamilyName: maybe,
  pronouns: maybe,
  identifier: maybe,
  email: maybe,
  sms: maybe,
  phone: maybe,
  agentIds: texts,
  grades: texts,
  userMasterIdentifier: maybe,
  primaryOrgId: maybe,
  title: maybe,
  department: maybe,
  sameAsId: maybe,
  differsFromIds: texts,
  roles: z.array(
    z.object({
      sourcedId: maybe,
      roleType: z.enum(['primary', 'secondary']),
      role: text,
      orgId: text,
      beginDate: maybe,
      endDate: maybe,
    }),
  ),
  demographics: z.record(z.string(), z.string()).optional(),
  relations: z.array(z.object({ id: text, relationship: text })).optional(),
  applicants: z.array(z.object({ id: text, relationship: text, status: text })).optional(),
  evaluates: texts,
  tags: texts,
  attributes: z.array(z.object({ name: text, year: maybe })).optional(),
  statuses: z.record(z.string(), z.string()).optional(),
  donor: z.literal(true).optional(),
});

const enrollment = z.object({
  sourcedId: text,
  classId: text,
  schoolId: text,
  userId: text,
  role: text,
  primary: z.boolean().optional(),
  beginDate: maybe,
  endDate: maybe,
});

/** Exact optional properties differ from zod's `| undefined`; a record with a field too many or too few does not compile. */
type Loosely<T> = { [K in keyof T]: T[K] | undefined };
type Shows<Schema extends z.ZodType, Stored> =
  Loosely<Required<z.infer<Schema>>> extends Loosely<Required<Stored>>
    ? Loosely<Required<Stored>> extends Loosely<Required<z.infer<Schema>>>
      ? true
      : false
    : false;
type Same = [
  Shows<typeof org, Org>,
  Shows<typeof academicSession, AcademicSession>,
  Shows<typeof course, Course>,
  Shows<typeof classRecord, ClassRecord>,
  Shows<typeof enrollment, Enrollment>,
  keyof z.infer<typeof user> extends keyof User ? true : false,
  keyof User extends keyof z.infer<typeof user> ? true : false,
];
const everyFieldIsShown: Same extends true[] ? true : false = true;
void everyFieldIsShown;

export const OrgView = org.extend({ status });
export const AcademicSessionView = academicSession.extend({ status });
export const CourseView = course.extend({ status });
export const ClassView = classRecord.extend({ status });
/** A client with `sharing.fields` gets no others. */
export const UserView = user
  .partial({ enabledUser: true, givenName: true, familyName: true, roles: true })
  .extend({ status });
export const EnrollmentView = enrollment.extend({ status });
