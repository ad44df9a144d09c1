import type { GeneratedFormat } from './formats/formats.ts';

/** One kind of bad row: a good row of the file, spoilt. It gets an id of its own unless the id is what is wrong. */
export type Fault = {
  label: string;
  file: string;
  /** Bad cells by column. In a version without one of the columns there is no such fault. */
  spoils?: Readonly<Record<string, string>>;
  /** Cells to add to the row's end, or to cut off. */
  extraCells?: number;
  keepsId?: true;
};

const fault = (file: string, label: string, how: Omit<Fault, 'file' | 'label'>): Fault => ({
  file: `${file}.csv`,
  label,
  ...how,
});

const oneRoster: readonly Fault[] = [
  fault('orgs', 'org-with-unknown-parent', { spoils: { parentSourcedId: 'dst-missing' } }),
  fault('academicSessions', 'session-with-impossible-date', { spoils: { endDate: '2027-13-05' } }),
  fault('academicSessions', 'session-without-school-year', { spoils: { schoolYear: '' } }),
  fault('courses', 'course-of-unknown-org', { spoils: { orgSourcedId: 'dst-missing' } }),
  fault('classes', 'class-of-unknown-course', { spoils: { courseSourcedId: 'crs-missing' } }),
  fault('classes', 'class-of-unknown-school', { spoils: { schoolSourcedId: 'sch-missing' } }),
  fault('classes', 'class-of-unknown-type', { spoils: { classType: 'assembly' } }),
  fault('users', 'user-twice', { keepsId: true }),
  fault('users', 'user-with-bad-boolean', { spoils: { enabledUser: 'maybe' } }),
  fault('users', 'user-without-name', { spoils: { givenName: '', familyName: '' } }),
  fault('users', 'user-row-too-short', { extraCells: -2 }),
  fault('users', 'user-with-unknown-role', { spoils: { role: 'wizard' } }),
  fault('users', 'user-at-unknown-org', { spoils: { orgSourcedIds: 'sch-missing' } }),
  fault('roles', 'role-unknown', { spoils: { roleType: 'secondary', role: 'wizard' } }),
  fault('roles', 'role-of-unknown-user', { spoils: { userSourcedId: 'stu-missing' } }),
  fault('enrollments', 'enrollment-of-unknown-user', { spoils: { userSourcedId: 'stu-missing' } }),
  fault('enrollments', 'enrollment-in-unknown-class', { spoils: { classSourcedId: 'cls-missing' } }),
  fault('enrollments', 'enrollment-with-local-date', { spoils: { beginDate: '8/27/2018' } }),
  fault('enrollments', 'enrollment-with-unknown-role', { spoils: { role: 'wizard' } }),
  fault('enrollments', 'enrollment-row-too-long', { extraCells: 1 }),
  fault('enrollments', 'enrollment-twice', { keepsId: true }),
];

const clever: readonly Fault[] = [
  fault('students', 'student-at-unknown-school', { spoils: { School_id: 'sch-missing' } }),
  fault('students', 'student-without-name', { spoils: { First_name: '', Middle_name: '', Last_name: '' } }),
  fault('students', 'student-of-unknown-grade', { spoils: { Grade: 'Wombat' } }),
  fault('students', 'student-row-too-short', { extraCells: -2 }),
  fault('students', 'contact-without-name', {
    spoils: { Contact_name: '', Contact_sis_id: '', Contact_email: 'nobody@families.example' },
  }),
  fault('teachers', 'teacher-with-id-of-student', { spoils: { Teacher_id: 'stu-000001' } }),
  fault('sections', 'section-of-unknown-teacher', { spoils: { Teacher_id: 'tch-missing' } }),
  fault('sections', 'section-at-unknown-school', { spoils: { School_id: 'sch-missing' } }),
  fault('sections', 'section-with-impossible-date', {
    spoils: { Term_name: 'Odd', Term_start: '13/45/2026' },
  }),
  fault('enrollments', 'enrollment-of-unknown-student', { spoils: { Student_id: 'stu-missing' } }),
  fault('enrollments', 'enrollment-in-unknown-section', { spoils: { Section_id: 'cls-missing' } }),
  fault('enrollments', 'enrollment-row-too-long', { extraCells: 1 }),
  fault('enrollments', 'enrollment-twice', { keepsId: true }),
];

const sds: readonly Fault[] = [
  ...oneRoster.filter(({ label }) =>
    /^(org-|session-with-|course-|class-of-unknown-course|user-|role-of|enrollment-)/.test(label),
  ),
  fault('classes', 'class-of-unknown-school', { spoils: { orgSourcedId: 'sch-missing' } }),
  fault('roles', 'role-unknown', { spoils: { role: 'wizard', isPrimary: 'False' } }),
  fault('relationships', 'relationship-of-unknown-student', { spoils: { userSourcedId: 'stu-missing' } }),
  fault('Student', 'student-at-unknown-school', { spoils: { 'School SIS ID': 'sch-missing' } }),
  fault('Student', 'student-without-name', {
    spoils: { 'First Name': '', 'Middle Name': '', 'Last Name': '' },
  }),
  fault('Teacher', 'teacher-row-too-short', { extraCells: -2 }),
  fault('Section', 'section-at-unknown-school', { spoils: { 'School SIS ID': 'sch-missing' } }),
  fault('Section', 'section-twice', { keepsId: true }),
  fault('StudentEnrollment', 'enrollment-of-unknown-student', { spoils: { 'SIS ID': 'stu-missing' } }),
  fault('StudentEnrollment', 'enrollment-twice', { keepsId: true }),
  fault('TeacherRoster', 'teacher-of-unknown-section', { spoils: { 'Section SIS ID': 'cls-missing' } }),
  fault('GuardianRelationship', 'guardian-of-unknown-student', { spoils: { 'SIS ID': 'stu-missing' } }),
];

const canvas: readonly Fault[] = [
  fault('accounts', 'account-in-unknown-account', { spoils: { parent_account_id: 'dst-missing' } }),
  fault('terms', 'term-without-dates', { spoils: { start_date: '', end_date: '' } }),
  fault('courses', 'course-of-unknown-account', { spoils: { account_id: 'sch-missing' } }),
  fault('courses', 'course-of-unknown-term', { spoils: { term_id: 'ses-missing' } }),
  fault('sections', 'section-of-unknown-course', { spoils: { course_id: 'crs-missing' } }),
  fault('users', 'user-of-unknown-status', { spoils: { status: 'activated' } }),
  fault('users', 'user-twice', { keepsId: true }),
  fault('users', 'user-row-too-short', { extraCells: -2 }),
  fault('enrollments', 'enrollment-of-unknown-user', { spoils: { user_id: 'stu-missing' } }),
  fault('enrollments', 'enrollment-in-unknown-section', { spoils: { section_id: 'cls-missing' } }),
  fault('enrollments', 'enrollment-with-unknown-role', { spoils: { role: 'wizard' } }),
  fault('enrollments', 'enrollment-row-too-long', { extraCells: 1 }),
  fault('user_observers', 'observer-unknown', { spoils: { observer_id: 'par-missing' } }),
  fault('admins', 'administrator-of-another-kind', { spoils: { role: 'wizard' } }),
];

const sis: readonly Fault[] = [
  fault('schools', 'school-with-unknown-parent', { spoils: { parent_id: 'dst-missing' } }),
  fault('terms', 'term-with-impossible-date', { spoils: { last_day: '2027-13-05' } }),
  fault('courses', 'course-of-unknown-school', { spoils: { school_id: 'sch-missing' } }),
  fault('classes', 'class-of-unknown-course', { spoils: { course_id: 'crs-missing' } }),
  fault('classes', 'class-of-unknown-type', { spoils: { type: 'assembly' } }),
  fault('people', 'person-twice', { keepsId: true }),
  fault('people', 'person-with-bad-boolean', { spoils: { enabled: 'maybe' } }),
  fault('people', 'person-without-name', { spoils: { first_name: '', last_name: '' } }),
  fault('people', 'person-with-unknown-role', { spoils: { role: 'wizard' } }),
  fault('people', 'person-at-unknown-school', { spoils: { school_id: 'sch-missing' } }),
  fault('people', 'person-row-too-short', { extraCells: -2 }),
  fault('memberships', 'membership-of-unknown-person', { spoils: { person_id: 'stu-missing' } }),
  fault('memberships', 'membership-in-unknown-class', { spoils: { class_id: 'cls-missing' } }),
  fault('memberships', 'membership-with-impossible-date', {
    // Of another role, or it would be the good row once more.
    spoils: { first_day: '2027-13-05', role: 'administrator' },
  }),
  fault('memberships', 'membership-with-unknown-role', { spoils: { role: 'wizard' } }),
  fault('memberships', 'membership-row-too-long', { extraCells: 1 }),
  fault('memberships', 'membership-twice', { keepsId: true }),
  fault('households', 'household-of-unknown-student', { spoils: { student_id: 'stu-missing' } }),
];

export const faults: Record<GeneratedFormat, readonly Fault[]> = {
  ...{
    'oneroster-csv': oneRoster,
    'clever-csv': clever,
    'sds-csv': sds,
    'canvas-csv': canvas,
    'sis-csv': sis,
  },
};

const files = (names: string, column: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map((name) => [`${name}.csv`, column]));

/** The column of a row's own id; a file that is not here has none. */
export const idColumns: Record<GeneratedFormat, Readonly<Record<string, string>>> = {
  'oneroster-csv': files('orgs academicSessions courses classes users roles enrollments', 'sourcedId'),
  'clever-csv': {
    ...{ 'schools.csv': 'School_id', 'students.csv': 'Student_id', 'teachers.csv': 'Teacher_id' },
    ...{ 'staff.csv': 'Staff_id', 'sections.csv': 'Section_id' },
  },
  'sds-csv': {
    ...files('orgs academicSessions courses classes users', 'sourcedId'),
    ...files('School Student Teacher Section', 'SIS ID'),
  },
  'canvas-csv': {
    ...{ 'accounts.csv': 'account_id', 'terms.csv': 'term_id', 'courses.csv': 'course_id' },
    ...{ 'sections.csv': 'section_id', 'users.csv': 'user_id' },
  },
  'sis-csv': {
    ...{ 'schools.csv': 'school_id', 'terms.csv': 'term_id', 'courses.csv': 'course_id' },
    ...{ 'classes.csv': 'class_id', 'people.csv': 'person_id' },
  },
};
