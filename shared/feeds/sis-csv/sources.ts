import type { CsvSource } from '../as-oneroster/source.ts';

/**
 * Rolebook's own format, for districts that keep their lists in spreadsheets, and for what no standard carries.
 * Source: docs/feeds/sis-csv.md.
 */
const file = (name: string, columns: string): CsvSource => ({ kind: 'csv', name, columns, isClosed: true });

export const schools = file('schools.csv', 'school_id*, name*, type, parent_id, number');
export const terms = file(
  'terms.csv',
  'term_id*, name*, first_day*, last_day*, type, parent_id, school_year',
);
export const courses = file('courses.csv', 'course_id*, name*, code, school_id, subject, grades');
export const classes = file(
  'classes.csv',
  'class_id*, name*, school_id*, course_id, term_ids, code, grades, type, room, periods',
);
export const people = file(
  'people.csv',
  `person_id*, first_name, last_name, role, school_id, username, email, phone, grades, enabled, number, title,
   department`,
);
export const roles = file('roles.csv', 'person_id*, school_id*, role*, first_day, last_day');
export const memberships = file(
  'memberships.csv',
  'class_id*, person_id*, role*, first_day, last_day, primary',
);
export const households = file('households.csv', 'adult_id*, relationship*, student_id, applicant_id');
export const applicants = file('applicants.csv', 'applicant_id*, status*');
export const evaluators = file('evaluators.csv', 'person_id*, applicant_id*');
export const statuses = file('statuses.csv', 'person_id*, school_year*, status*');
export const attributes = file('attributes.csv', 'person_id*, name*, school_year');
export const tags = file('tags.csv', 'person_id*, tag*');
export const donors = file('donors.csv', 'person_id*');
