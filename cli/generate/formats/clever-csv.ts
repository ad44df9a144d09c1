import { teachersIn } from '../members.ts';
import {
  contactsOf,
  type District,
  emailOf,
  identifierOf,
  type Person,
  peopleOf,
  usernameOf,
} from '../people.ts';
import {
  americanDay,
  classesOf,
  coursesById,
  enrollmentsOf,
  isRelative,
  lastDay,
  oneTermOf,
  orgsOf,
  relationshipOf,
  schoolsOf,
} from './records.ts';
import { cells, type Row, type Table, tableOf } from './table.ts';

const studentColumns = cells(
  `School_id, Student_id, Student_number, Last_name, Middle_name, First_name, Grade, Student_email, Contact_relationship,
   Contact_type, Contact_name, Contact_phone, Contact_email, Contact_sis_id, Username`,
);
const teacherColumns = cells(
  'School_id, Teacher_id, Teacher_number, Last_name, Middle_name, First_name, Teacher_email, Username',
);
const staffColumns = cells('School_id, Staff_id, Staff_email, First_name, Last_name, Username');
const sectionColumns = cells(
  `School_id, Section_id, Teacher_id, Teacher_2_id, Teacher_3_id, Name, Section_number, Grade, Course_name, Course_number,
   Period, Subject, Term_name, Term_start, Term_end`,
);

/** Clever's SFTP files. Source: docs/feeds/clever-csv.md. */
export function cleverTables(district: District): Table[] {
  return [
    tableOf('schools.csv', cells('School_id, School_name, School_number'), function* () {
      for (const { sourcedId = '', name = '', type, identifier = '' } of orgsOf(district))
        if (type === 'school') yield { School_id: sourcedId, School_name: name, School_number: identifier };
    }),
    tableOf('students.csv', studentColumns, function* () {
      for (const person of peopleOf(district))
        if (person.mainRole === 'student') yield* studentRows(district, person);
    }),
    tableOf('teachers.csv', teacherColumns, function* () {
      for (const person of peopleOf(district)) if (person.mainRole === 'teacher') yield* teacherRows(person);
    }),
    tableOf('staff.csv', staffColumns, () => staffRows(district)),
    tableOf('sections.csv', sectionColumns, () => sectionRows(district)),
    tableOf('enrollments.csv', cells('School_id, Section_id, Student_id'), function* () {
      for (const { schoolSourcedId = '', classSourcedId = '', userSourcedId = '', role } of enrollmentsOf(
        district,
      ))
        if (role === 'student')
          yield { School_id: schoolSourcedId, Section_id: classSourcedId, Student_id: userSourcedId };
    }),
  ];
}

const names = ({ name }: Person) => ({
  First_name: name.given,
  Middle_name: name.middle,
  Last_name: name.family,
});

/** One row for each school and contact. */
function* studentRows(district: District, student: Person): Generator<Row> {
  const { id, grade } = student;
  const own = {
    ...{ Student_id: id, Student_number: identifierOf(student), ...names(student) },
    ...{ Student_email: emailOf(student), Grade: gradeWord(grade), Username: usernameOf(student) },
  };
  const contacts = contactsOf(district, student).map(contactCells);
  for (const School_id of schoolsOf(student, new Set(['student'])))
    for (const contact of contacts.length === 0 ? [{}] : contacts) yield { School_id, ...own, ...contact };
}

function contactCells(contact: Person): Row {
  const { name, phone } = contact;
  return {
    ...{ Contact_relationship: relationshipOf(contact), Contact_type: 'Family', Contact_phone: phone },
    ...{ Contact_name: `${name.given} ${name.family}`, Contact_email: emailOf(contact) },
    Contact_sis_id: contact.id,
  };
}

/** As Clever writes grades. */
function gradeWord(grade: string): string {
  return grade === 'KG' ? 'Kindergarten' : String(Number(grade));
}

function* teacherRows(teacher: Person): Generator<Row> {
  const own = {
    ...{ Teacher_id: teacher.id, Teacher_number: identifierOf(teacher), ...names(teacher) },
    ...{ Teacher_email: emailOf(teacher), Username: usernameOf(teacher) },
  };
  for (const School_id of schoolsOf(teacher, new Set(['teacher']))) yield { School_id, ...own };
}

/** Those who work at a school and do not teach. */
function* staffRows(district: District): Generator<Row> {
  const schools = new Set(district.schools.map(({ id }) => id));
  for (const person of peopleOf(district)) {
    const { id, mainRole, roles } = person;
    if (mainRole === 'student' || mainRole === 'teacher' || isRelative(person)) continue;
    for (const { orgId } of roles)
      if (schools.has(orgId))
        yield {
          ...{ School_id: orgId, Staff_id: id, Staff_email: emailOf(person) },
          ...{ ...names(person), Username: usernameOf(person) },
        };
  }
}

function* sectionRows(district: District): Generator<Row> {
  const courses = coursesById(district);
  const termOf = oneTermOf(district);
  let school = '';
  let teachers: ReturnType<typeof teachersIn> = new Map();
  for (const row of classesOf(district)) {
    const { sourcedId = '', schoolSourcedId = '', courseSourcedId = '' } = row;
    if (schoolSourcedId !== school) teachers = teachersIn(district, schoolSourcedId);
    school = schoolSourcedId;
    const [first = '', second = '', third = ''] = teachers.get(sourcedId) ?? [];
    const { title = '', startDate = '', endDate } = termOf(row);
    yield {
      ...{ School_id: schoolSourcedId, Section_id: sourcedId, Name: row.title ?? '' },
      ...{ Teacher_id: first, Teacher_2_id: second, Teacher_3_id: third },
      ...{ Section_number: row.classCode ?? '', Grade: gradeWord(row.grades ?? '') },
      ...{ Period: row.periods ?? '', Subject: row.subjects ?? '' },
      ...{ Course_name: courses.get(courseSourcedId)?.title ?? '' },
      ...{ Course_number: courses.get(courseSourcedId)?.courseCode ?? '', Term_name: title },
      ...{ Term_start: americanDay(startDate), Term_end: americanDay(lastDay(endDate)) },
    };
  }
}
