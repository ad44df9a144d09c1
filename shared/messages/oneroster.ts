import * as z from 'zod';
import { Id } from './parameters.ts';

/** OneRoster 1.2, Rostering Service, REST binding: what is asked and answered. Strictness beyond this is `shared/oneroster`'s. */
const purl = 'https://purl.imsglobal.org/spec/or/v1p2/scope';
export const coreScope = `${purl}/roster-core.readonly`;
export const rosterScope = `${purl}/roster.readonly`;
export const demographicsScope = `${purl}/roster-demographics.readonly`;
export const oneRosterScopes = [coreScope, rosterScope, demographicsScope] as const;

const told = (description: string) => z.string().max(2000).optional().meta({ description });

const fields = told('Names of fields separated by commas; others are left out. `sourcedId` always comes.');
export const OneQuery = z.object({ fields });

/** Parameters that are not of the standard are ignored. */
export const ListQuery = z.object({
  limit: told('Most records of a page, 1 to 1000. 100 where absent.'),
  offset: told('How many records come before the page. 0 where absent.'),
  sort: told('Field to sort by; `sourcedId` where absent, and where others are the same.'),
  orderBy: told('`asc` or `desc`.'),
  filter: told(
    "`field='value'` with one of = != > >= < <= ~; at most two, joined by ` AND ` or ` OR `. Fields of objects are named with dots.",
  ),
  fields,
  snapshot: told(
    'Part of the addresses in `Link`: the roster that the pages before showed. Never of your own making.',
  ),
});

export const StatusInfo = z.object({
  imsx_codeMajor: z.enum(['success', 'processing', 'failure', 'unsupported']),
  imsx_severity: z.enum(['status', 'warning', 'error']),
  imsx_description: z.string().optional(),
  imsx_CodeMinor: z
    .object({
      imsx_codeMinorField: z.array(
        z.object({
          imsx_codeMinorFieldName: z.string(),
          imsx_codeMinorFieldValue: z.enum([
            'fullsuccess',
            'invalid_filter_field',
            'invalid_selection_field',
            'invaliddata',
            'unauthorisedrequest',
            'forbidden',
            'server_busy',
            'unknownobject',
            'internal_server_error',
          ]),
        }),
      ),
    })
    .optional(),
});
export type StatusInfo = z.infer<typeof StatusInfo>;

const text = z.string();
const maybe = z.string().optional();
const texts = z.array(z.string()).optional();
const yesOrNo = z.enum(['true', 'false']).optional();
const ref = z.object({ href: z.string(), sourcedId: text, type: text });
const refs = z.array(ref).optional();

/** With `fields` any but `sourcedId` may be left out. */
const always = {
  sourcedId: text,
  status: z.enum(['active', 'tobedeleted']).optional(),
  dateLastModified: z.iso.datetime().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
};

const academicSession = z.object({
  ...always,
  ...{ title: maybe, startDate: maybe, endDate: maybe, type: maybe, schoolYear: maybe },
  parent: ref.optional(),
  children: refs,
});

const org = z.object({
  ...always,
  ...{ name: maybe, type: maybe, identifier: maybe },
  parent: ref.optional(),
  children: refs,
});

const course = z.object({
  ...always,
  ...{ title: maybe, courseCode: maybe, grades: texts, subjects: texts, subjectCodes: texts },
  schoolYear: ref.optional(),
  org: ref.optional(),
});

const classRecord = z.object({
  ...always,
  ...{ title: maybe, classCode: maybe, classType: maybe, location: maybe },
  ...{ grades: texts, subjects: texts, subjectCodes: texts, periods: texts },
  course: ref.optional(),
  school: ref.optional(),
  terms: refs,
});

const user = z.object({
  ...always,
  ...{ userMasterIdentifier: maybe, username: maybe },
  userIds: z.array(z.object({ type: text, identifier: text })).optional(),
  enabledUser: yesOrNo,
  ...{ givenName: maybe, familyName: maybe, middleName: maybe },
  ...{ preferredFirstName: maybe, preferredMiddleName: maybe, preferredLastName: maybe, pronouns: maybe },
  roles: z
    .array(
      z.object({
        roleType: z.enum(['primary', 'secondary']),
        role: text,
        org: ref,
        beginDate: maybe,
        endDate: maybe,
      }),
    )
    .optional(),
  primaryOrg: ref.optional(),
  ...{ identifier: maybe, email: maybe, sms: maybe, phone: maybe },
  agents: refs,
  grades: texts,
});

const enrollment = z.object({
  ...always,
  ...{ user: ref.optional(), class: ref.optional(), school: ref.optional() },
  ...{ role: maybe, primary: yesOrNo, beginDate: maybe, endDate: maybe },
});

const demographics = z.object({
  ...always,
  ...{ birthDate: maybe, sex: maybe },
  americanIndianOrAlaskaNative: maybe,
  asian: maybe,
  blackOrAfricanAmerican: maybe,
  nativeHawaiianOrOtherPacificIslander: maybe,
  white: maybe,
  demographicRaceTwoOrMoreRaces: maybe,
  hispanicOrLatinoEthnicity: maybe,
  countryOfBirthCode: maybe,
  stateOfBirthAbbreviation: maybe,
  cityOfBirth: maybe,
  publicSchoolResidenceStatus: maybe,
});

export const sets = {
  academicSessions: z.object({ academicSessions: z.array(academicSession) }),
  orgs: z.object({ orgs: z.array(org) }),
  courses: z.object({ courses: z.array(course) }),
  classes: z.object({ classes: z.array(classRecord) }),
  users: z.object({ users: z.array(user) }),
  enrollments: z.object({ enrollments: z.array(enrollment) }),
  demographics: z.object({ demographics: z.array(demographics) }),
};

export const singles = {
  academicSession: z.object({ academicSession }),
  org: z.object({ org }),
  course: z.object({ course }),
  class: z.object({ class: classRecord }),
  user: z.object({ user }),
  enrollment: z.object({ enrollment }),
  demographics: z.object({ demographics }),
};

export const SourcedPath = z.strictObject({ sourcedId: Id });
export const ClassPath = z.strictObject({ classSourcedId: Id });
export const CoursePath = z.strictObject({ courseSourcedId: Id });
export const SchoolPath = z.strictObject({ schoolSourcedId: Id });
export const SchoolClassPath = z.strictObject({ schoolSourcedId: Id, classSourcedId: Id });
export const StudentPath = z.strictObject({ studentSourcedId: Id });
export const TeacherPath = z.strictObject({ teacherSourcedId: Id });
export const TermPath = z.strictObject({ termSourcedId: Id });
export const UserPath = z.strictObject({ userSourcedId: Id });
