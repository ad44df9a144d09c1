import type { FeedRow, OpenFeed } from '../../roster/feed-reading.ts';
import type { Entity } from '../../roster/records.ts';
import type { Adapter, AdapterOptions } from '../adapter.ts';
import { convert, type Maker } from '../as-oneroster/convert.ts';
import type { CsvSource } from '../as-oneroster/source.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { problemOf, refusal } from '../problem-texts.ts';
import {
  accountOrgs,
  courseRecords,
  crosslistings,
  defaultClasses,
  ownSessions,
  rootOrg,
  sectionClasses,
  termSessions,
} from './courses.ts';
import { enrollments } from './enrollments.ts';
import { type CanvasFiles, type KindName, kindOf, sortFiles } from './kinds.ts';
import { adminRoles, enrollmentAgents, observerAgents, userRoles, users } from './people.ts';
import { renamesOf } from './renames.ts';
import { Survey } from './survey.ts';

/** Canvas SIS CSV. Files are told by their headers, and there may be several of a kind. */
export const canvasCsv: Adapter = {
  format: 'canvas-csv',
  recognises: (heads) => heads.some(({ header }) => kindOf(header) !== undefined),
  open: openCanvasCsv,
};

/** Roles follow from enrollments and classes from courses, so that a set without these would take them from everybody. */
const required: readonly KindName[] = ['users', 'courses', 'enrollments'];

const entityOf: Partial<Record<KindName, Entity>> = {
  ...{ users: 'users', accounts: 'orgs', terms: 'academicSessions', courses: 'courses', sections: 'classes' },
  enrollments: 'enrollments',
};

/** @throws {FeedRejected} file-missing, and what any CSV file may be refused for */
async function openCanvasCsv(
  files: readonly FeedFile[],
  { include, limits, snapshot = false }: AdapterOptions,
): Promise<OpenFeed> {
  const found = await sortFiles(files, limits);
  const missing = required.find((kind) => found.of(kind).length === 0);
  if (missing !== undefined)
    throw refusal('file-missing', {
      file: `${missing}.csv`,
      detail: ', and every set needs one with its header',
    });
  const survey = new Survey();
  await survey.read(found, limits);
  const counted = found.entries.flatMap(({ kind, source }) => {
    const entity = entityOf[kind];
    return entity === undefined ? [] : [[source.name, entity] as const];
  });
  const feed = await convert({
    ...{ format: 'canvas-csv', files, include, limits, makers: makersOf(found, survey) },
    // An upload adds and changes. What it leaves out is gone only where somebody said that it is all there is.
    complete: new Set(snapshot ? counted.map(([, entity]) => entity) : []),
    entityOf: Object.fromEntries(counted),
    mode: snapshot ? 'bulk' : 'delta',
    fileNames: {
      ...{ 'orgs.csv': 'accounts.csv', 'academicSessions.csv': 'terms.csv', 'classes.csv': 'sections.csv' },
    },
    problems: found.unread.map(({ name }) => problemOf('file-unknown', 'warning', { file: name })),
  });
  return { ...feed, rows: withRenames(found, feed, limits) };
}

async function* withRenames(files: CanvasFiles, feed: OpenFeed, limits: Limits): AsyncGenerator<FeedRow> {
  yield* renamesOf(files, limits);
  yield* feed.rows;
}

function makersOf(files: CanvasFiles, survey: Survey): Maker[] {
  const each = (kind: KindName, make: (source: CsvSource, survey: Survey) => Maker) =>
    files.of(kind).map((source) => make(source, survey));
  const [courses] = files.of('courses');
  return [
    ...each('accounts', accountOrgs),
    ...(courses === undefined ? [] : [rootOrg(courses)]),
    ...each('terms', termSessions),
    ...(courses === undefined ? [] : [ownSessions(courses, survey)]),
    ...each('courses', courseRecords),
    ...[
      ...each('sections', sectionClasses),
      ...each('courses', defaultClasses),
      ...each('xlists', crosslistings),
    ],
    ...each('users', users),
    ...[...each('users', userRoles), ...each('admins', adminRoles)],
    ...[...each('observers', observerAgents), ...each('enrollments', enrollmentAgents)],
    ...each('enrollments', enrollments),
  ];
}
