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
  classesOf,
  coursesOf,
  enrollmentsOf,
  lastDay,
  orgsOf,
  relationshipOf,
  sessionsOf,
} from './records.ts';
import { type Row, type Table, tableOf, words } from './table.ts';

/** Rolebook's own lists. Source: docs/feeds/sis-csv.md. */
export function sisTables(district: District): Table[] {
  return [
    tableOf('schools.csv', words('school_id name type parent_id number'), function* () {
      for (const { sourcedId = '', name = '', type = '', parentSourcedId = '', identifier = '' } of orgsOf(
        district,
      ))
        yield { school_id: sourcedId, name, type, parent_id: parentSourcedId, number: identifier };
    }),
    tableOf('terms.csv', words('term_id name first_day last_day type parent_id school_year'), function* () {
      for (const session of sessionsOf(district)) yield termRow(session);
    }),
    tableOf('courses.csv', words('course_id name code school_id subject grades'), function* () {
      for (const course of coursesOf(district)) yield courseRow(course);
    }),
    tableOf(
      'classes.csv',
      words('class_id name school_id course_id term_ids code grades type room periods'),
      function* () {
        for (const classRow of classesOf(district)) yield sisClassRow(classRow);
      },
    ),
    tableOf(
      'people.csv',
      words('person_id first_name last_name role school_id username email phone grades enabled number'),
      function* () {
        for (const person of peopleOf(district)) yield personRow(person);
      },
    ),
    tableOf('roles.csv', words('person_id school_id role'), function* () {
      for (const { id, roles } of peopleOf(district))
        for (const { role, orgId } of roles.slice(1)) yield { person_id: id, school_id: orgId, role };
    }),
    tableOf('memberships.csv', words('class_id person_id role first_day last_day primary'), function* () {
      for (const enrollment of enrollmentsOf(district)) yield membershipRow(enrollment);
    }),
    tableOf('households.csv', words('adult_id relationship student_id'), function* () {
      for (const student of peopleOf(district))
        for (const adult of contactsOf(district, student))
          yield { adult_id: adult.id, relationship: relationshipOf(adult), student_id: student.id };
    }),
  ];
}

function termRow({ sourcedId = '', title = '', type = '', startDate = '', endDate, ...row }: Row): Row {
  const { parentSourcedId = '', schoolYear = '' } = row;
  const days = { first_day: startDate, last_day: lastDay(endDate) };
  return {
    term_id: sourcedId,
    name: title,
    type,
    ...days,
    parent_id: parentSourcedId,
    school_year: schoolYear,
  };
}

function courseRow({ sourcedId = '', title = '', courseCode = '', orgSourcedId = '', ...row }: Row): Row {
  const { subjects = '', grades = '' } = row;
  return {
    course_id: sourcedId,
    name: title,
    code: courseCode,
    school_id: orgSourcedId,
    subject: subjects,
    grades,
  };
}

function sisClassRow({
  sourcedId = '',
  title = '',
  schoolSourcedId = '',
  courseSourcedId = '',
  ...row
}: Row): Row {
  const {
    termSourcedIds = '',
    classCode = '',
    grades = '',
    classType = '',
    location = '',
    periods = '',
  } = row;
  return {
    ...{ class_id: sourcedId, name: title, school_id: schoolSourcedId, course_id: courseSourcedId },
    ...{ term_ids: termSourcedIds, code: classCode, grades, type: classType, room: location, periods },
  };
}

function personRow(person: Person): Row {
  const { id, name, roles, grade, phone, enabled } = person;
  const [first] = roles;
  return {
    ...{ person_id: id, first_name: name.given, last_name: name.family },
    ...{ role: first?.role ?? '', school_id: first?.orgId ?? '' },
    ...{ username: usernameOf(person), email: emailOf(person), phone, grades: grade },
    ...{ enabled: String(enabled), number: identifierOf(person) },
  };
}

function membershipRow({ classSourcedId = '', userSourcedId = '', role = '', ...row }: Row): Row {
  const { beginDate = '', endDate, primary = '' } = row;
  const days = { first_day: beginDate, last_day: lastDay(endDate) };
  return { class_id: classSourcedId, person_id: userSourcedId, role, ...days, primary };
}
