import { day, type Field, flag, list, ref, refs, text, userIds } from './cells.ts';

const id: Field = ['sourcedId', 'sourcedId', text];

/** Source: the rostering service 1.2; for 1.1 the project's reference of feed formats, section 2. By the columns of the CSV binding. */
export const fields = {
  orgs: [
    id,
    ['name', 'name', text],
    ['type', 'type', text],
    ['identifier', 'identifier', text],
    ['parentSourcedId', 'parent', ref],
  ],
  academicSessions: [
    id,
    ['title', 'title', text],
    ['type', 'type', text],
    ['startDate', 'startDate', day],
    ['endDate', 'endDate', day],
    ['parentSourcedId', 'parent', ref],
    ['schoolYear', 'schoolYear', text],
  ],
  courses: [
    id,
    ['schoolYearSourcedId', 'schoolYear', ref],
    ['title', 'title', text],
    ['courseCode', 'courseCode', text],
    ['grades', 'grades', list],
    ['orgSourcedId', 'org', ref],
    ['subjects', 'subjects', list],
    ['subjectCodes', 'subjectCodes', list],
  ],
  classes: [
    id,
    ['title', 'title', text],
    ['grades', 'grades', list],
    ['courseSourcedId', 'course', ref],
    ['classCode', 'classCode', text],
    ['classType', 'classType', text],
    ['location', 'location', text],
    ['schoolSourcedId', 'school', ref],
    ['termSourcedIds', 'terms', refs],
    ['subjects', 'subjects', list],
    ['subjectCodes', 'subjectCodes', list],
    ['periods', 'periods', list],
  ],
  users: [
    id,
    ['enabledUser', 'enabledUser', flag],
    ['username', 'username', text],
    ['userIds', 'userIds', userIds],
    ['givenName', 'givenName', text],
    ['familyName', 'familyName', text],
    ['middleName', 'middleName', text],
    ['identifier', 'identifier', text],
    ['email', 'email', text],
    ['sms', 'sms', text],
    ['phone', 'phone', text],
    ['grades', 'grades', list],
    ['userMasterIdentifier', 'userMasterIdentifier', text],
    ['preferredGivenName', 'preferredFirstName', text],
    ['preferredMiddleName', 'preferredMiddleName', text],
    ['preferredFamilyName', 'preferredLastName', text],
    ['primaryOrgSourcedId', 'primaryOrg', ref],
    ['pronouns', 'pronouns', text],
    // Of 1.1 alone; the tables of 1.2 have no such columns.
    ['role', 'role', text],
    ['orgSourcedIds', 'orgs', refs],
  ],
  roles: [
    ['roleType', 'roleType', text],
    ['role', 'role', text],
    ['beginDate', 'beginDate', day],
    ['endDate', 'endDate', day],
    ['orgSourcedId', 'org', ref],
  ],
  enrollments: [
    id,
    ['classSourcedId', 'class', ref],
    ['schoolSourcedId', 'school', ref],
    ['userSourcedId', 'user', ref],
    ['role', 'role', text],
    ['primary', 'primary', flag],
    ['beginDate', 'beginDate', day],
    ['endDate', 'endDate', day],
  ],
} satisfies Record<string, readonly Field[]>;

const flags = new Set([
  'americanIndianOrAlaskaNative',
  'asian',
  'blackOrAfricanAmerican',
  'nativeHawaiianOrOtherPacificIslander',
  'white',
  'demographicRaceTwoOrMoreRaces',
  'hispanicOrLatinoEthnicity',
]);

export const demographicsFields: readonly Field[] = [
  id,
  ['birthDate', 'birthDate', day],
  ...[
    'sex',
    ...flags,
    'countryOfBirthCode',
    'stateOfBirthAbbreviation',
    'cityOfBirth',
    'publicSchoolResidenceStatus',
  ].map((name): Field => [name, name, flags.has(name) ? flag : text]),
];
