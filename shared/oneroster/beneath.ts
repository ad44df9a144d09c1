import { RequestError } from '../errors.ts';
import type { StateLine } from '../roster/state.ts';
import { type CollectionName, collectionOf } from './collections.ts';
import { recordIn } from './limits.ts';
import { type groupings, type RosterRows, type Rows, rowsOf } from './rows.ts';
import type { ServedRoster } from './served-roster.ts';
import { upwards } from './surroundings.ts';

/** A record that a path names, e.g. `schools/s1`. */
export type Named = { collection: CollectionName; id: string };

export type Looked = { roster: ServedRoster; rows: RosterRows };

/**
 * The records of a collection beneath those that a path names, in the order of their ids. An enrollment that is gone places nobody in a
 * class; a class that is gone teaches no course.
 * @throws {RequestError} not-found where the client sees no such record there
 */
export async function rowsBeneath(
  looked: Looked,
  wanted: CollectionName,
  named: readonly Named[],
): Promise<Rows> {
  const lines: StateLine[] = [];
  for (const one of named) lines.push(await found(looked.roster, one));
  const [parent, inner] = named;
  if (parent === undefined) throw new Error('Beneath nothing.');
  if (inner !== undefined && recordIn(lines[1]?.json ?? '{}').schoolId !== parent.id) throw unknown(inner);
  const { collection, id } = inner ?? parent;
  const way = ways[collection]?.[wanted];
  if (way === undefined) throw new Error(`There are no ${wanted} beneath ${collection}.`);
  return way(looked, id);
}

/** @throws {RequestError} not-found */
export async function found(roster: ServedRoster, { collection, id }: Named): Promise<StateLine> {
  const of = collectionOf(collection);
  const line = await roster.find(of.entity, id);
  if (line !== undefined && roster.recordOf(of, line) !== undefined) return line;
  throw unknown({ collection, id });
}

function unknown({ collection }: Named): RequestError {
  return new RequestError('not-found', 'unknown-object', `None of the ${collection} has this sourcedId.`);
}

type Way = (looked: Looked, id: string) => Promise<Rows>;

const byGroup =
  (grouping: keyof typeof groupings): Way =>
  ({ rows }, id) =>
    rows.group(grouping, id);

const membersOf =
  (role: string): Way =>
  async ({ roster, rows }, id) => {
    const enrolled = await activeOf(await rows.group('enrollmentsByClass', id));
    const ids = enrolled.filter((one) => one.role === role).flatMap(({ userId = [] }) => userId);
    return rowsOf(await roster.findAll('users', ids));
  };

const classesOf =
  (role?: string): Way =>
  async ({ roster, rows }, id) => {
    const enrolled = await activeOf(await rows.group('enrollmentsByUser', id));
    const mine = enrolled.filter((one) => role === undefined || one.role === role);
    return rowsOf(
      await roster.findAll(
        'classes',
        mine.flatMap(({ classId = [] }) => classId),
      ),
    );
  };

/** Its own, and those that its classes are of. */
const coursesOf: Way = async ({ roster, rows }, id) => {
  const own = await rows.group('coursesByOrg', id);
  const classes = await activeOf(await rows.group('classesBySchool', id));
  return rowsOf(
    await roster.findAll('courses', [
      ...(await own.read(0, own.total)).map((line) => line.id),
      ...classes.flatMap(({ courseId = [] }) => courseId),
    ]),
  );
};

/** Those of its classes, and those that these lie in. */
const termsOf: Way = async ({ roster, rows }, id) => {
  const classes = await activeOf(await rows.group('classesBySchool', id));
  const { sessions } = roster.around;
  const terms = new Set<string>();
  for (const session of new Set(classes.flatMap(({ termIds = [] }) => termIds))) {
    for (const [one, { type }] of upwards(sessions, session)) if (type === 'term') terms.add(one);
  }
  return rowsOf(await roster.findAll('academicSessions', terms));
};

async function activeOf(rows: Rows) {
  const lines = await rows.read(0, rows.total);
  return lines.filter(({ status }) => status === 'active').map(({ json }) => recordIn(json));
}

const ways: Partial<Record<CollectionName, Partial<Record<CollectionName, Way>>>> = {
  schools: {
    classes: byGroup('classesBySchool'),
    courses: coursesOf,
    enrollments: byGroup('enrollmentsBySchool'),
    students: byGroup('studentsBySchool'),
    teachers: byGroup('teachersBySchool'),
    terms: termsOf,
  },
  classes: {
    enrollments: byGroup('enrollmentsByClass'),
    students: membersOf('student'),
    teachers: membersOf('teacher'),
  },
  courses: { classes: byGroup('classesByCourse') },
  terms: { classes: byGroup('classesByTerm'), gradingPeriods: byGroup('periodsByTerm') },
  students: { classes: classesOf('student') },
  teachers: { classes: classesOf('teacher') },
  users: { classes: classesOf() },
};
