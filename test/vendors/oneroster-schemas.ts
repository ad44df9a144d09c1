import { z } from 'zod';
import type { CollectionName, Version } from './roster-district.ts';

/**
 * What the standard lets a server answer, written from its documents and not from any server. 1.2: 1EdTech, "OneRoster Rostering Service",
 * OpenAPI 3 definition 1.2 (`onerosterv1p2rostersservice_openapi3_v1p0.json`), components `…DType`, all closed. 1.1: its document was
 * not read; the project's reference of feed formats, section 2, and what 1.2 keeps of it.
 */
const word = (...values: [string, ...string[]]) =>
  z.union([z.enum(values), z.string().regex(/^ext:[\w.-]+$/)]);
const flag = z.enum(['true', 'false']);
const strings = z.array(z.string());

const refTo = (type: string) =>
  z.strictObject({ href: z.url(), sourcedId: z.string(), type: z.literal(type) });

const base = {
  sourcedId: z.string().min(1),
  status: z.enum(['active', 'tobedeleted']),
  dateLastModified: z.iso.datetime(),
  metadata: z.record(z.string(), z.unknown()).optional(),
};

const org = z.strictObject({
  ...base,
  name: z.string(),
  type: word('department', 'district', 'local', 'national', 'school', 'state'),
  identifier: z.string(),
  parent: refTo('org').optional(),
  children: z.array(refTo('org')).optional(),
});

const academicSession = z.strictObject({
  ...base,
  title: z.string(),
  startDate: z.iso.date(),
  endDate: z.iso.date(),
  type: word('gradingPeriod', 'semester', 'schoolYear', 'term'),
  parent: refTo('academicSession').optional(),
  children: z.array(refTo('academicSession')).optional(),
  schoolYear: z.string(),
});

const course = z.strictObject({
  ...base,
  title: z.string(),
  schoolYear: refTo('academicSession').optional(),
  courseCode: z.string(),
  grades: strings.optional(),
  subjects: strings.optional(),
  org: refTo('org').optional(),
  subjectCodes: strings.optional(),
});

const classRecord = z.strictObject({
  ...base,
  title: z.string(),
  classCode: z.string().optional(),
  classType: word('homeroom', 'scheduled').optional(),
  location: z.string().optional(),
  grades: strings.optional(),
  subjects: strings.optional(),
  course: refTo('course'),
  school: refTo('org'),
  terms: z.array(refTo('academicSession')).min(1),
  subjectCodes: strings.optional(),
  periods: strings.optional(),
});

const enrollment = z.strictObject({
  ...base,
  user: refTo('user'),
  class: refTo('class'),
  school: refTo('org'),
  role: word('administrator', 'proctor', 'student', 'teacher'),
  primary: flag.optional(),
  beginDate: z.iso.date().optional(),
  endDate: z.iso.date().optional(),
});

const person = {
  ...base,
  userIds: z.array(z.strictObject({ type: z.string(), identifier: z.string() })).optional(),
  enabledUser: flag,
  givenName: z.string(),
  familyName: z.string(),
  middleName: z.string().optional(),
  identifier: z.string().optional(),
  email: z.string().optional(),
  sms: z.string().optional(),
  phone: z.string().optional(),
  agents: z.array(refTo('user')).optional(),
  grades: strings.optional(),
  password: z.string().optional(),
};

const user12 = z.strictObject({
  ...person,
  userMasterIdentifier: z.string().optional(),
  username: z.string().optional(),
  preferredFirstName: z.string().optional(),
  preferredMiddleName: z.string().optional(),
  preferredLastName: z.string().optional(),
  pronouns: z.string().optional(),
  roles: z
    .array(
      z.strictObject({
        roleType: z.enum(['primary', 'secondary']),
        role: word(
          ...(['aide', 'counselor', 'districtAdministrator', 'guardian', 'parent', 'principal'] as const),
          ...([
            'proctor',
            'relative',
            'siteAdministrator',
            'student',
            'systemAdministrator',
            'teacher',
          ] as const),
        ),
        org: refTo('org'),
        userProfile: z.url().optional(),
        beginDate: z.iso.date().optional(),
        endDate: z.iso.date().optional(),
      }),
    )
    .min(1),
  userProfiles: z
    .array(
      z.strictObject({
        profileId: z.url(),
        profileType: z.string(),
        vendorId: z.string(),
        applicationId: z.string().optional(),
        description: z.string().optional(),
        credentials: z.array(z.looseObject({ type: z.string(), username: z.string() })).optional(),
      }),
    )
    .optional(),
  primaryOrg: refTo('org').optional(),
});

const user11 = z.strictObject({
  ...person,
  username: z.string(),
  role: z.enum(['administrator', 'aide', 'guardian', 'parent', 'proctor', 'relative', 'student', 'teacher']),
  orgs: z.array(refTo('org')).min(1),
});

const demographics = z.strictObject({
  ...base,
  birthDate: z.iso.date().optional(),
  sex: word('male', 'female', 'unspecified', 'other').optional(),
});

/** An envelope of the collection, and nothing beside it. */
export function answerSchema(name: CollectionName, version: Version): z.ZodType {
  const users = version === '1.2' ? user12 : user11;
  const objects = {
    ...{ orgs: org, academicSessions: academicSession, courses: course, classes: classRecord },
    ...{ users, demographics, enrollments: enrollment },
  };
  return z.strictObject({ [name]: z.array(objects[name]) });
}

export const statusInfoSchema = z.strictObject({
  imsx_codeMajor: z.enum(['success', 'processing', 'failure', 'unsupported']),
  imsx_severity: z.enum(['status', 'warning', 'error']),
  imsx_description: z.string().optional(),
  imsx_CodeMinor: z
    .strictObject({
      imsx_codeMinorField: z
        .array(
          z.strictObject({
            imsx_codeMinorFieldName: z.string(),
            imsx_codeMinorFieldValue: z.enum([
              ...(['fullsuccess', 'invalid_filter_field', 'invalid_selection_field', 'invaliddata'] as const),
              ...(['unauthorisedrequest', 'forbidden', 'server_busy', 'unknownobject'] as const),
              'internal_server_error',
            ]),
          }),
        )
        .min(1),
    })
    .optional(),
});
