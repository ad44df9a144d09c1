import type { OpenFeed } from '../../roster/feed-reading.ts';
import { type Entity, entities } from '../../roster/records.ts';
import type { Adapter, AdapterOptions } from '../adapter.ts';
import { convert, fileOf, type Made, type MadeRow, type Maker } from '../as-oneroster/convert.ts';
import { dayOf, endAfter, schoolYearOf } from '../as-oneroster/days.ts';
import type { JsonSource } from '../as-oneroster/source.ts';
import type { FeedFile } from '../byte-source.ts';
import type { TableName } from '../oneroster-csv/row.ts';
import { refusal } from '../problem-texts.ts';
import { pullFile, readPullHead } from '../pull-head.ts';
import { type Collection, type Line, lineOf } from './objects.ts';
import { agentRows, cells, demographicsRows, isContact, roleRows, userRow } from './people.ts';
import { classRow, enrollmentRows } from './sections.ts';

export const cleverApi: Adapter = {
  format: 'clever-api',
  recognises: (heads) => heads.some(({ pulled }) => pulled === 'clever-api'),
  open: openClever,
};

const source = (collection: Collection): JsonSource => ({ kind: 'jsonl', name: `${collection}.jsonl` });
const sources = {
  sections: source('sections'),
  users: source('users'),
  courses: source('courses'),
  terms: source('terms'),
  schools: source('schools'),
  districts: source('districts'),
} satisfies Record<Collection, JsonSource>;

const entityOf: Readonly<Record<string, Entity>> = {
  [sources.districts.name]: 'orgs',
  [sources.schools.name]: 'orgs',
  [sources.terms.name]: 'academicSessions',
  [sources.courses.name]: 'courses',
  [sources.sections.name]: 'classes',
  [sources.users.name]: 'users',
};

/** An enrollment is an id in its section, and a record here. */
const enrollmentGrowth = 7;

/**
 * Opens what a pull of Clever's Data API left: the files of one pull, each line one object as Clever gave it.
 * @throws {FeedRejected} file-missing, where a collection that the pull counted is not there
 */
async function openClever(
  files: readonly FeedFile[],
  { include, limits }: AdapterOptions,
): Promise<OpenFeed> {
  const pull = await readPullHead(files);
  if (pull === undefined) throw refusal('file-missing', { file: pullFile, detail: ', or is not of a pull' });
  for (const [collection, count] of Object.entries(pull.counts)) {
    const file = `${collection}.jsonl`;
    if (count === 0 || fileOf(files, { name: file }) !== undefined) continue;
    throw refusal('file-missing', { file, detail: `, though the pull found ${count} ${collection}` });
  }
  const isDelta = pull.mode === 'delta';
  const feed = await convert({
    ...{ format: 'clever-api', files, entityOf, include, limits, makers: makersOf() },
    complete: new Set(isDelta ? [] : entities),
    mode: isDelta ? 'delta' : 'bulk',
    // A delta has all schools, terms and courses, and only users and sections that changed.
    beyond: new Set<TableName>(isDelta ? ['users'] : []),
  });
  const enrollments = (fileOf(files, sources.sections)?.size ?? 0) * enrollmentGrowth;
  // Where nothing of a kind has changed, its file is not missed.
  const reads = isDelta ? feed.reads.filter((name) => fileOf(files, { name }) !== undefined) : feed.reads;
  return { ...feed, reads, bytes: { ...feed.bytes, enrollments } };
}

/** How the objects of one collection become rows of one table. */
function maker<C extends Collection>(
  table: TableName,
  collection: C,
  make: (line: Line<C>, made: Made) => Iterable<MadeRow>,
  more: Pick<Maker, 'optional' | 'untold'> = {},
): Maker {
  return {
    ...{ table, source: sources[collection], ...more },
    make: ({ item }, made) => make(lineOf(collection, item), made),
  };
}

/** Columns that every record has. */
function stateOf({ at, deleted }: Line): MadeRow {
  return cells({ dateLastModified: at, status: deleted && 'tobedeleted' });
}

function makersOf(): Maker[] {
  let district = '';
  const optional = ['courseSourcedId', 'termSourcedIds'];
  // What is gone may have lost its school before, and needs one only to be read.
  const placed = (line: Line<'sections'>, made: Made): Line<'sections'> =>
    line.deleted && !made.has('orgs', line.data.school ?? '')
      ? { ...line, data: { ...line.data, school: district } }
      : line;
  const ifThere = (rows: (line: Line<'users'>) => MadeRow[]) => (line: Line<'users'>) =>
    line.deleted ? [] : rows(line);
  return [
    maker('orgs', 'districts', ({ data: { id, name, nces_id } }) => {
      district = id;
      return [cells({ sourcedId: id, name: name ?? id, type: 'district', identifier: nces_id })];
    }),
    maker('orgs', 'schools', (line) => {
      const { id, name, school_number } = line.data;
      const org = { name: name ?? school_number ?? id, type: 'school', identifier: school_number };
      return [{ ...stateOf(line), ...cells({ sourcedId: id, ...org, parentSourcedId: district }) }];
    }),
    maker('academicSessions', 'terms', sessionRows),
    maker('courses', 'courses', (line) => {
      const { id, name, number } = line.data;
      const course = { title: name ?? number ?? id, courseCode: number, orgSourcedId: district };
      return [{ ...stateOf(line), ...cells({ sourcedId: id, ...course }) }];
    }),
    maker(
      'classes',
      'sections',
      (line, made) => [{ ...stateOf(line), ...classRow(placed(line, made), made) }],
      { optional },
    ),
    maker(
      'users',
      'users',
      (line, made) => (isContact(line.data) ? [] : [{ ...stateOf(line), ...userRow(line, made) }]),
      { untold: ['username-missing'] },
    ),
    maker(
      'users',
      'users',
      (line, made) => (isContact(line.data) ? [{ ...stateOf(line), ...userRow(line, made) }] : []),
      { untold: ['username-missing', 'name-missing'] },
    ),
    maker('roles', 'users', (line, made) => (line.deleted ? [] : roleRows(line, { district, made }))),
    maker('agents', 'users', ifThere(agentRows)),
    maker('demographics', 'users', ifThere(demographicsRows)),
    maker('enrollments', 'sections', (line, made) => enrollmentRows(placed(line, made))),
  ];
}

/** A term without both of its dates is no academic session. */
function sessionRows(line: Line<'terms'>): MadeRow[] {
  const { id, name, start_date, end_date } = line.data;
  const [first, last] = [dayOf(start_date), dayOf(end_date)];
  if (first === undefined || last === undefined) return [];
  const days = { startDate: first, endDate: endAfter(last), schoolYear: schoolYearOf(first) };
  return [{ ...stateOf(line), ...cells({ sourcedId: id, title: name ?? id, type: 'term', ...days }) }];
}
