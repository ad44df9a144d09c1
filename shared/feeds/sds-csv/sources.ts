import type { CsvSource } from '../as-oneroster/source.ts';

/**
 * The files of School Data Sync, as Microsoft spells them. Passwords are never read, and neither are the flags of `userFlags.csv`.
 * Source: Microsoft, SDS V1, V2 and V2.1 CSV file formats, and its public samples.
 */
const file = (name: string, columns: string): CsvSource => ({ kind: 'csv', name, columns, isExact: true });

/** Of 2 and 2.1 alike. */
export const orgs = file('orgs.csv', 'sourcedId*, name*, type*, parentSourcedId');
export const enrollments = file('enrollments.csv', 'classSourcedId*, userSourcedId*, role*');
export const classes = file(
  'classes.csv',
  'sourcedId*, orgSourcedId*, title*, sessionSourcedIds, courseSourcedId, code',
);

export const users2 = file(
  'users.csv',
  'sourcedId*, orgSourcedIds*, givenName, familyName, username*, role*, grade',
);

export const users21 = file(
  'users.csv',
  'sourcedId*, username*, givenName, familyName, activeDirectoryMatchId, email, phone, sms',
);
export const roles = file(
  'roles.csv',
  'userSourcedId*, orgSourcedId*, role*, sessionSourcedId, grade, isPrimary, roleStartDate, roleEndDate',
);
export const academicSessions = file(
  'academicSessions.csv',
  'sourcedId*, title*, type*, schoolYear*, startDate*, endDate*',
);
export const courses = file(
  'courses.csv',
  'sourcedId*, orgSourcedId*, title*, code, schoolYearSourcedId, subject, grade',
);
export const relationships = file(
  'relationships.csv',
  'userSourcedId*, relationshipUserSourcedId*, relationshipRole*',
);
export const demographics = file(
  'demographics.csv',
  'userSourcedId*, sex, birthDate, birthCity, birthState, birthCountry, ethnicityCodes, raceCodes',
);

/** Names of columns that differ between the two variants of v1. */
export type Names1 = { school: string; schoolOf: string; person: string; section: string; sectionOf: string };

const variants = {
  SDS: {
    school: 'SIS ID',
    schoolOf: 'School SIS ID',
    person: 'SIS ID',
    section: 'SIS ID',
    sectionOf: 'Section SIS ID',
  },
  UK: {
    school: 'DfE Number',
    schoolOf: 'School DfE Number',
    person: 'ID',
    section: 'ID',
    sectionOf: 'Section ID',
  },
} as const satisfies Record<string, Names1>;
export type Variant1 = keyof typeof variants;

const personColumns = 'First Name, Last Name, Username*, Secondary Email, Middle Name, Status';

export function sources1(variant: Variant1) {
  const names: Names1 = variants[variant];
  const { school, schoolOf, person, section, sectionOf } = names;
  return {
    names,
    schools: file('School.csv', `${school}*, Name*, School Number`),
    students: file(
      'Student.csv',
      `${person}*, ${schoolOf}*, ${personColumns}, Student Number, Grade, Birthdate`,
    ),
    teachers: file('Teacher.csv', `${person}*, ${schoolOf}*, ${personColumns}, Teacher Number, Title`),
    sections: file(
      'Section.csv',
      `${section}*, ${schoolOf}*, Section Name*, Section Number, Term SIS ID, Term Name, Term StartDate, Term EndDate,
       Course SIS ID, Course Name, Course Number, Course Subject, Periods`,
    ),
    studentEnrollments: file('StudentEnrollment.csv', `${sectionOf}*, ${person}*`),
    teacherRosters: file('TeacherRoster.csv', `${sectionOf}*, ${person}*`),
    contacts: file('User.csv', 'Email*, First Name, Last Name, Phone, SIS ID'),
    guardians: file('GuardianRelationship.csv', 'SIS ID*, Email*, Role'),
  };
}
export type Sources1 = ReturnType<typeof sources1>;
