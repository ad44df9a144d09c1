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
  lastDay,
  oneTermOf,
  orgsOf,
  relationshipOf,
  schoolsOf,
} from './records.ts';
import { cells, type Row, type Table, tableOf } from './table.ts';

const personColumns =
  'SIS ID, School SIS ID, First Name, Last Name, Middle Name, Username, Secondary Email, Status';

/** Microsoft School Data Sync 1, as used in the United States. Source: docs/feeds/sds-csv.md. */
export function sds1Tables(district: District): Table[] {
  return [
    tableOf('School.csv', cells('SIS ID, Name, School Number'), function* () {
      for (const { sourcedId = '', name = '', type, identifier = '' } of orgsOf(district))
        if (type === 'school') yield { 'SIS ID': sourcedId, Name: name, 'School Number': identifier };
    }),
    tableOf('Student.csv', cells(`${personColumns}, Student Number, Grade`), () =>
      personRows(district, 'student'),
    ),
    tableOf('Teacher.csv', cells(`${personColumns}, Teacher Number`), () => personRows(district, 'teacher')),
    tableOf(
      'Section.csv',
      cells(
        `SIS ID, School SIS ID, Section Name, Section Number, Term SIS ID, Term Name, Term StartDate, Term EndDate,
         Course SIS ID, Course Name, Course Number, Course Subject, Periods`,
      ),
      () => sectionRows(district),
    ),
    memberTable(district, 'StudentEnrollment.csv', 'student'),
    memberTable(district, 'TeacherRoster.csv', 'teacher'),
    tableOf('User.csv', cells('Email, First Name, Last Name, Phone, SIS ID'), () => contactRows(district)),
    tableOf('GuardianRelationship.csv', cells('SIS ID, Email, Role'), function* () {
      for (const student of peopleOf(district))
        for (const contact of contactsOf(district, student))
          yield { 'SIS ID': student.id, Email: emailOf(contact), Role: relationshipOf(contact) };
    }),
  ];
}

/** A row for each school. */
function* personRows(district: District, role: 'student' | 'teacher'): Generator<Row> {
  const number = role === 'student' ? 'Student Number' : 'Teacher Number';
  for (const person of peopleOf(district)) {
    if (person.mainRole !== role) continue;
    const { id, name, enabled, grade } = person;
    for (const school of schoolsOf(person, new Set([role])))
      yield {
        ...{ 'SIS ID': id, 'School SIS ID': school, [number]: identifierOf(person), Grade: grade },
        ...{ 'First Name': name.given, 'Middle Name': name.middle, 'Last Name': name.family },
        ...{ Username: usernameOf(person), 'Secondary Email': emailOf(person) },
        Status: enabled ? 'Active' : 'Inactive',
      };
  }
}

function* sectionRows(district: District): Generator<Row> {
  const courses = coursesById(district);
  const termOf = oneTermOf(district);
  for (const row of classesOf(district)) {
    const { sourcedId = '', title = '', schoolSourcedId = '', courseSourcedId = '' } = row;
    const course = courses.get(courseSourcedId) ?? {};
    const term = termOf(row);
    yield {
      ...{ 'SIS ID': sourcedId, 'School SIS ID': schoolSourcedId, 'Section Name': title },
      ...{ 'Section Number': row.classCode ?? '', Periods: row.periods ?? '' },
      ...{ 'Term SIS ID': term.sourcedId ?? '', 'Term Name': term.title ?? '' },
      ...{ 'Term StartDate': americanDay(term.startDate ?? '') },
      ...{ 'Term EndDate': americanDay(lastDay(term.endDate)) },
      ...{ 'Course SIS ID': courseSourcedId, 'Course Name': course.title ?? '' },
      ...{ 'Course Number': course.courseCode ?? '', 'Course Subject': course.subjects ?? '' },
    };
  }
}

function memberTable(district: District, file: string, wanted: string): Table {
  return tableOf(file, ['Section SIS ID', 'SIS ID'], function* () {
    for (const { classSourcedId = '', userSourcedId = '', role } of enrollmentsOf(district))
      if (role === wanted) yield { 'Section SIS ID': classSourcedId, 'SIS ID': userSourcedId };
  });
}

/** Contacts of students; a teacher who is one stands here too, as somebody else. */
function* contactRows(district: District): Generator<Row> {
  for (const person of peopleOf(district))
    if (isContact(person))
      yield {
        ...{ Email: emailOf(person), 'First Name': person.name.given, 'Last Name': person.name.family },
        ...{ Phone: person.phone, 'SIS ID': identifierOf(person) },
      };
}

function isContact({ mainRole, agentIds }: Person): boolean {
  return mainRole !== 'student' && agentIds.length > 0;
}
