import type { OpenFeed, Problem } from '../../roster/feed-reading.ts';
import { entities } from '../../roster/records.ts';
import type { Adapter, AdapterOptions } from '../adapter.ts';
import { convert, fileOf, type Maker } from '../as-oneroster/convert.ts';
import { columnKey } from '../as-oneroster/source.ts';
import type { FeedFile } from '../byte-source.ts';
import { problemOf, refusal } from '../problem-texts.ts';
import { contactAgents, contactRoles, contactUsers } from './contacts.ts';
import { required, staff } from './files.ts';
import { personRoles, personUsers, studentDemographics } from './persons.ts';
import {
  classMaker,
  courseMaker,
  orgMaker,
  sessionMaker,
  studentEnrollments,
  teacherEnrollments,
} from './sections.ts';
import { type Survey, surveyOf } from './survey.ts';

const known = [...required, staff];

/** Clever's SFTP CSV: five files, always whole, of active records only. */
export const cleverCsv: Adapter = {
  format: 'clever-csv',
  recognises: (heads) =>
    heads.some(({ header }) => {
      const keys = new Set(header.map(columnKey));
      const hasId = ['student_id', 'teacher_id', 'section_id', 'staff_id'].some((key) => keys.has(key));
      return keys.has('school_id') && (hasId || keys.has('school_name')) && !keys.has('course_id');
    }),
  open: openCleverCsv,
};

/** @throws {FeedRejected} file-missing, and what any CSV file may be refused for */
async function openCleverCsv(
  files: readonly FeedFile[],
  { include, limits }: AdapterOptions,
): Promise<OpenFeed> {
  const missing = required.find((source) => fileOf(files, source) === undefined);
  if (missing !== undefined)
    throw refusal('file-missing', { file: missing.name, detail: ', and every set needs it' });
  const survey = await surveyOf(files, limits);
  return convert({
    ...{ format: 'clever-csv', files, include, limits, makers: makersOf(survey) },
    complete: new Set(entities),
    sharing: ['teacher', 'staff', 'contact'],
    entityOf: {
      ...{ 'schools.csv': 'orgs', 'students.csv': 'users', 'teachers.csv': 'users', 'staff.csv': 'users' },
      ...{ 'sections.csv': 'classes', 'enrollments.csv': 'enrollments' },
    },
    fileNames: {
      ...{ 'orgs.csv': 'schools.csv', 'users.csv': 'students.csv', 'classes.csv': 'sections.csv' },
      ...{ 'academicSessions.csv': 'sections.csv', 'courses.csv': 'sections.csv' },
    },
    problems: unread(files),
  });
}

function makersOf(survey: Survey): Maker[] {
  const { people } = survey;
  return [
    ...[orgMaker(), sessionMaker(survey), courseMaker(survey), classMaker(survey)],
    ...[...personUsers(people), contactUsers(people)],
    ...[...personRoles(people), contactRoles(people)],
    ...[contactAgents(people), studentDemographics(people)],
    ...[teacherEnrollments(survey), studentEnrollments(survey)],
  ];
}

function unread(files: readonly FeedFile[]): Problem[] {
  const names = new Set(known.map(({ name }) => name));
  return files
    .filter(({ name }) => !names.has(name.toLowerCase()))
    .map(({ name }) => problemOf('file-unknown', 'warning', { file: name }));
}
