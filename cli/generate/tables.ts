/** `1.2` is 1.2.1, as both write 1.2 into their manifests. */
export type OneRosterVersion = '1.0' | '1.1' | '1.2' | '1.2.0' | '1.2.1';

const record = ['sourcedId', 'status', 'dateLastModified'];
const words = (text: string): string[] => text.trim().split(/\s+/);

/** Column headers in the standard's order. Source: OneRoster CSV bindings 1.1.1 and 1.2.1. */
export const columns = {
  orgs: [...record, ...words('name type identifier parentSourcedId')],
  academicSessions: [...record, ...words('title type startDate endDate parentSourcedId schoolYear')],
  courses: [
    ...record,
    ...words('schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes'),
  ],
  classes: [
    ...record,
    ...words(`title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects
      subjectCodes periods`),
  ],
  users: {
    '1.1': [
      ...record,
      ...words(`enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms
        phone agentSourcedIds grades password`),
    ],
    '1.2': [
      ...record,
      ...words(`enabledUser username userIds givenName familyName middleName identifier email sms phone
        agentSourcedIds grades password userMasterIdentifier preferredGivenName preferredMiddleName
        preferredFamilyName primaryOrgSourcedId pronouns`),
    ],
  },
  roles: [
    ...record,
    ...words('userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId'),
  ],
  enrollments: [
    ...record,
    ...words('classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate'),
  ],
} as const;

const otherTables = {
  '1.1': words('categories classResources courseResources demographics lineItems resources results'),
  '1.2': words(`categories classResources courseResources demographics lineItemLearningObjectiveIds
    lineItemScoreScales lineItems resources resultLearningObjectiveIds resultScoreScales results scoreScales
    userProfiles userResources`),
} as const;

export function* manifestRows(version: '1.1' | '1.2', present: readonly string[]): Generator<string[]> {
  yield ['manifest.version', '1.0'];
  yield ['oneroster.version', version];
  for (const table of [...otherTables[version], ...present].sort()) {
    yield [`file.${table}`, present.includes(table) ? 'bulk' : 'absent'];
  }
  yield ['source.systemName', 'Rolebook generator'];
  yield ['source.systemCode', 'rolebook-generate'];
}

/** One line without its end; cells with commas or quotes are quoted (RFC 4180). */
export function csvLine(cells: readonly string[]): string {
  let line = '';
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index] ?? '';
    if (index > 0) line += ',';
    line += /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
  return line;
}
