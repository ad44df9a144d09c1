import { contactsOf, type District, emailOf, type Person, peopleOf, usernameOf } from '../people.ts';
import {
  classesOf,
  coursesOf,
  enrollmentsOf,
  isRelative,
  lastDay,
  orgsOf,
  relationshipOf,
  sessionsOf,
} from './records.ts';
import { type Row, type Table, tableOf, words } from './table.ts';

/** Microsoft School Data Sync 2 and 2.1. Source: docs/feeds/sds-csv.md. */
export function sdsTables(district: District, version: '2' | '2.1'): Table[] {
  const common = [
    tableOf('orgs.csv', words('sourcedId name type parentSourcedId'), () => orgsOf(district)),
    tableOf('enrollments.csv', words('classSourcedId userSourcedId role'), () => enrollmentsOf(district)),
  ];
  return version === '2' ? [...common, ...tables2(district)] : [...common, ...tables21(district)];
}

function tables2(district: District): Table[] {
  const columns = words('sourcedId orgSourcedIds username givenName familyName role grade');
  return [
    tableOf('classes.csv', words('sourcedId orgSourcedId title code'), () => classRows(district)),
    tableOf('users.csv', columns, function* () {
      for (const person of peopleOf(district)) {
        const { mainRole: role, grade } = person;
        const orgIds = person.roles.filter((held) => held.role === role).map(({ orgId }) => orgId);
        yield { ...userCells(person), orgSourcedIds: orgIds.join(','), role, grade };
      }
    }),
  ];
}

function tables21(district: District): Table[] {
  return [
    tableOf('academicSessions.csv', words('sourcedId title type schoolYear startDate endDate'), function* () {
      for (const session of sessionsOf(district)) yield { ...session, endDate: lastDay(session.endDate) };
    }),
    tableOf(
      'courses.csv',
      words('sourcedId orgSourcedId title code schoolYearSourcedId subject grade'),
      function* () {
        for (const { courseCode = '', subjects = '', grades = '', ...course } of coursesOf(district))
          yield { ...course, code: courseCode, subject: subjects, grade: grades };
      },
    ),
    tableOf('classes.csv', words('sourcedId orgSourcedId title sessionSourcedIds courseSourcedId code'), () =>
      classRows(district),
    ),
    tableOf('users.csv', words('sourcedId username givenName familyName email phone'), function* () {
      for (const person of peopleOf(district))
        yield { ...userCells(person), email: emailOf(person), phone: person.phone };
    }),
    tableOf('roles.csv', words('userSourcedId orgSourcedId role grade isPrimary'), () => roleRows(district)),
    tableOf(
      'relationships.csv',
      words('userSourcedId relationshipUserSourcedId relationshipRole'),
      function* () {
        for (const student of peopleOf(district))
          for (const contact of contactsOf(district, student))
            yield {
              ...{ userSourcedId: student.id, relationshipUserSourcedId: contact.id },
              relationshipRole: relationshipOf(contact),
            };
      },
    ),
  ];
}

function* classRows(district: District): Generator<Row> {
  for (const row of classesOf(district)) {
    const { schoolSourcedId = '', termSourcedIds = '', classCode = '' } = row;
    yield { ...row, orgSourcedId: schoolSourcedId, sessionSourcedIds: termSourcedIds, code: classCode };
  }
}

const userCells = (person: Person): Row => ({
  ...{ sourcedId: person.id, username: usernameOf(person) },
  ...{ givenName: person.name.given, familyName: person.name.family },
});

/** Roles of relatives follow from their relationships. */
function* roleRows(district: District): Generator<Row> {
  for (const person of peopleOf(district)) {
    if (isRelative(person)) continue;
    for (const { role, orgId } of person.roles) {
      if (role === 'parent') continue;
      const grade = role === 'student' ? person.grade : '';
      yield { userSourcedId: person.id, orgSourcedId: orgId, role, grade, isPrimary: 'True' };
    }
  }
}
