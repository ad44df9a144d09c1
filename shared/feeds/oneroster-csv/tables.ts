import type { UserPartRow } from '../../roster/feed-reading.ts';
import type {
  AcademicSession,
  ClassRecord,
  Course,
  Enrollment,
  Org,
  User,
  UserFacts,
  UserRole,
} from '../../roster/records.ts';
import { showId, showWord } from '../mask.ts';
import {
  bool,
  type Column,
  date,
  email,
  grades,
  list,
  nameText,
  oneOf,
  ownId,
  ownIds,
  reference,
  references,
  text,
  userIds,
  username,
  year,
} from './columns.ts';
import { accepted, acceptedSchool, type Row } from './row.ts';
import { defineTable, type Table } from './table.ts';
import { type Version, type Vocabularies, vocabulariesOf } from './vocabularies.ts';

/** Personal data that a district must ask for. Passwords cannot be asked for: nobody here has use for them. */
export type Include = { phones?: boolean | undefined; demographics?: boolean | undefined };

/**
 * The files that are read, each after those it refers to.
 * Source: OneRoster CSV binding 1.0, 1.1 and 1.2.1; `resourceSourcedIds` is of 1.2.0.
 */
export function tablesOf(version: Version, include: Include): Table[] {
  const words = vocabulariesOf(version);
  const users = {
    '1.0': () => usersTable10(words, include),
    '1.1': () => usersTable11(words, include),
    '1.2': () => usersTable12(include),
  };
  const tables = [
    orgsTable(words),
    academicSessionsTable(words, version),
    coursesTable(version),
    classesTable(words, version),
    users[version](),
    ...(version === '1.2' ? [rolesTable(words)] : []),
    ...(include.demographics ? [demographicsTable(words, version)] : []),
    enrollmentsTable(words, version),
  ];
  return version === '1.0' ? tables.map((table) => ({ ...table, tellsStatus: true })) : tables;
}

/** Note of a class whose school is the first org of the set; of one whose school is not in the set it is {@link accepted}. */
const schoolNote = accepted + 1;

function orgsTable(words: Vocabularies): Table {
  return defineTable<Org>({
    name: 'orgs',
    entity: 'orgs',
    header: 'sourcedId* status dateLastModified name* type* identifier parentSourcedId',
    fields: {
      name: text('name'),
      type: oneOf('type', words.orgType),
      identifier: text('identifier'),
      parentId: ownId('parentSourcedId'),
    },
    isTree: true,
    toRow: (record, origin) => ({ kind: 'record', entity: 'orgs', ...origin, record }),
    note: (org) => (org.type === 'school' ? acceptedSchool : accepted),
  });
}

function academicSessionsTable(words: Vocabularies, version: Version): Table {
  return defineTable<AcademicSession>({
    name: 'academicSessions',
    entity: 'academicSessions',
    header: `sourcedId* status dateLastModified title* type* startDate* endDate* parentSourcedId
      ${version === '1.0' ? '' : 'schoolYear*'}`,
    fields: {
      title: text('title'),
      type: oneOf('type', words.sessionType),
      startDate: date('startDate'),
      endDate: date('endDate'),
      parentId: ownId('parentSourcedId'),
      schoolYear: year('schoolYear'),
    },
    isTree: true,
    check: (session, row) => checkOrder(session.startDate, session.endDate, row),
    toRow: (session, origin) => {
      const record = version === '1.0' ? { ...session, schoolYear: schoolYearOf(session) } : session;
      return { kind: 'record', entity: 'academicSessions', ...origin, record };
    },
  });
}

/** 1.0 does not say it. What begins in the second half of a calendar year belongs to the school year that ends in the next. */
function schoolYearOf({ type, startDate, endDate }: AcademicSession): string {
  if (type === 'schoolYear') return endDate.slice(0, 4);
  const year = Number(startDate.slice(0, 4));
  return String(startDate.slice(5, 7) < '07' ? year : year + 1).padStart(4, '0');
}

function coursesTable(version: Version): Table {
  const is10 = version === '1.0';
  return defineTable<Course>({
    name: 'courses',
    entity: 'courses',
    header: is10
      ? 'sourcedId* status dateLastModified schoolYearId title* courseCode grade orgSourcedId* subjects'
      : `sourcedId* status dateLastModified schoolYearSourcedId title* courseCode grades orgSourcedId*
      subjects subjectCodes`,
    fields: {
      title: text('title'),
      schoolYearId: reference(is10 ? 'schoolYearId' : 'schoolYearSourcedId', 'academicSessions'),
      courseCode: text('courseCode'),
      grades: grades(is10 ? 'grade' : 'grades'),
      orgId: reference('orgSourcedId', 'orgs'),
      subjects: list('subjects'),
      subjectCodes: list('subjectCodes'),
    },
    check: checkSubjects,
    toRow: (record, origin) => ({ kind: 'record', entity: 'courses', ...origin, record }),
  });
}

function classesTable(words: Vocabularies, version: Version): Table {
  const is10 = version === '1.0';
  return defineTable<ClassRecord>({
    name: 'classes',
    entity: 'classes',
    header: is10
      ? `sourcedId* status dateLastModified title* grade courseSourcedId* classCode classType* location
      schoolSourcedId* termSourcedId* subjects`
      : `sourcedId* status dateLastModified title* grades courseSourcedId* classCode classType* location
      schoolSourcedId* termSourcedIds* subjects subjectCodes periods`,
    fields: {
      title: text('title'),
      courseId: reference('courseSourcedId', 'courses'),
      classCode: text('classCode'),
      classType: oneOf('classType', words.classType),
      location: text('location'),
      grades: grades(is10 ? 'grade' : 'grades'),
      schoolId: reference('schoolSourcedId', 'orgs'),
      termIds: references(is10 ? 'termSourcedId' : 'termSourcedIds', 'academicSessions'),
      subjects: list('subjects'),
      subjectCodes: list('subjectCodes'),
      periods: list('periods'),
    },
    check(record, row) {
      checkSubjects(record, row);
      const orgs = row.seen.get('orgs');
      const note = orgs?.note(orgs.find(record.schoolId)) ?? 0;
      if (note === acceptedSchool || (note < accepted && row.reach.beyond.has('orgs'))) return;
      row.warn({ column: 'schoolSourcedId', code: 'school-not-a-school', value: showId(record.schoolId) });
    },
    toRow: (record, origin) => ({ kind: 'record', entity: 'classes', ...origin, record }),
    // Its school, so that an enrollment can be compared with it; none where the set does not have it.
    note: (record, row) => schoolNote + (row.seen.get('orgs')?.find(record.schoolId) ?? -1),
  });
}

const userColumns = `userIds givenName* familyName* middleName identifier email sms? phone? agentSourcedIds grades
  password?`;
/** Of no standard, which leaves columns of this name to whoever exports. */
const workColumns = 'metadata.title? metadata.jobTitle? metadata.department?';

function userFields(include: Include) {
  return {
    enabledUser: bool('enabledUser'),
    username: username('username'),
    userIds: userIds('userIds'),
    givenName: nameText('givenName'),
    familyName: nameText('familyName'),
    middleName: nameText('middleName'),
    identifier: text('identifier'),
    email: email('email'),
    ...(include.phones && { sms: text('sms'), phone: text('phone') }),
    agentIds: ownIds('agentSourcedIds'),
    grades: grades('grades'),
    title: text('metadata.title'),
    jobTitle: text('metadata.jobTitle'),
    department: text('metadata.department'),
  };
}

/** A system that has a title writes it under one of two names. */
function withTitle<Cells extends WorkCells>({ jobTitle, ...user }: Cells): Omit<Cells, 'jobTitle'> {
  return user.title === undefined && jobTitle !== undefined ? { ...user, title: jobTitle } : user;
}

/** Without what only 1.2 or only an asking district has. */
type UserCells = Omit<User, 'roles' | 'demographics' | 'sms' | 'phone' | WrittenByPeople | keyof UserFacts> &
  WorkCells;
type WrittenByPeople = 'sameAsId' | 'differsFromIds';
type WorkCells = { title?: string; jobTitle?: string };
type NewIn12 =
  | 'preferredGivenName'
  | 'preferredMiddleName'
  | 'preferredFamilyName'
  | 'pronouns'
  | 'userMasterIdentifier'
  | 'primaryOrgId';

/** Of 1.0 there are no marks whether somebody is enabled: whoever is in it is. */
function usersTable10(words: Vocabularies, include: Include): Table {
  type OldCells = Pick<
    UserCells,
    'sourcedId' | 'username' | 'givenName' | 'familyName' | 'identifier' | 'email'
  >;
  return defineTable<OldCells & { userId?: string; agentIds?: string[]; role: string; orgIds: string[] }>({
    name: 'users',
    entity: 'users',
    header: `sourcedId* status dateLastModified orgSourcedIds* role* username* userId? givenName* familyName* identifier
      email sms? phone? agents password?`,
    fields: {
      username: username('username'),
      userId: text('userId'),
      givenName: nameText('givenName'),
      familyName: nameText('familyName'),
      identifier: text('identifier'),
      email: email('email'),
      ...(include.phones && { sms: text('sms'), phone: text('phone') }),
      agentIds: ownIds('agents'),
      orgIds: references('orgSourcedIds', 'orgs'),
      role: oneOf('role', words.userRole),
    },
    hasAgents: true,
    toRow({ role, orgIds, userId, ...user }, origin) {
      const userIds = userId === undefined ? {} : { userIds: [{ type: 'userId', identifier: userId }] };
      const record = { ...user, ...userIds, enabledUser: true, roles: rolesAt(orgIds, role) };
      return { kind: 'record', entity: 'users', ...origin, record };
    },
  });
}

/** 1.2 wants one primary role per org; a user of an older version has but one role at each. */
function rolesAt(orgIds: readonly string[], role: string): UserRole[] {
  return [...orgIds].sort().map((orgId) => ({ roleType: 'primary', role, orgId }));
}

function usersTable11(words: Vocabularies, include: Include): Table {
  return defineTable<Omit<UserCells, NewIn12> & { role: string; orgIds: string[] }>({
    name: 'users',
    entity: 'users',
    header: `sourcedId* status dateLastModified enabledUser* orgSourcedIds* role* username* ${userColumns}
      ${workColumns}`,
    fields: {
      ...userFields(include),
      orgIds: references('orgSourcedIds', 'orgs'),
      role: oneOf('role', words.userRole),
    },
    hasAgents: true,
    toRow({ role, orgIds, ...user }, origin) {
      const record = { ...withTitle(user), roles: rolesAt(orgIds, role) };
      return { kind: 'record', entity: 'users', ...origin, record };
    },
  });
}

function usersTable12(include: Include): Table {
  return defineTable<UserCells>({
    name: 'users',
    entity: 'users',
    header: `sourcedId* status dateLastModified enabledUser* username* ${userColumns} userMasterIdentifier
      resourceSourcedIds? preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns
      ${workColumns}`,
    fields: {
      ...userFields(include),
      userMasterIdentifier: text('userMasterIdentifier'),
      preferredGivenName: nameText('preferredGivenName'),
      preferredMiddleName: nameText('preferredMiddleName'),
      preferredFamilyName: nameText('preferredFamilyName'),
      primaryOrgId: reference('primaryOrgSourcedId', 'orgs'),
      pronouns: text('pronouns'),
    },
    hasAgents: true,
    toRow: (user, origin) => ({
      kind: 'record',
      entity: 'users',
      ...origin,
      record: { ...withTitle(user), roles: [] },
    }),
  });
}

function rolesTable(words: Vocabularies): Table {
  return defineTable<UserRole & { sourcedId: string; userId: string }>({
    name: 'roles',
    header: `sourcedId* status dateLastModified userSourcedId* roleType* role* beginDate endDate orgSourcedId*
      userProfileSourcedId`,
    fields: {
      userId: reference('userSourcedId', 'users'),
      // The vocabulary has exactly these two.
      roleType: oneOf('roleType', words.roleType) as Column<UserRole['roleType']>,
      role: oneOf('role', words.orgRole),
      // A role without its end would last for ever.
      beginDate: date('beginDate', { isStrict: true }),
      endDate: date('endDate', { isStrict: true }),
      orgId: reference('orgSourcedId', 'orgs'),
    },
    check: (role, row) => checkOrder(role.beginDate, role.endDate, row),
    toRow: ({ userId, ...role }, { sourcedId: _, status: __, ...origin }) => ({
      kind: 'user-role',
      ...origin,
      userId,
      role,
    }),
  });
}

function demographicsTable(words: Vocabularies, version: Version): Table {
  const is10 = version === '1.0';
  const idColumn = is10 ? 'userSourcedId' : 'sourcedId';
  const birthDate = is10 ? 'birthdate' : 'birthDate';
  const flags = [
    'americanIndianOrAlaskaNative',
    'asian',
    'blackOrAfricanAmerican',
    'nativeHawaiianOrOtherPacificIslander',
    'white',
    'demographicRaceTwoOrMoreRaces',
    'hispanicOrLatinoEthnicity',
  ] as const;
  const texts = [
    'countryOfBirthCode',
    'stateOfBirthAbbreviation',
    'cityOfBirth',
    'publicSchoolResidenceStatus',
  ] as const;
  return defineTable<{ sourcedId: string }>({
    name: 'demographics',
    header: `${idColumn}* status dateLastModified ${birthDate} sex ${flags.join(' ')} ${texts.join(' ')}`,
    idColumn,
    mayBeEmpty: is10,
    fields: {
      birthDate: date(birthDate),
      sex: oneOf('sex', words.sex),
      ...Object.fromEntries(flags.map((name) => [name, bool(name)])),
      ...Object.fromEntries(texts.map((name) => [name, text(name)])),
    },
    toRow: ({ sourcedId, ...cells }, { sourcedId: _, status: __, ...origin }): UserPartRow => ({
      kind: 'user-demographics',
      ...origin,
      userId: sourcedId,
      demographics: Object.fromEntries(Object.entries(cells).map(([name, value]) => [name, String(value)])),
    }),
  });
}

function enrollmentsTable(words: Vocabularies, version: Version): Table {
  return defineTable<Enrollment>({
    name: 'enrollments',
    entity: 'enrollments',
    header:
      version === '1.0'
        ? `sourcedId* classSourcedId* schoolSourcedId* userSourcedId* role* status dateLastModified primary`
        : `sourcedId* status dateLastModified classSourcedId* schoolSourcedId* userSourcedId* role* primary
      beginDate endDate`,
    fields: {
      classId: reference('classSourcedId', 'classes', { isKept: true }),
      schoolId: reference('schoolSourcedId', 'orgs'),
      userId: reference('userSourcedId', 'users'),
      role: oneOf('role', words.enrollmentRole),
      primary: bool('primary'),
      // An enrollment without its end would last for ever.
      beginDate: date('beginDate', { isStrict: true }),
      endDate: date('endDate', { isStrict: true }),
    },
    check(enrollment, row) {
      checkOrder(enrollment.beginDate, enrollment.endDate, row);
      takeSchoolOfClass(enrollment, row);
    },
    toRow: (record, origin) => ({ kind: 'record', entity: 'enrollments', ...origin, record }),
    note: () => 0, // nothing refers to an enrollment
  });
}

/** Scopes follow the class, so an enrollment that says otherwise must not carry its own school on. */
function takeSchoolOfClass(enrollment: Enrollment, row: Row): void {
  const classes = row.seen.get('classes');
  const orgs = row.seen.get('orgs');
  if (classes === undefined || orgs === undefined) return;
  const school = classes.note(classes.find(enrollment.classId)) - schoolNote;
  if (school < 0 || orgs.find(enrollment.schoolId) === school) return;
  const detail = showId(orgs.text(school));
  row.warn({
    column: 'schoolSourcedId',
    code: 'school-mismatch',
    value: showId(enrollment.schoolId),
    detail,
  });
  enrollment.schoolId = orgs.text(school);
}

function checkOrder(begin: string | undefined, end: string | undefined, row: Row): void {
  if (begin === undefined || end === undefined || begin <= end) return;
  row.fail({ column: 'endDate', code: 'dates-reversed', value: showWord(end), detail: begin });
}

function checkSubjects(
  { subjects, subjectCodes }: Pick<Course, 'subjects' | 'subjectCodes'>,
  row: Row,
): void {
  if (subjects === undefined || subjectCodes === undefined || subjects.length === subjectCodes.length) return;
  const detail = `${subjectCodes.length} codes for ${subjects.length} subjects`;
  row.warn({ column: 'subjectCodes', code: 'subjects-unequal', detail });
}
