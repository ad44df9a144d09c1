import * as z from 'zod';

/**
 * Answers of OneRoster 1.2's Rostering Service, written from the tables of its REST binding 1.0 and nothing else: what is required is
 * required, and nothing is there that the binding doesn't name.
 */
const extension = z.string().regex(/^ext:[a-zA-Z0-9.\-_]+$/);
const words = <const Words extends readonly [string, ...string[]]>(...of: Words) =>
  z.union([z.enum(of), extension]);
const yesOrNo = z.enum(['true', 'false']);
const day = z.iso.date();
const text = z.string();
const texts = z.array(text);

const ref = <const Type extends string>(type: Type) =>
  z.strictObject({ href: z.url(), sourcedId: text, type: z.literal(type) });

const base = {
  sourcedId: text,
  status: z.enum(['active', 'tobedeleted']),
  dateLastModified: z.iso.datetime(),
  metadata: z.record(text, z.unknown()).optional(),
};

const academicSession = z.strictObject({
  ...base,
  title: text,
  startDate: day,
  endDate: day,
  type: words('gradingPeriod', 'semester', 'schoolYear', 'term'),
  parent: ref('academicSession').optional(),
  children: z.array(ref('academicSession')).optional(),
  schoolYear: z.string().regex(/^\d{4}$/),
});

const org = z.strictObject({
  ...base,
  name: text,
  type: words('department', 'district', 'local', 'national', 'school', 'state'),
  identifier: text,
  parent: ref('org').optional(),
  children: z.array(ref('org')).optional(),
});

const course = z.strictObject({
  ...base,
  title: text,
  schoolYear: ref('academicSession').optional(),
  courseCode: text,
  grades: texts.optional(),
  subjects: texts.optional(),
  org: ref('org').optional(),
  subjectCodes: texts.optional(),
});

const classRecord = z.strictObject({
  ...base,
  title: text,
  classCode: text.optional(),
  classType: words('homeroom', 'scheduled').optional(),
  location: text.optional(),
  grades: texts.optional(),
  subjects: texts.optional(),
  course: ref('course'),
  school: ref('org'),
  terms: z.array(ref('academicSession')).min(1),
  subjectCodes: texts.optional(),
  periods: texts.optional(),
});

const roles = [
  ...['aide', 'counselor', 'districtAdministrator', 'guardian', 'parent', 'principal', 'proctor', 'relative'],
  ...['siteAdministrator', 'student', 'systemAdministrator', 'teacher'],
] as const;

const user = z.strictObject({
  ...base,
  userMasterIdentifier: text.optional(),
  username: text.optional(),
  userIds: z.array(z.strictObject({ type: text, identifier: text })).optional(),
  enabledUser: yesOrNo,
  givenName: text,
  familyName: text,
  middleName: text.optional(),
  preferredFirstName: text.optional(),
  preferredMiddleName: text.optional(),
  preferredLastName: text.optional(),
  pronouns: text.optional(),
  roles: z
    .array(
      z.strictObject({
        roleType: z.enum(['primary', 'secondary']),
        role: z.union([z.literal(roles), extension]),
        org: ref('org'),
        beginDate: day.optional(),
        endDate: day.optional(),
      }),
    )
    .min(1),
  primaryOrg: ref('org').optional(),
  identifier: text.optional(),
  email: text.optional(),
  sms: text.optional(),
  phone: text.optional(),
  agents: z.array(ref('user')).optional(),
  grades: texts.optional(),
});

const enrollment = z.strictObject({
  ...base,
  user: ref('user'),
  class: ref('class'),
  school: ref('org'),
  role: words('administrator', 'proctor', 'student', 'teacher'),
  primary: yesOrNo.optional(),
  beginDate: day.optional(),
  endDate: day.optional(),
});

const demographics = z.strictObject({
  ...base,
  birthDate: day.optional(),
  sex: words('male', 'female', 'unspecified', 'other').optional(),
  americanIndianOrAlaskaNative: yesOrNo.optional(),
  asian: yesOrNo.optional(),
  blackOrAfricanAmerican: yesOrNo.optional(),
  nativeHawaiianOrOtherPacificIslander: yesOrNo.optional(),
  white: yesOrNo.optional(),
  demographicRaceTwoOrMoreRaces: yesOrNo.optional(),
  hispanicOrLatinoEthnicity: yesOrNo.optional(),
  countryOfBirthCode: text.optional(),
  stateOfBirthAbbreviation: text.optional(),
  cityOfBirth: text.optional(),
  publicSchoolResidenceStatus: text.optional(),
});

/** By the name of the list, and by the name of the single record. */
export const answers: Record<string, z.ZodType> = {
  ...{ academicSessions: z.strictObject({ academicSessions: z.array(academicSession) }) },
  ...{ orgs: z.strictObject({ orgs: z.array(org) }), courses: z.strictObject({ courses: z.array(course) }) },
  ...{ classes: z.strictObject({ classes: z.array(classRecord) }) },
  ...{ users: z.strictObject({ users: z.array(user) }) },
  ...{ enrollments: z.strictObject({ enrollments: z.array(enrollment) }) },
  ...{ academicSession: z.strictObject({ academicSession }), org: z.strictObject({ org }) },
  ...{ course: z.strictObject({ course }), class: z.strictObject({ class: classRecord }) },
  ...{ user: z.strictObject({ user }), enrollment: z.strictObject({ enrollment }) },
  demographics: z.strictObject({ demographics: z.union([z.array(demographics), demographics]) }),
};

const minors = [
  ...['fullsuccess', 'invalid_filter_field', 'invalid_selection_field', 'invaliddata', 'unauthorisedrequest'],
  ...['forbidden', 'server_busy', 'unknownobject', 'internal_server_error'],
] as const;

export const statusInfo = z.strictObject({
  imsx_codeMajor: z.enum(['success', 'processing', 'failure', 'unsupported']),
  imsx_severity: z.enum(['status', 'warning', 'error']),
  imsx_description: text.optional(),
  imsx_CodeMinor: z
    .strictObject({
      imsx_codeMinorField: z
        .array(z.strictObject({ imsx_codeMinorFieldName: text, imsx_codeMinorFieldValue: z.literal(minors) }))
        .min(1),
    })
    .optional(),
});
