import { enrollmentRows, roleRows, userRows } from '../members.ts';
import type { District } from '../people.ts';
import { academicSessionRows, classRows, courseRows, orgRows } from '../structure.ts';
import { columns, manifestRows, type OneRosterVersion } from '../tables.ts';
import { keyed, type Table, tableOf, words } from './table.ts';

export function oneRosterTables(district: District, version: OneRosterVersion): Table[] {
  if (version === '1.0') return tables10(district);
  const is12 = version !== '1.1';
  const users = { columns: columns.users['1.2'], rows: () => userRows(district, '1.2') };
  const users11 = { columns: columns.users['1.1'], rows: () => userRows(district, '1.1') };
  const tables: Table[] = [
    { file: 'orgs.csv', columns: columns.orgs, rows: () => orgRows(district) },
    {
      file: 'academicSessions.csv',
      columns: columns.academicSessions,
      rows: () => academicSessionRows(district),
    },
    { file: 'courses.csv', columns: columns.courses, rows: () => courseRows(district) },
    { file: 'classes.csv', columns: columns.classes, rows: () => classRows(district) },
    version === '1.2.0' ? users120(district) : { file: 'users.csv', ...(is12 ? users : users11) },
    ...(is12 ? [{ file: 'roles.csv', columns: columns.roles, rows: () => roleRows(district) }] : []),
    { file: 'enrollments.csv', columns: columns.enrollments, rows: () => enrollmentRows(district) },
  ];
  const names = tables.map(({ file }) => file.replace('.csv', ''));
  const rows = () => manifestRows(is12 ? '1.2' : '1.1', names);
  return [{ file: 'manifest.csv', columns: ['propertyName', 'value'], rows }, ...tables];
}

/** 1.2.1 took one column away. */
function users120(district: District): Table {
  const later = columns.users['1.2'];
  const at = later.indexOf('preferredGivenName');
  const own = later.toSpliced(at, 0, 'resourceSourcedIds');
  return tableOf('users.csv', own, () => keyed(later, userRows(district, '1.2')));
}

/** 1.0 has no manifest, needs all seven files, and calls some columns otherwise. Source: OneRoster 1.0 sample sets. */
function tables10(district: District): Table[] {
  const record = 'sourcedId status dateLastModified';
  const demographics = `userSourcedId status dateLastModified birthdate sex americanIndianOrAlaskaNative asian
    blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces
    hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus`;
  return [
    { file: 'orgs.csv', columns: columns.orgs, rows: () => orgRows(district) },
    tableOf('academicSessions.csv', words(`${record} title type startDate endDate parentSourcedId`), () =>
      keyed(columns.academicSessions, academicSessionRows(district)),
    ),
    tableOf(
      'courses.csv',
      words(`${record} schoolYearId title courseCode grade orgSourcedId subjects`),
      function* () {
        for (const row of keyed(columns.courses, courseRows(district)))
          yield { ...row, schoolYearId: row.schoolYearSourcedId ?? '', grade: row.grades ?? '' };
      },
    ),
    tableOf(
      'classes.csv',
      words(`${record} title grade courseSourcedId classCode classType location schoolSourcedId termSourcedId
        subjects`),
      function* () {
        for (const row of keyed(columns.classes, classRows(district)))
          yield { ...row, grade: row.grades ?? '', termSourcedId: row.termSourcedIds ?? '' };
      },
    ),
    tableOf(
      'users.csv',
      words(
        `${record} orgSourcedIds role username userId givenName familyName identifier email sms phone agents`,
      ),
      function* () {
        for (const row of keyed(columns.users['1.1'], userRows(district, '1.1')))
          yield { ...row, userId: row.username ?? '', agents: row.agentSourcedIds ?? '' };
      },
    ),
    tableOf('demographics.csv', words(demographics), () => []),
    tableOf(
      'enrollments.csv',
      words('sourcedId classSourcedId schoolSourcedId userSourcedId role status dateLastModified primary'),
      () => keyed(columns.enrollments, enrollmentRows(district)),
    ),
  ];
}
