import type { MadeRow, Maker } from '../as-oneroster/convert.ts';
import { endAfter } from '../as-oneroster/days.ts';
import { enrollmentId, hashedId, idOfKind } from '../as-oneroster/natural-ids.ts';
import { OrgsOfClasses } from '../as-oneroster/orgs-of-classes.ts';
import type { CsvSource, SourceRow } from '../as-oneroster/source.ts';
import { contactMakers } from './contacts.ts';
import { OrgsOfPeople } from './orgs-of-people.ts';
import { courseId, termId } from './section-ids.ts';
import type { Sections } from './sections.ts';
import type { Names1, Sources1 } from './sources.ts';
import type { Students } from './students.ts';
import { gradeOf } from './words.ts';

type Cells = SourceRow['cells'];
type Noted = { sources: Sources1; sections: Sections; students: Students };

/** Makers keep notes from file to file: good for one reading. */
export function makersOf1(noted: Noted): Maker[] {
  const orgsOfClasses = new OrgsOfClasses();
  const orgsOfStudents = new OrgsOfPeople();
  const { sources, students } = noted;
  const { names } = sources;
  const teacher = (id: string) => (students.has(id) ? idOfKind('teacher', id) : id);
  return [
    {
      ...{ table: 'orgs', source: sources.schools, columns: { sourcedId: names.school, name: 'Name' } },
      *make({ cells }) {
        const id = cells[names.school] ?? '';
        yield {
          sourcedId: id,
          name: cells.Name ?? '',
          type: 'school',
          identifier: cells['School Number'] ?? '',
        };
      },
    },
    ...sectionMakers(noted, orgsOfClasses),
    personMaker(sources.students, { names, number: 'Student Number', idOf: (id) => id }),
    personMaker(sources.teachers, { names, number: 'Teacher Number', idOf: teacher }),
    contactMaker(sources.contacts),
    roleMaker(sources.students, { names, role: 'student', idOf: (id) => id, orgsOfStudents }),
    roleMaker(sources.teachers, { names, role: 'teacher', idOf: teacher }),
    ...contactMakers(sources.guardians, {
      columns: { userSourcedId: 'SIS ID', agentSourcedId: 'Email' },
      orgsOfStudents,
      contactOf: (cells) => ({
        studentId: cells['SIS ID'] ?? '',
        contactId: contactId(cells),
        said: cells.Role ?? '',
      }),
      column: 'Role',
    }),
    enrollmentMaker(sources.studentEnrollments, { names, role: 'student', idOf: (id) => id, orgsOfClasses }),
    enrollmentMaker(sources.teacherRosters, { names, role: 'teacher', idOf: teacher, orgsOfClasses }),
  ];
}

/** Terms and courses stand in columns of the sections; each is made of the first row that has it, and of what all rows say. */
function sectionMakers({ sources, sections }: Noted, orgsOfClasses: OrgsOfClasses): Maker[] {
  const { names, sections: source } = sources;
  const columnsOfTerm = { title: 'Term Name', startDate: 'Term StartDate', endDate: 'Term EndDate' };
  const columnsOfCourse = { title: 'Course Name', courseCode: 'Course Number', orgSourcedId: names.schoolOf };
  const columns = {
    ...{ sourcedId: names.section, title: 'Section Name', schoolSourcedId: names.schoolOf },
    ...{ classCode: 'Section Number', courseSourcedId: 'Course SIS ID', termSourcedIds: 'Term SIS ID' },
  };
  return [
    {
      ...{ table: 'academicSessions', source, columns: columnsOfTerm },
      *make({ cells }, made) {
        const id = termId(cells, names);
        const term = sections.terms.get(id);
        if (term === undefined || made.knows('academicSessions', id)) return;
        const { title, begin, lastDay, schoolYear } = term;
        const dates = { startDate: begin, endDate: endAfter(lastDay), schoolYear };
        yield { sourcedId: id, title, type: 'term', ...dates };
      },
    },
    {
      ...{ table: 'courses', source, columns: columnsOfCourse },
      *make({ cells }, made) {
        const id = courseId(cells, names);
        const course = sections.courses.get(id);
        if (course !== undefined && !made.knows('courses', id)) yield { sourcedId: id, ...course };
      },
    },
    {
      ...{ table: 'classes', source, columns },
      *make({ cells, line }, made) {
        const id = cells[names.section] ?? '';
        const school = cells[names.schoolOf] ?? '';
        orgsOfClasses.add(id, school, line);
        const [term, course] = [termId(cells, names), courseId(cells, names)];
        yield {
          ...{
            sourcedId: id,
            title: cells['Section Name'] ?? '',
            classType: 'scheduled',
            schoolSourcedId: school,
          },
          ...{ classCode: cells['Section Number'] ?? '', periods: cells.Periods ?? '' },
          subjects: cells['Course Subject'] ?? '',
          // A term or course that cannot be used was told of, and the class goes without it.
          termSourcedIds: made.has('academicSessions', term) ? term : '',
          courseSourcedId: made.has('courses', course) ? course : '',
        };
      },
    },
  ];
}

type OfPerson = { names: Names1; idOf(id: string): string };

function personMaker(source: CsvSource, { names, number, idOf }: OfPerson & { number: string }): Maker {
  const columns = {
    ...{
      sourcedId: names.person,
      givenName: 'First Name',
      familyName: 'Last Name',
      middleName: 'Middle Name',
    },
    ...{ username: 'Username', email: 'Secondary Email', grades: 'Grade', identifier: number },
  };
  return {
    ...{ table: 'users', source, columns },
    *make({ cells }, made) {
      const id = idOf(cells[names.person] ?? '');
      // Somebody at two schools stands there twice.
      if (id !== '' && made.knows('users', id)) return;
      yield { sourcedId: id, identifier: cells[number] ?? '', ...personOf(cells) };
    },
  };
}

function personOf(cells: Cells): MadeRow {
  const { Username = '', Grade = '', Status = '', Title = '' } = cells;
  return {
    // Microsoft shows no other status; whoever is said to be anything else must not get in.
    enabledUser: String(Status === '' || Status.toLowerCase() === 'active'),
    username: Username,
    givenName: cells['First Name'] ?? '',
    familyName: cells['Last Name'] ?? '',
    middleName: cells['Middle Name'] ?? '',
    email: cells['Secondary Email'] ?? '',
    grades: Grade === '' ? '' : gradeOf(Grade),
    'metadata.title': Title,
  };
}

type OfRole = OfPerson & { role: string; orgsOfStudents?: OrgsOfPeople };

function roleMaker(source: CsvSource, { names, role, idOf, orgsOfStudents }: OfRole): Maker {
  return {
    ...{ table: 'roles', source, columns: { userSourcedId: names.person, orgSourcedId: names.schoolOf } },
    *make({ cells, line }) {
      const id = idOf(cells[names.person] ?? '');
      const orgSourcedId = cells[names.schoolOf] ?? '';
      orgsOfStudents?.add(id, orgSourcedId, line);
      yield { userSourcedId: id, roleType: 'primary', role, orgSourcedId };
    },
  };
}

type OfEnrollment = OfPerson & { role: string; orgsOfClasses: OrgsOfClasses };

function enrollmentMaker(source: CsvSource, { names, role, idOf, orgsOfClasses }: OfEnrollment): Maker {
  const { person, sectionOf } = names;
  return {
    ...{ table: 'enrollments', source },
    columns: { sourcedId: sectionOf, classSourcedId: sectionOf, userSourcedId: person },
    derives: ['schoolSourcedId'],
    *make({ cells }) {
      const classId = cells[sectionOf] ?? '';
      const userId = idOf(cells[person] ?? '');
      const made = { classSourcedId: classId, userSourcedId: userId, role };
      yield {
        ...made,
        sourcedId: enrollmentId({ classId, userId, role }),
        schoolSourcedId: orgsOfClasses.of(classId),
      };
    },
  };
}

function contactMaker(source: CsvSource): Maker {
  const columns = { sourcedId: 'Email', email: 'Email', givenName: 'First Name', familyName: 'Last Name' };
  return {
    ...{ table: 'users', source, columns },
    *make({ cells }) {
      const names = { givenName: cells['First Name'] ?? '', familyName: cells['Last Name'] ?? '' };
      const { Email: email = '', Phone: phone = '' } = cells;
      const identifier = cells['SIS ID'] ?? '';
      yield {
        sourcedId: contactId(cells),
        enabledUser: 'true',
        username: email,
        ...names,
        email,
        phone,
        identifier,
      };
    },
  };
}

/** Relationships name contacts by their address, which must not show in ids. */
function contactId({ Email = '' }: Cells): string {
  return Email === '' ? '' : hashedId('contact', Email.toLowerCase());
}
