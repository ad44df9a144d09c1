import { districtOrgId } from '../layout.ts';
import {
  contactsOf,
  type District,
  emailOf,
  identifierOf,
  type Person,
  peopleOf,
  usernameOf,
} from '../people.ts';
import { classesOf, coursesById, enrollmentsOf, oneTermOf, orgsOf, sessionsOf } from './records.ts';
import { type Row, type Table, tableOf, words } from './table.ts';

/** Instructure's SIS files. The root account is the district and has no row. Source: docs/feeds/canvas-csv.md. */
export function canvasTables(district: District): Table[] {
  return [
    tableOf('accounts.csv', words('account_id parent_account_id name status'), function* () {
      for (const { sourcedId = '', name = '' } of orgsOf(district))
        if (sourcedId !== districtOrgId) yield { account_id: sourcedId, name, status: 'active' };
    }),
    tableOf('terms.csv', words('term_id name status start_date end_date'), function* () {
      for (const { sourcedId = '', title = '', startDate = '', endDate = '' } of sessionsOf(district))
        yield { term_id: sourcedId, name: title, status: 'active', ...timesOf(startDate, endDate) };
    }),
    tableOf('courses.csv', words('course_id short_name long_name account_id term_id status'), () =>
      courseRows(district),
    ),
    tableOf('sections.csv', words('section_id course_id name status start_date end_date'), () =>
      sectionRows(district),
    ),
    tableOf(
      'users.csv',
      words('user_id integration_id login_id first_name last_name email declared_user_type status'),
      function* () {
        for (const person of peopleOf(district)) yield userRow(person);
      },
    ),
    tableOf('enrollments.csv', words('course_id user_id role section_id status'), function* () {
      for (const { classSourcedId = '', userSourcedId = '', role = '' } of enrollmentsOf(district))
        if (role === 'student' || role === 'teacher')
          yield { section_id: classSourcedId, user_id: userSourcedId, role, status: 'active' };
    }),
    tableOf('user_observers.csv', words('observer_id student_id status'), function* () {
      for (const student of peopleOf(district))
        for (const { id } of contactsOf(district, student))
          yield { observer_id: id, student_id: student.id, status: 'active' };
    }),
    tableOf('admins.csv', words('user_id account_id role status'), function* () {
      for (const { id, mainRole, roles } of peopleOf(district))
        if (mainRole === 'siteAdministrator' || mainRole === 'districtAdministrator')
          for (const { orgId } of roles) yield adminRow(id, orgId);
    }),
  ];
}

/** Ends are exclusive at midnight. */
function timesOf(start: string, end: string): Row {
  return { start_date: `${start}T00:00:00Z`, end_date: `${end}T00:00:00Z` };
}

/** A course is one account's, so that each school has its own. */
const courseIdAt = (school: string, course: string): string => `${school}-${course}`;

function* courseRows(district: District): Generator<Row> {
  const courses = coursesById(district);
  const year = `ses-${district.schoolYear}`;
  const seen = new Set<string>();
  for (const { schoolSourcedId = '', courseSourcedId = '' } of classesOf(district)) {
    const id = courseIdAt(schoolSourcedId, courseSourcedId);
    if (seen.has(id)) continue;
    seen.add(id);
    const { title = '', courseCode = '' } = courses.get(courseSourcedId) ?? {};
    yield {
      ...{ course_id: id, short_name: courseCode, long_name: title, account_id: schoolSourcedId },
      ...{ term_id: year, status: 'active' },
    };
  }
}

/** The course is of the whole year; a section that is not has days of its own. */
function* sectionRows(district: District): Generator<Row> {
  const termOf = oneTermOf(district);
  for (const row of classesOf(district)) {
    const { sourcedId = '', title = '', schoolSourcedId = '', courseSourcedId = '' } = row;
    const { type, startDate = '', endDate = '' } = termOf(row);
    const course_id = courseIdAt(schoolSourcedId, courseSourcedId);
    const days = type === 'schoolYear' ? {} : timesOf(startDate, endDate);
    yield { section_id: sourcedId, course_id, name: title, status: 'active', ...days };
  }
}

const declared: Readonly<Record<string, string>> = {
  student: 'student',
  teacher: 'teacher',
  parent: 'observer',
  guardian: 'observer',
};

function userRow(person: Person): Row {
  const { id, name, enabled, mainRole } = person;
  return {
    ...{ user_id: id, integration_id: identifierOf(person), login_id: usernameOf(person) },
    ...{ first_name: name.given, last_name: name.family, email: emailOf(person) },
    ...{ declared_user_type: declared[mainRole] ?? 'staff', status: enabled ? 'active' : 'suspended' },
  };
}

function adminRow(user_id: string, orgId: string): Row {
  return {
    user_id,
    account_id: orgId === districtOrgId ? '' : orgId,
    role: 'AccountAdmin',
    status: 'active',
  };
}
