import type { ByteSource } from '../../shared/feeds/byte-source.ts';
import { openFeed, type ReadOptions } from '../../shared/feeds/open-feed.ts';
import type { FeedRow, FileRead, ProblemRow, RosterRow } from '../../shared/roster/feed-reading.ts';
import { memorySource } from './feed-files.ts';

const always = 'sourcedId,status,dateLastModified';
const usersEnd =
  'userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password';

export const headers = {
  orgs: `${always},name,type,identifier,parentSourcedId`,
  academicSessions: `${always},title,type,startDate,endDate,parentSourcedId,schoolYear`,
  courses: `${always},schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes`,
  classes: `${always},title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods`,
  users11: `${always},enabledUser,orgSourcedIds,role,username,${usersEnd}`,
  users121: `${always},enabledUser,username,${usersEnd},userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns`,
  users120: `${always},enabledUser,username,${usersEnd},userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns`,
  roles: `${always},userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId`,
  demographics: `${always},birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus`,
  enrollments: `${always},classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate`,
};

/** Text by file name without `.csv`; `undefined` leaves the file out. */
export type FeedTexts = Record<string, string | undefined>;

/** A small set of 1.1 without a problem: a district, two schools, one class, a teacher and two students. */
export function feed11(changes: FeedTexts = {}): FeedTexts {
  return {
    orgs: `${headers.orgs}\nd1,,,District,district,,\ns1,,,North,school,,d1\ns2,,,South,school,,d1\n`,
    academicSessions: `${headers.academicSessions}\ny1,,,Year,schoolYear,2026-08-01,2027-07-01,,2027\nt1,,,Autumn,term,2026-08-01,2027-01-01,y1,2027\n`,
    courses: `${headers.courses}\nco1,,,y1,Maths,M1,09,d1,,\n`,
    classes: `${headers.classes}\nc1,,,Maths 9,09,co1,M9,scheduled,,s1,t1,,,1\n`,
    users: `${headers.users11}\nu1,,,true,s1,teacher,ada,,Ada,Lovelace,,,ada@example.org,,,,,\nu2,,,true,s1,student,ben,,Ben,Bell,,,,,,,09,\nu3,,,true,"s1,s2",student,cy,,Cy,Young,,,,,,,10,\n`,
    enrollments: `${headers.enrollments}\ne1,,,c1,s1,u1,teacher,true,,\ne2,,,c1,s1,u2,student,,,\n`,
    ...changes,
  };
}

/** The same of 1.2.1. */
export function feed12(changes: FeedTexts = {}): FeedTexts {
  return {
    ...feed11(),
    users: `${headers.users121}\nu1,,,true,ada,,Ada,Lovelace,,,,,,,,,,,,,s1,\nu2,,,true,ben,,Ben,Bell,,,,,,,09,,,,,,,\n`,
    roles: `${headers.roles}\nr1,,,u1,primary,teacher,,,s1,\nr2,,,u2,primary,student,,,s1,\n`,
    ...changes,
  };
}

/** With one row more at the end of a file. */
export function withRow(feed: FeedTexts, file: string, row: string): FeedTexts {
  return { ...feed, [file]: `${feed[file]}${row}\n` };
}

/** Announces exactly the files that are there. */
export function manifestOf(feed: FeedTexts, version: string): string {
  const names = Object.keys(feed).filter((name) => feed[name] !== undefined && name !== 'manifest');
  const lines = names.map((name) => `file.${name},bulk\n`).join('');
  return `propertyName,value\nmanifest.version,1.0\noneroster.version,${version}\n${lines}`;
}

const someDay = '2026-11-20T05:00:00.000Z';

/** A row of changes, cells by column: an active one of the same day where it does not say. */
export function changeRow(header: string, cells: Record<string, string>): string {
  const all: Record<string, string> = { status: 'active', dateLastModified: someDay, ...cells };
  return header
    .split(',')
    .map((name) => `"${(all[name] ?? '').replaceAll('"', '""')}"`)
    .join(',');
}

/** A file of changes. */
export function changeFile(header: string, ...rows: Record<string, string>[]): string {
  return `${[header, ...rows.map((row) => changeRow(header, row))].join('\n')}\n`;
}

/** A set of changes; files named in `full` are sent in full. */
export function changeSources(
  feed: FeedTexts,
  { version = '1.1', full = [] as string[] } = {},
): ByteSource[] {
  const names = Object.keys(feed).filter((name) => name !== 'manifest');
  const lines = names.map((name) => `file.${name},${full.includes(name) ? 'bulk' : 'delta'}\n`).join('');
  const manifest = `propertyName,value\nmanifest.version,1.0\noneroster.version,${version}\n${lines}`;
  return Object.entries({ manifest, ...feed }).flatMap(([name, text]) =>
    text === undefined ? [] : memorySource(`${name}.csv`, text),
  );
}

export function sourcesOf(feed: FeedTexts, chunkBytes?: number): ByteSource[] {
  const version = feed.roles === undefined ? '1.1' : '1.2';
  return Object.entries({ manifest: manifestOf(feed, version), ...feed }).flatMap(([name, text]) =>
    text === undefined ? [] : memorySource(`${name}.csv`, text, chunkBytes),
  );
}

export type ReadFeed = {
  rows: FeedRow[];
  records: RosterRow[];
  problems: ProblemRow[];
  files: FileRead[];
};

export async function readAll(files: ByteSource[], options?: ReadOptions): Promise<ReadFeed> {
  const rows: FeedRow[] = [];
  for await (const row of (await openFeed(files, options)).rows) rows.push(row);
  return {
    rows,
    records: rows.filter((row) => row.kind === 'record'),
    problems: rows.filter((row) => row.kind === 'problem'),
    files: rows.filter((row) => row.kind === 'file'),
  };
}

/** `error users.csv:3 email bad-email`, in order. */
export function briefly({ problems }: ReadFeed): string[] {
  return problems.map(({ problem: { severity, file, row, column, code } }) =>
    [severity, row === undefined ? file : `${file}:${row}`, column, code].filter(Boolean).join(' '),
  );
}
