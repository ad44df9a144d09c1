import type { MadeRow, Maker } from '../as-oneroster/convert.ts';
import { endAfter, isoDayOf, schoolYearOf } from '../as-oneroster/days.ts';
import { enrollmentId } from '../as-oneroster/natural-ids.ts';
import { OrgsOfClasses } from '../as-oneroster/orgs-of-classes.ts';
import type { SourceRow } from '../as-oneroster/source.ts';
import * as sources from './sources.ts';

type Cells = SourceRow['cells'];

/** What any format has. Makers keep notes from file to file: good for one reading. */
export function rosterMakers(): Maker[] {
  const orgsOfClasses = new OrgsOfClasses();
  const schools = new Set<string>();
  return [
    schoolMaker(schools),
    termMaker,
    courseMaker,
    classMaker(orgsOfClasses),
    personMaker,
    ...roleMakers(schools),
    membershipMaker(orgsOfClasses),
  ];
}

function schoolMaker(schools: Set<string>): Maker {
  return {
    ...{ table: 'orgs', source: sources.schools },
    columns: { sourcedId: 'school_id', parentSourcedId: 'parent_id', identifier: 'number' },
    *make({ cells }) {
      const { school_id: sourcedId = '', name = '', type = 'school', number: identifier = '' } = cells;
      if (type.toLowerCase() === 'school') schools.add(sourcedId);
      yield { sourcedId, name, type, identifier, parentSourcedId: cells.parent_id ?? '' };
    },
  };
}

const termMaker: Maker = {
  table: 'academicSessions',
  source: sources.terms,
  columns: {
    ...{ sourcedId: 'term_id', title: 'name', startDate: 'first_day', endDate: 'last_day' },
    ...{ parentSourcedId: 'parent_id', schoolYear: 'school_year' },
  },
  *make({ cells }) {
    const { term_id: sourcedId = '', name = '', type = 'term', parent_id: parentSourcedId = '' } = cells;
    const { first_day = '', last_day = '' } = cells;
    const [begin, lastDay] = [isoDayOf(first_day), isoDayOf(last_day)];
    yield {
      ...{ sourcedId, title: name, type, parentSourcedId, startDate: begin, endDate: endAfter(lastDay) },
      schoolYear: cells.school_year ?? schoolYearOf(begin, lastDay),
    };
  },
};

const courseMaker: Maker = {
  table: 'courses',
  source: sources.courses,
  columns: {
    ...{ sourcedId: 'course_id', title: 'name', courseCode: 'code' },
    ...{ orgSourcedId: 'school_id', subjects: 'subject' },
  },
  *make({ cells }) {
    const {
      course_id: sourcedId = '',
      name = '',
      code = '',
      school_id = '',
      subject = '',
      grades = '',
    } = cells;
    yield { sourcedId, title: name, courseCode: code, orgSourcedId: school_id, subjects: subject, grades };
  },
};

function classMaker(orgsOfClasses: OrgsOfClasses): Maker {
  return {
    ...{ table: 'classes', source: sources.classes },
    columns: {
      ...{ sourcedId: 'class_id', title: 'name', schoolSourcedId: 'school_id', courseSourcedId: 'course_id' },
      ...{ termSourcedIds: 'term_ids', classCode: 'code', classType: 'type', location: 'room' },
    },
    *make({ cells, line }) {
      const {
        class_id: sourcedId = '',
        name = '',
        school_id: school = '',
        course_id = '',
        term_ids = '',
      } = cells;
      const { code = '', grades = '', type = 'scheduled', room = '', periods = '' } = cells;
      orgsOfClasses.add(sourcedId, school, line);
      yield {
        ...{ sourcedId, title: name, schoolSourcedId: school, courseSourcedId: course_id },
        ...{ termSourcedIds: term_ids, classCode: code, grades, classType: type, location: room, periods },
      };
    },
  };
}

const personMaker: Maker = {
  table: 'users',
  source: sources.people,
  columns: {
    ...{ sourcedId: 'person_id', givenName: 'first_name', familyName: 'last_name', enabledUser: 'enabled' },
    ...{ identifier: 'number', 'metadata.title': 'title', 'metadata.department': 'department' },
  },
  *make({ cells }) {
    const { person_id: sourcedId = '', first_name = '', last_name = '', enabled = 'true' } = cells;
    const {
      username = '',
      email = '',
      phone = '',
      grades = '',
      number = '',
      title = '',
      department = '',
    } = cells;
    yield {
      ...{ sourcedId, givenName: first_name, familyName: last_name, enabledUser: enabled.toLowerCase() },
      ...{ username, email, phone, grades, identifier: number },
      ...{ 'metadata.title': title, 'metadata.department': department },
    };
  },
};

/** The first role of most people stands with them; all others in a file of their own. */
function roleMakers(schools: ReadonlySet<string>): Maker[] {
  const columns = {
    ...{ userSourcedId: 'person_id', orgSourcedId: 'school_id' },
    ...{ beginDate: 'first_day', endDate: 'last_day' },
  };
  const make = function* ({ cells }: SourceRow): Generator<MadeRow> {
    const { person_id: userSourcedId = '', school_id: orgSourcedId = '', role = '' } = cells;
    if (role === '' && orgSourcedId === '') return;
    yield {
      userSourcedId,
      roleType: 'primary',
      role: roleAt(role, schools.has(orgSourcedId)),
      orgSourcedId,
      ...datesOf(cells),
    };
  };
  return [
    { table: 'roles', source: sources.people, columns, make },
    { table: 'roles', source: sources.roles, columns, make },
  ];
}

/** An administrator of a school runs that school; elsewhere they run what is above schools. */
function roleAt(said: string, isSchool: boolean): string {
  if (said.toLowerCase() !== 'administrator') return said;
  return isSchool ? 'siteAdministrator' : 'districtAdministrator';
}

/** A last day counts, as people write it; OneRoster's end is the day after. */
function datesOf({ first_day, last_day }: Cells) {
  return {
    ...(first_day === undefined ? {} : { beginDate: isoDayOf(first_day) }),
    ...(last_day === undefined ? {} : { endDate: endAfter(isoDayOf(last_day)) }),
  };
}

function membershipMaker(orgsOfClasses: OrgsOfClasses): Maker {
  return {
    ...{ table: 'enrollments', source: sources.memberships },
    columns: {
      ...{ sourcedId: 'class_id', classSourcedId: 'class_id', userSourcedId: 'person_id' },
      ...{ beginDate: 'first_day', endDate: 'last_day' },
    },
    derives: ['schoolSourcedId'],
    *make({ cells }) {
      const { class_id: classId = '', person_id: userId = '', role: said = '', primary = '' } = cells;
      const role = said.startsWith('ext:') ? said : said.toLowerCase();
      yield {
        sourcedId: enrollmentId({ classId, userId, role: role.replace(/^ext:/, '') }),
        ...{ classSourcedId: classId, userSourcedId: userId, role, primary: primary.toLowerCase() },
        ...{ schoolSourcedId: orgsOfClasses.of(classId), ...datesOf(cells) },
      };
    },
  };
}
