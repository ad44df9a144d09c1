import type { OpenFeed } from '../../roster/feed-reading.ts';
import { type Entity, entities } from '../../roster/records.ts';
import type { Adapter, AdapterOptions, FileHead } from '../adapter.ts';
import { type Conversion, convert, fileOf, type Maker } from '../as-oneroster/convert.ts';
import { checkNames } from '../as-oneroster/file-names.ts';
import { type CsvSource, columnKey } from '../as-oneroster/source.ts';
import type { FeedFile } from '../byte-source.ts';
import { headsOf } from '../recognise.ts';
import { readGrades } from './grades.ts';
import { readSections } from './sections.ts';
import { readSessions } from './sessions.ts';
import * as sources from './sources.ts';
import { readStudents } from './students.ts';
import { makersOf1 } from './v1.ts';
import { makersOf2, makersOf21 } from './v2.ts';

type Version = '2.1' | '2' | '1' | '1 UK';

export const sdsCsv: Adapter = {
  format: 'sds-csv',
  recognises: (heads) => versionOf(heads) !== undefined,
  async open(files, options) {
    // A set that nobody recognises is judged as one of the newest version.
    const version = versionOf(await headsOf(files, options.limits)) ?? '2.1';
    if (version === '2.1') return open21(files, options);
    if (version === '2') return open2(files, options);
    return open1(files, { ...options, version });
  },
};

/** The format has no manifest: its version shows in its files. */
function versionOf(heads: readonly FileHead[]): Version | undefined {
  const columnsIn = (name: string) =>
    new Set(heads.find((head) => head.name.toLowerCase() === name)?.header.map(columnKey));
  if (heads.some(({ name }) => name.toLowerCase() === 'manifest.csv')) return undefined;
  const schools = columnsIn('school.csv');
  if (schools.has('sis_id')) return '1';
  if (schools.has('dfe_number')) return '1 UK';
  const tables = ['orgs.csv', 'users.csv', 'roles.csv'].map(columnsIn);
  const [orgs, users, roles] = tables;
  // Every table of OneRoster has the other two.
  const isOneRoster = tables.some((columns) => columns.has('status') || columns.has('datelastmodified'));
  if (isOneRoster || (!orgs?.has('sourcedid') && !users?.has('sourcedid'))) return undefined;
  return roles?.size === 0 && users?.has('orgsourcedids') ? '2' : '2.1';
}

async function open21(files: readonly FeedFile[], options: AdapterOptions): Promise<OpenFeed> {
  const { limits, include } = options;
  const { orgs, users21, roles, classes, enrollments } = sources;
  const needed = [orgs, users21, roles];
  const names = {
    needed,
    together: [[classes, enrollments]],
    ignored: ['userFlags.csv', 'demographics.csv'],
  };
  const check = (makers: readonly Maker[]) =>
    checkNames(files, { ...names, read: makers.map(({ source }) => source) });
  check([]);
  const sessions = await readSessions(fileOf(files, sources.academicSessions), limits);
  const file = fileOf(files, roles);
  const grades = await readGrades(file, { sessions, limits });
  const makers = makersOf21({ sessions, grades }).filter(
    ({ table }) => table !== 'demographics' || include.demographics === true,
  );
  const behind = {
    ...sources2,
    users: users21,
    academicSessions: sources.academicSessions,
    courses: sources.courses,
  };
  return openAs('sds-csv 2.1', files, { ...options, makers, behind, problems: check(makers) });
}

const sources2 = { orgs: sources.orgs, classes: sources.classes, enrollments: sources.enrollments };

async function open2(files: readonly FeedFile[], options: AdapterOptions): Promise<OpenFeed> {
  const makers = makersOf2();
  const { orgs, users2, classes, enrollments } = sources;
  const read = makers.map(({ source }) => source);
  const problems = checkNames(files, { read, needed: [orgs, users2], together: [[classes, enrollments]] });
  return openAs('sds-csv 2', files, { ...options, makers, behind: { ...sources2, users: users2 }, problems });
}

async function open1(
  files: readonly FeedFile[],
  { version, ...options }: AdapterOptions & { version: '1' | '1 UK' },
): Promise<OpenFeed> {
  const { limits } = options;
  const variant = version === '1' ? 'SDS' : 'UK';
  const of = sources.sources1(variant);
  const { names: _, ...all } = of;
  const { schools, students, teachers, sections, studentEnrollments, teacherRosters, contacts, guardians } =
    all;
  const problems = checkNames(files, {
    read: Object.values(all),
    needed: [schools, students, teachers],
    together: [
      [sections, studentEnrollments, teacherRosters],
      [contacts, guardians],
    ],
  });
  const makers = makersOf1({
    sources: of,
    sections: await readSections(fileOf(files, sections), { sources: of, variant, limits }),
    students: await readStudents(fileOf(files, students), { sources: of, limits }),
  });
  const behind = {
    ...{ orgs: schools, users: students, classes: sections, academicSessions: sections, courses: sections },
    enrollments: studentEnrollments,
  };
  return openAs(`sds-csv ${version}`, files, { ...options, makers, behind, problems, sharing: ['teacher'] });
}

type Opening = AdapterOptions & {
  makers: readonly Maker[];
  problems: ReturnType<typeof checkNames>;
  sharing?: NonNullable<Conversion['sharing']>;
  /** The file that an entity is in; those that go together with it are there too. */
  behind: Partial<Record<Entity, CsvSource>>;
};

/** The format knows no changes: every set is whole, but for files that are not there. */
function openAs(format: string, files: readonly FeedFile[], opening: Opening): Promise<OpenFeed> {
  const { behind, ...rest } = opening;
  const complete = entities.filter((entity) => {
    const source = behind[entity];
    return source !== undefined && fileOf(files, source) !== undefined;
  });
  return convert({ ...rest, format, files, complete: new Set(complete), entityOf });
}

const entityOf: Readonly<Record<string, Entity>> = {
  'orgs.csv': 'orgs',
  'academicSessions.csv': 'academicSessions',
  'courses.csv': 'courses',
  'classes.csv': 'classes',
  'users.csv': 'users',
  'enrollments.csv': 'enrollments',
  'School.csv': 'orgs',
  'Section.csv': 'classes',
  'Student.csv': 'users',
  'Teacher.csv': 'users',
  'User.csv': 'users',
  'StudentEnrollment.csv': 'enrollments',
  'TeacherRoster.csv': 'enrollments',
};
