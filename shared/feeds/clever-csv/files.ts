import { type CsvSource, columnsOf, type SourceRow } from '../as-oneroster/source.ts';

/** Source: Clever's SFTP CSV specification, as `docs/feeds/clever-csv.md` gives it. Passwords and what no record holds are not named. */
const file = (name: string, columns: string): CsvSource => ({ kind: 'csv', name, columns });

export const schools = file('schools.csv', 'School_id*, School_name*, School_number');

export const students = file(
  'students.csv',
  `School_id*, Student_id*, Student_number, State_id, Last_name*, Middle_name, First_name*, Grade, Gender, DOB, Race, Hispanic_Latino,
   Student_email, Contact_relationship, Contact_type, Contact_name, Contact_phone, Contact_email, Contact_sis_id, Username`,
);

export const teachers = file(
  'teachers.csv',
  `School_id*, Teacher_id*, Teacher_number, State_teacher_id, Last_name*, Middle_name, First_name*, Teacher_email, Title, Username`,
);

/** The first teacher is the primary one. */
export const teacherColumns = [
  'Teacher_id',
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map((number) => `Teacher_${number}_id`),
] as const;

export const sections = file(
  'sections.csv',
  `School_id*, Section_id*, Teacher_id*, ${teacherColumns.slice(1).join(', ')}, Name, Section_number, Grade, Course_name, Course_number,
   Period, Subject, Term_name, Term_start, Term_end`,
);

export const enrollments = file('enrollments.csv', 'School_id*, Section_id*, Student_id*');

export const staff = file(
  'staff.csv',
  'School_id*, Staff_id*, Staff_email, First_name*, Last_name*, Department, Title, Username',
);

/** They come together, always whole. */
export const required = [schools, students, teachers, sections, enrollments];

const cellsBut = (source: CsvSource, isLeftOut: (name: string) => boolean) => {
  const names = columnsOf(source).flatMap(({ name }) => (isLeftOut(name) ? [] : [name]));
  return (cells: SourceRow['cells']): string => JSON.stringify(names.map((name) => cells[name] ?? ''));
};

/** What the rows of one person or section have to agree on. */
export const contentOf = {
  student: cellsBut(students, (name) => name === 'School_id' || name.startsWith('Contact_')),
  teacher: cellsBut(teachers, (name) => name === 'School_id'),
  staff: cellsBut(staff, (name) => name === 'School_id'),
  contact: cellsBut(students, (name) => !/^Contact_(name|phone|email)$/.test(name)),
  section: cellsBut(sections, () => false),
};
