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

export const faults: Record<GeneratedFormat, readonly Fault[]> = {
  'oneroster-csv': oneRoster,
  'clever-csv': [],
  'sds-csv': [],
  'canvas-csv': [],
  'sis-csv': [],
};

/** The column of a row's own id; a file that is not here has none. */
const oneRosterFiles = ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'roles', 'enrollments'];
export const idColumns: Record<GeneratedFormat, Readonly<Record<string, string>>> = {
  'oneroster-csv': Object.fromEntries(oneRosterFiles.map((name) => [`${name}.csv`, 'sourcedId'])),
  'clever-csv': {},
  'sds-csv': {},
  'canvas-csv': {},
  'sis-csv': {},
};
