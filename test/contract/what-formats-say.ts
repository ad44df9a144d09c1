import { createHash } from 'node:crypto';
import type {
  AcademicSession,
  ClassRecord,
  Entity,
  RecordOf,
  User,
  UserRole,
} from '../../shared/roster/records.ts';

/** A whole roster, users joined with their parts. */
export type Roster = { [E in Entity]: RecordOf[E][] };

/** What a format leaves out or says otherwise, made of the whole roster by its rule. `what` stands in docs/feeds/README.md too. */
export type Difference = { what: string; of: (roster: Roster) => Roster };

const difference = (what: string, ...steps: Difference['of'][]): Difference => ({
  what,
  of: (roster) => steps.reduce((before, step) => step(before), roster),
});

const each =
  <E extends Entity>(entity: E, change: (record: RecordOf[E], roster: Roster) => RecordOf[E]) =>
  (roster: Roster): Roster => ({
    ...roster,
    [entity]: roster[entity].map((record) => change(record, roster)),
  });

const only =
  <E extends Entity>(entity: E, keeps: (record: RecordOf[E], roster: Roster) => boolean) =>
  (roster: Roster): Roster => ({
    ...roster,
    [entity]: roster[entity].filter((record) => keeps(record, roster)),
  });

/** Without fields that may be absent. */
const without = <E extends Entity>(entity: E, ...fields: (keyof RecordOf[E])[]) =>
  each(entity, (record) => {
    const rest = { ...record };
    for (const field of fields) delete rest[field];
    return rest;
  });

const eachRole = (change: (role: UserRole) => UserRole) =>
  each('users', (user) => ({ ...user, roles: user.roles.map(change) }));

const isRelative = (role: string): boolean => role === 'parent' || role === 'guardian';
const has = ({ roles }: User, role: string): boolean => roles.some((held) => held.role === role);
const isStudent = (user: User): boolean => has(user, 'student');
const isTeacher = (user: User): boolean => has(user, 'teacher');

/** Adults whom students name: their students, and the schools of these. */
function contactsIn(roster: Roster): Map<string, { adult: User; students: User[]; orgIds: string[] }> {
  const people = new Map(roster.users.map((user) => [user.sourcedId, user]));
  const contacts = new Map<string, { adult: User; students: User[]; orgIds: string[] }>();
  for (const student of roster.users.filter(isStudent)) {
    for (const id of student.agentIds ?? []) {
      const adult = people.get(id);
      if (adult === undefined) continue;
      const { students = [], orgIds = [] } = contacts.get(id) ?? {};
      const all = new Set([...orgIds, ...student.roles.map(({ orgId }) => orgId)]);
      contacts.set(id, { adult, students: [...students, student], orgIds: [...all] });
    }
  }
  return contacts;
}

const relativeRole = (adult: User): 'parent' | 'guardian' => (has(adult, 'guardian') ? 'guardian' : 'parent');
const wordOf = (adult: User): string => (relativeRole(adult) === 'guardian' ? 'Guardian' : 'Parent');
const primaryRole = (role: string, orgId: string): UserRole => ({ roleType: 'primary', role, orgId });

const roleIds = difference(
  'ids of roles',
  eachRole(({ sourcedId: _, ...role }) => role),
);
const mainRole = difference(
  'roles of a second kind',
  each('users', (user) => {
    const works = user.roles.filter(({ role }) => !isRelative(role));
    return { ...user, roles: works.length === 0 ? user.roles : works };
  }),
);
const allPrimary = difference(
  'which roles are secondary',
  eachRole((role) => ({ ...role, roleType: 'primary' })),
);
const administrators = difference(
  'kinds of administrators',
  eachRole((role) =>
    /principal|Administrator$/.test(role.role) ? { ...role, role: 'administrator' } : role,
  ),
);
const masterIds = difference(
  'master identifiers, primary orgs',
  without('users', 'userMasterIdentifier', 'primaryOrgId'),
);
const middleNames = difference('middle names', without('users', 'middleName'));
const otherIds = difference('other ids of users', without('users', 'userIds'));
const everyoneEnabled = difference(
  'who is disabled',
  each('users', (user) => ({ ...user, enabledUser: true })),
);
const naturalIds = difference(
  'ids of enrollments: `<class>/<user>/<role>`',
  each('enrollments', (enrollment) => ({
    ...enrollment,
    sourcedId: `${enrollment.classId}/${enrollment.userId}/${enrollment.role}`,
  })),
);
const enrollmentDays = difference('days of enrollments', without('enrollments', 'beginDate', 'endDate'));
const primaryTeachers = difference('primary teachers', without('enrollments', 'primary'));
const teachingOnly = difference(
  'proctors in classes',
  only('enrollments', ({ role }) => role === 'student' || role === 'teacher'),
);
const childrenOfAdults = difference(
  'children as agents of their parents',
  each('users', ({ agentIds, ...user }) =>
    isStudent({ ...user }) && agentIds !== undefined ? { ...user, agentIds } : user,
  ),
);
const relations = difference('says more: what adults are to students', (roster) => {
  const contacts = contactsIn(roster);
  return each('users', (user) => {
    const contact = contacts.get(user.sourcedId);
    if (contact === undefined) return user;
    const all = contact.students.map(({ sourcedId: id }) => ({ id, relationship: wordOf(user) }));
    return { ...user, relations: all.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  })(roster);
});
/** `word`: of parents and guardians alike, where the format knows but one. */
const rolesByStudents = (word?: string) =>
  difference('schools of parents: all those of their students', (roster) => {
    const contacts = contactsIn(roster);
    return each('users', (user) => {
      const contact = contacts.get(user.sourcedId);
      if (contact === undefined) return user;
      const own = user.roles.filter(({ role }) => !isRelative(role));
      const role = word ?? relativeRole(user);
      return { ...user, roles: [...own, ...contact.orgIds.map((orgId) => primaryRole(role, orgId))] };
    })(roster);
  });
const classTypes = difference(
  'homerooms, rooms',
  each('classes', ({ location: _, ...classRecord }) => ({ ...classRecord, classType: 'scheduled' })),
);
const subjectCodes = difference(
  'subject codes',
  without('courses', 'subjectCodes'),
  without('classes', 'subjectCodes'),
);
const sessionTree = difference('sessions within sessions', without('academicSessions', 'parentId'));

/** The sessions that classes have where they can have but one: their own, or the whole year. */
function oneTerm(roster: Roster, { termIds = [] }: ClassRecord): AcademicSession | undefined {
  const [first] = termIds;
  if (termIds.length === 1) return roster.academicSessions.find(({ sourcedId }) => sourcedId === first);
  return roster.academicSessions.find(({ type }) => type === 'schoolYear');
}

/** `idOf`: what the format makes of a session. */
const oneTermEach = (idOf: (session: AcademicSession) => string): Difference =>
  difference('several terms of a class, and sessions that no class has', (roster) => {
    const terms = roster.classes
      .map((classRecord) => oneTerm(roster, classRecord))
      .filter((term) => term !== undefined);
    const academicSessions = [...new Set(terms)].map(({ parentId: _, ...session }) => ({
      ...{ ...session, type: 'term', sourcedId: idOf(session) },
    }));
    const classes = roster.classes.map((classRecord) => {
      const term = oneTerm(roster, classRecord);
      return term === undefined ? classRecord : { ...classRecord, termIds: [idOf(term)] };
    });
    return { ...roster, academicSessions, classes };
  });

const schoolsOnly = difference(
  'orgs other than schools',
  only('orgs', ({ type }) => type === 'school'),
  without('orgs', 'parentId'),
);
const ownDistrict = (roster: Roster): Roster => ({
  ...roster,
  orgs: [
    ...roster.orgs.map((org) => ({ ...org, parentId: 'district' })),
    { sourcedId: 'district', name: 'District', type: 'district' },
  ],
});
const guardianId = ({ email = '' }: User): string =>
  `contact.${createHash('sha256').update(email).digest('hex')}`;

/** Adults whom students name become people of their own; `made` gives their record, without roles. */
const separateContacts = (what: string, made: (adult: User) => User): Difference =>
  difference(what, (roster) => {
    const contacts = contactsIn(roster);
    const renamed = (id: string): string => {
      const adult = contacts.get(id)?.adult;
      return adult === undefined ? id : made(adult).sourcedId;
    };
    const own = roster.users
      .filter((user) => !user.roles.every(({ role }) => isRelative(role)))
      .map(({ agentIds, ...user }) => ({
        ...{ ...user, roles: user.roles.filter(({ role }) => !isRelative(role)) },
        ...(isStudent(user) && agentIds !== undefined && { agentIds: agentIds.map(renamed) }),
      }));
    const adults = [...contacts.values()].map(({ adult, orgIds }) => ({
      ...made(adult),
      roles: orgIds.map((orgId) => primaryRole(relativeRole(adult), orgId)),
    }));
    return { ...roster, users: [...own, ...adults] };
  });

const sds1Contacts = separateContacts(
  'teachers who are parents: two people; contacts go by their address',
  (adult) => {
    const { givenName, familyName, identifier, email, phone } = adult;
    return {
      ...{ sourcedId: guardianId(adult), enabledUser: true, givenName, familyName, roles: [] },
      ...(identifier !== undefined && { identifier }),
      ...(email !== undefined && { email, username: email }),
      ...(phone !== undefined && { phone }),
    };
  },
);
const sds1Relations = difference('says more: what adults are to students', (roster) => {
  const students = roster.users.filter(isStudent);
  return each('users', (user) => {
    if (!user.sourcedId.startsWith('contact.')) return user;
    const own = students.filter(({ agentIds = [] }) => agentIds.includes(user.sourcedId));
    const all = own.map(({ sourcedId: id }) => ({ id, relationship: wordOf(user) }));
    return { ...user, relations: all.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  })(roster);
});
const cleverContacts = separateContacts(
  'teachers who are parents: two people; usernames and numbers of contacts',
  (adult) => {
    const { sourcedId, givenName, familyName, email, phone } = adult;
    const full = `${givenName} ${familyName}`;
    const blank = full.lastIndexOf(' ');
    return {
      ...{ sourcedId: isTeacher(adult) ? `contact.${sourcedId}` : sourcedId, enabledUser: true, roles: [] },
      // Cut before the last word.
      ...{ givenName: full.slice(0, blank), familyName: full.slice(blank + 1) },
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone }),
    };
  },
);
const staffOfSchools = difference(
  'what staff are, their numbers and middle names; staff of no school',
  only('users', ({ roles }, { orgs }) =>
    roles.some(({ orgId }) => orgs.find(({ sourcedId }) => sourcedId === orgId)?.type === 'school'),
  ),
  each('users', (user) => {
    if (isStudent(user) || isTeacher(user) || user.roles.every(({ role }) => isRelative(role))) return user;
    const { identifier: _, middleName: __, ...rest } = user;
    return { ...rest, roles: user.roles.map(({ orgId }) => primaryRole('ext:staff', orgId)) };
  }),
);
const studentsAndTeachers = difference(
  'staff who do not teach',
  only('users', (user) => user.roles.some(({ role }) => /^(student|teacher|parent|guardian)$/.test(role))),
);
const byCode = (what: string): Difference =>
  difference(what, (roster) => {
    const idOf = new Map(
      roster.courses.map(({ sourcedId, courseCode }) => [sourcedId, `course/${courseCode}`]),
    );
    const courses = roster.courses.map(({ sourcedId, title, courseCode = '' }) => ({
      ...{ sourcedId: idOf.get(sourcedId) ?? '', title, courseCode, orgId: 'district' },
    }));
    const classes = roster.classes.map((classRecord) => ({
      ...classRecord,
      courseId: idOf.get(classRecord.courseId ?? '') ?? '',
    }));
    return { ...roster, courses, classes };
  });
const termNamed = ({ title, startDate, endDate }: AcademicSession): string =>
  `term/${title}/${startDate}/${endDate}`;
const yearOfTerms = (roster: Roster): Roster => {
  const [first] = roster.academicSessions.map(({ startDate }) => startDate).sort();
  const last = roster.academicSessions
    .map(({ endDate }) => endDate)
    .sort()
    .at(-1);
  const sessions = roster.academicSessions.map((session) => ({ ...session, parentId: 'schoolYear/2027' }));
  const days = { startDate: first ?? '', endDate: last ?? '', schoolYear: '2027' };
  const year = { sourcedId: 'schoolYear/2027', title: '2026–2027', type: 'schoolYear', ...days };
  return { ...roster, academicSessions: [...sessions, year] };
};

const canvasSessions = difference('types of sessions, several terms of a class', (roster) => {
  const isYear = (term: AcademicSession) => term.type === 'schoolYear';
  const own = new Map<string, AcademicSession>();
  const classes = roster.classes.map((classRecord) => {
    const term = oneTerm(roster, classRecord);
    if (term === undefined || isYear(term)) return { ...classRecord, termIds: term ? [term.sourcedId] : [] };
    const { startDate, endDate, schoolYear } = term;
    const sourcedId = `term/${startDate}/${endDate}`;
    const title = `${startDate} – ${endDate}`;
    own.set(sourcedId, { sourcedId, title, type: 'term', startDate, endDate, schoolYear });
    return { ...classRecord, termIds: [sourcedId] };
  });
  const all = roster.academicSessions.map(({ parentId: _, ...session }) => ({ ...session, type: 'term' }));
  return { ...roster, classes, academicSessions: [...all, ...own.values()] };
});
const canvasCourses = difference('courses of the district: each school has its own', (roster) => {
  const byId = new Map(roster.courses.map((course) => [course.sourcedId, course]));
  const courses = new Map<string, RecordOf['courses']>();
  const classes = roster.classes.map((classRecord) => {
    const { schoolId, courseId = '' } = classRecord;
    const sourcedId = `${schoolId}-${courseId}`;
    const { title = '', courseCode = '' } = byId.get(courseId) ?? {};
    courses.set(sourcedId, { sourcedId, title, courseCode, orgId: schoolId });
    return { ...classRecord, courseId: sourcedId };
  });
  return { ...roster, classes, courses: [...courses.values()] };
});
const canvasRoles = difference(
  'roles but of those in courses, their observers, and administrators (who are secondary)',
  each('users', (user) => ({
    ...user,
    roles: user.roles.flatMap((role) => {
      const teaches = user.roles.some((other) => other.role === 'teacher' && other.orgId === role.orgId);
      if (role.role === 'guardian' && teaches) return [{ ...role, roleType: 'secondary' as const }];
      if (/^(student|teacher|guardian)$/.test(role.role)) return [role];
      if (role.role === 'siteAdministrator') return [{ ...role, roleType: 'secondary' as const }];
      if (role.role !== 'districtAdministrator') return [];
      return [{ ...role, roleType: 'secondary' as const, orgId: 'district' }];
    }),
  })),
);
const rootAccount = difference(
  'the district’s name and id, types of other orgs',
  only('orgs', ({ type }) => type !== 'district'),
  each('orgs', (org) => ({ ...org, type: org.type === 'school' ? 'school' : 'local' })),
  ownDistrict,
);

/** By format and version, in the order in which they are made of OneRoster 1.2. */
export const differences: Readonly<Record<string, readonly Difference[]>> = {
  'oneroster-csv 1.2.1': [],
  'oneroster-csv 1.2.0': [],
  'oneroster-csv 1.1': [roleIds, mainRole, administrators, masterIds],
  'oneroster-csv 1.0': [
    ...[
      roleIds,
      mainRole,
      administrators,
      masterIds,
      everyoneEnabled,
      middleNames,
      subjectCodes,
      enrollmentDays,
    ],
    difference('grades of users', without('users', 'grades')),
    difference('periods', without('classes', 'periods')),
    difference(
      'types of other ids',
      each('users', ({ userIds = [], ...user }) => ({
        ...user,
        userIds: userIds.map(({ identifier }) => ({ type: 'userId', identifier })),
      })),
    ),
  ],
  'clever-csv': [
    ...[
      roleIds,
      everyoneEnabled,
      masterIds,
      otherIds,
      staffOfSchools,
      cleverContacts,
      teachingOnly,
      naturalIds,
    ],
    ...[enrollmentDays, classTypes, subjectCodes],
    oneTermEach(termNamed),
    difference('school years: made of the terms', yearOfTerms),
    byCode('ids, subjects, grades, school years of courses'),
    difference('orgs other than schools', schoolsOnly.of, ownDistrict),
  ],
  'sds-csv 2.1': [
    ...[
      roleIds,
      rolesByStudents(),
      relations,
      childrenOfAdults,
      masterIds,
      otherIds,
      middleNames,
      everyoneEnabled,
    ],
    ...[sessionTree, subjectCodes, classTypes, naturalIds, primaryTeachers, enrollmentDays],
    difference('numbers of people and orgs', without('users', 'identifier'), without('orgs', 'identifier')),
    difference('grades, subjects, periods of classes', without('classes', 'grades', 'subjects', 'periods')),
  ],
  'sds-csv 2': [
    ...[roleIds, mainRole, masterIds, otherIds, middleNames, everyoneEnabled],
    ...[subjectCodes, classTypes, naturalIds, primaryTeachers, enrollmentDays],
    difference('agents, e-mail, phones', without('users', 'agentIds', 'email', 'phone')),
    difference('sessions and courses', (roster) =>
      without('classes', 'courseId', 'termIds')({ ...roster, academicSessions: [], courses: [] }),
    ),
    difference('numbers of people and orgs', without('users', 'identifier'), without('orgs', 'identifier')),
    difference('grades, subjects, periods of classes', without('classes', 'grades', 'subjects', 'periods')),
  ],
  'sds-csv 1': [
    ...[
      roleIds,
      studentsAndTeachers,
      sds1Contacts,
      sds1Relations,
      masterIds,
      otherIds,
      schoolsOnly,
      teachingOnly,
    ],
    ...[naturalIds, primaryTeachers, enrollmentDays, classTypes, subjectCodes],
    oneTermEach(({ sourcedId }) => sourcedId),
    difference('grades of courses and classes', without('courses', 'grades'), without('classes', 'grades')),
    difference(
      'orgs and school years of courses: the first school by its letters',
      without('courses', 'schoolYearId'),
      each('courses', (course, { classes }) => {
        const [orgId = ''] = classes
          .filter(({ courseId }) => courseId === course.sourcedId)
          .map(({ schoolId }) => schoolId)
          .sort();
        return { ...course, orgId };
      }),
    ),
  ],
  'canvas-csv': [
    ...[roleIds, rolesByStudents('guardian'), childrenOfAdults, canvasRoles, canvasSessions, canvasCourses],
    ...[
      rootAccount,
      masterIds,
      otherIds,
      middleNames,
      teachingOnly,
      naturalIds,
      primaryTeachers,
      enrollmentDays,
    ],
    ...[classTypes],
    difference('grades and phones of people', without('users', 'grades', 'phone')),
    difference('numbers of orgs', without('orgs', 'identifier')),
    difference(
      'codes, grades, subjects, periods of classes',
      without('classes', 'classCode', 'grades', 'subjects', 'subjectCodes', 'periods'),
    ),
  ],
  'sis-csv': [
    ...[
      roleIds,
      allPrimary,
      relations,
      childrenOfAdults,
      masterIds,
      otherIds,
      middleNames,
      naturalIds,
      subjectCodes,
    ],
    difference('school years of courses', without('courses', 'schoolYearId')),
    difference('subjects of classes', without('classes', 'subjects')),
  ],
};
