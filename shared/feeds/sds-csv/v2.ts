import type { MadeRow, Maker } from '../as-oneroster/convert.ts';
import { endAfter, isoDayOf } from '../as-oneroster/days.ts';
import { enrollmentId } from '../as-oneroster/natural-ids.ts';
import { OrgsOfClasses } from '../as-oneroster/orgs-of-classes.ts';
import type { SourceRow } from '../as-oneroster/source.ts';
import { showId } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';
import { contactMakers } from './contacts.ts';
import type { Grades } from './grades.ts';
import { OrgsOfPeople } from './orgs-of-people.ts';
import { datesOf, type Sessions } from './sessions.ts';
import * as sources from './sources.ts';
import {
  classRoles,
  extension,
  gradeOf,
  orgRoles,
  orgTypes,
  sessionTypes,
  unknownWord,
  wordOf,
} from './words.ts';

type Cells = SourceRow['cells'];

/** Orgs, classes and enrollments are alike in both versions. Makers keep notes from file to file: good for one reading. */
function commonMakers(orgsOfClasses: OrgsOfClasses, schools: Set<string>): Maker[] {
  return [
    {
      table: 'orgs',
      source: sources.orgs,
      *make({ cells, line }, made) {
        const { sourcedId = '', name = '', type = '', parentSourcedId = '' } = cells;
        const known = wordOf(orgTypes, type);
        // Districts may add types of their own; nothing but `school` decides anything.
        if (known === undefined && type !== '')
          made.report(unknownWord(sources.orgs.name, { row: line, column: 'type', value: type }));
        if (known === 'school') schools.add(sourcedId);
        yield { sourcedId, name, type: known ?? extension(type), parentSourcedId };
      },
    },
    {
      table: 'classes',
      source: sources.classes,
      columns: { schoolSourcedId: 'orgSourcedId', termSourcedIds: 'sessionSourcedIds', classCode: 'code' },
      *make({ cells, line }) {
        const { sourcedId = '', orgSourcedId = '', title = '', code = '' } = cells;
        const { sessionSourcedIds = '', courseSourcedId = '' } = cells;
        orgsOfClasses.add(sourcedId, orgSourcedId, line);
        yield {
          ...{ sourcedId, title, courseSourcedId, classType: 'scheduled', classCode: code },
          ...{ schoolSourcedId: orgSourcedId, termSourcedIds: sessionSourcedIds },
        };
      },
    },
    {
      table: 'enrollments',
      source: sources.enrollments,
      columns: { sourcedId: 'classSourcedId' },
      derives: ['schoolSourcedId'],
      *make({ cells }) {
        const { classSourcedId = '', userSourcedId = '', role: said = '' } = cells;
        const role = wordOf(classRoles, said) ?? said;
        const of = { classId: classSourcedId, userId: userSourcedId, role: role.replace(/^ext:/, '') };
        const schoolSourcedId = orgsOfClasses.of(classSourcedId);
        yield { sourcedId: enrollmentId(of), classSourcedId, userSourcedId, role, schoolSourcedId };
      },
    },
  ];
}

export function makersOf2(): Maker[] {
  const schools = new Set<string>();
  const columns = { grades: 'grade', orgSourcedId: 'orgSourcedIds' };
  return [
    ...commonMakers(new OrgsOfClasses(), schools),
    {
      ...{ table: 'users', source: sources.users2, columns },
      *make({ cells }) {
        const isStudent = cells.role?.toLowerCase() === 'student';
        yield {
          ...userOf(cells),
          grades: isStudent && cells.grade !== undefined ? gradeOf(cells.grade) : '',
        };
      },
    },
    {
      ...{ table: 'roles', source: sources.users2, columns },
      *make({ cells }) {
        const orgIds = (cells.orgSourcedIds ?? '').split(',').map((id) => id.trim());
        // The user's own row says what is wrong with a blank cell.
        for (const orgId of new Set(orgIds.length > 1 ? orgIds.filter(Boolean) : orgIds)) {
          const role = roleAt(cells.role ?? '', schools.has(orgId));
          yield { userSourcedId: cells.sourcedId ?? '', roleType: 'primary', role, orgSourcedId: orgId };
        }
      },
    },
  ];
}

export function makersOf21({ sessions, grades }: { sessions: Sessions; grades: Grades }): Maker[] {
  const schools = new Set<string>();
  const orgsOfStudents = new OrgsOfPeople();
  return [
    ...commonMakers(new OrgsOfClasses(), schools),
    sessionMaker(sessions),
    courseMaker,
    {
      ...{ table: 'users', source: sources.users21, columns: { userIds: 'activeDirectoryMatchId' } },
      *make({ cells }) {
        const { activeDirectoryMatchId: match = '' } = cells;
        const userIds = match === '' || /[{}:,]/.test(match) ? '' : `{activeDirectoryMatchId:${match}}`;
        const { email = '', phone = '', sms = '', sourcedId = '' } = cells;
        yield { ...userOf(cells), userIds, email, phone, sms, grades: grades.of(sourcedId) ?? '' };
      },
    },
    roleMaker({ sessions, schools, orgsOfStudents }),
    ...relationshipMakers(orgsOfStudents),
    demographicsMaker,
  ];
}

function userOf(cells: Cells): MadeRow {
  const { sourcedId = '', username = '', givenName = '', familyName = '' } = cells;
  return { sourcedId, enabledUser: 'true', username, givenName, familyName };
}

/** An administrator of a school runs that school; elsewhere they run what is above schools. */
function roleAt(said: string, isSchool: boolean): string {
  const role = wordOf(orgRoles, said) ?? said;
  if (role !== 'administrator') return role;
  return isSchool ? 'siteAdministrator' : 'districtAdministrator';
}

function sessionMaker(sessions: Sessions): Maker {
  const source = sources.academicSessions;
  return {
    ...{ table: 'academicSessions', source },
    *make({ cells, line }, made) {
      const { sourcedId = '', title = '', type = '', schoolYear = '', startDate = '', endDate = '' } = cells;
      const known = wordOf(sessionTypes, type);
      if (known === undefined && type !== '')
        made.report(unknownWord(source.name, { row: line, column: 'type', value: type }));
      yield {
        ...{ sourcedId, title, type: known ?? extension(type), schoolYear: sessions.schoolYear(schoolYear) },
        ...{ startDate: isoDayOf(startDate), endDate: endAfter(isoDayOf(endDate)) },
      };
    },
  };
}

const courseMaker: Maker = {
  table: 'courses',
  source: sources.courses,
  columns: { courseCode: 'code', subjects: 'subject', grades: 'grade' },
  *make({ cells }) {
    const { sourcedId = '', orgSourcedId = '', title = '', code = '', schoolYearSourcedId = '' } = cells;
    const { subject = '', grade = '' } = cells;
    const grades = grade.split(',').map((one) => gradeOf(one.trim()));
    yield {
      ...{ sourcedId, orgSourcedId, title, courseCode: code, schoolYearSourcedId },
      ...{ subjects: subject, grades: grades.join(',') },
    };
  },
};

type RoleNotes = { sessions: Sessions; schools: ReadonlySet<string>; orgsOfStudents: OrgsOfPeople };

function roleMaker({ sessions, schools, orgsOfStudents }: RoleNotes): Maker {
  const source = sources.roles;
  return {
    ...{ table: 'roles', source },
    columns: { beginDate: 'roleStartDate', endDate: 'roleEndDate', roleType: 'isPrimary' },
    *make({ cells, line }, made) {
      const { userSourcedId = '', orgSourcedId = '', role: said = '', sessionSourcedId } = cells;
      const session = sessions.byId.get(sessionSourcedId ?? '');
      if (sessionSourcedId !== undefined && session === undefined) {
        // Without its session's dates the role might last for ever.
        const place = {
          file: source.name,
          row: line,
          column: 'sessionSourcedId',
          value: showId(sessionSourcedId),
        };
        const problem = problemOf('dangling-reference', 'error', {
          ...place,
          detail: sources.academicSessions.name,
        });
        made.report(problem, { entity: 'users', sourcedId: userSourcedId, part: true });
        return;
      }
      const role = roleAt(said, schools.has(orgSourcedId));
      if (role === 'student') orgsOfStudents.add(userSourcedId, orgSourcedId, line);
      const roleType = cells.isPrimary?.toLowerCase() === 'false' ? 'secondary' : 'primary';
      yield { userSourcedId, roleType, role, orgSourcedId, ...datesOf(cells, session) };
    },
  };
}

/** A contact is named by the student, and has its role at the student's orgs, as contacts have none of their own. */
function relationshipMakers(orgsOfStudents: OrgsOfPeople): Maker[] {
  const source = sources.relationships;
  const columns = { userSourcedId: 'relationshipUserSourcedId', agentSourcedId: 'relationshipUserSourcedId' };
  return contactMakers(source, {
    columns,
    orgsOfStudents,
    contactOf: ({ userSourcedId = '', relationshipUserSourcedId = '', relationshipRole = '' }) => ({
      studentId: userSourcedId,
      contactId: relationshipUserSourcedId,
      said: relationshipRole,
    }),
    column: 'relationshipRole',
  });
}

const demographicsMaker: Maker = {
  table: 'demographics',
  source: sources.demographics,
  columns: { sourcedId: 'userSourcedId', cityOfBirth: 'birthCity', stateOfBirthAbbreviation: 'birthState' },
  *make({ cells }) {
    const { userSourcedId = '', sex = '', birthDate = '', birthCity = '', birthState = '' } = cells;
    const { birthCountry = '', ethnicityCodes = '', raceCodes = '' } = cells;
    const codes = `${ethnicityCodes},${raceCodes}`.split(',').map((code) => code.trim());
    const flags = raceFlags.filter((flag) => codes.some((code) => code.toLowerCase() === flag.toLowerCase()));
    yield {
      ...{ sourcedId: userSourcedId, sex: sex.toLowerCase(), birthDate: isoDayOf(birthDate) },
      ...{ cityOfBirth: birthCity, stateOfBirthAbbreviation: birthState, countryOfBirthCode: birthCountry },
      ...Object.fromEntries(flags.map((flag) => [flag, 'true'])),
    };
  },
};

const raceFlags = [
  'americanIndianOrAlaskaNative',
  'asian',
  'blackOrAfricanAmerican',
  'nativeHawaiianOrOtherPacificIslander',
  'white',
  'demographicRaceTwoOrMoreRaces',
  'hispanicOrLatinoEthnicity',
];
