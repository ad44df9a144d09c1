import { enrollmentRows } from '../members.ts';
import type { District, Person } from '../people.ts';
import { academicSessionRows, classRows, courseRows, orgRows } from '../structure.ts';
import { columns } from '../tables.ts';
import { keyed, type Row } from './table.ts';

/** The district as OneRoster's rows by column, for formats that say it in other files. */
export const orgsOf = (district: District): Generator<Row> => keyed(columns.orgs, orgRows(district));
export const sessionsOf = (district: District): Generator<Row> =>
  keyed(columns.academicSessions, academicSessionRows(district));
export const coursesOf = (district: District): Generator<Row> => keyed(columns.courses, courseRows(district));
export const classesOf = (district: District): Generator<Row> => keyed(columns.classes, classRows(district));
export const enrollmentsOf = (district: District): Generator<Row> =>
  keyed(columns.enrollments, enrollmentRows(district));

/** Courses by id: a few of each grade. */
export function coursesById(district: District): Map<string, Row> {
  return new Map([...coursesOf(district)].map((course) => [course.sourcedId ?? '', course]));
}

/** The session of a class in formats that have one only: the whole year for whoever has several. */
export function oneTermOf(district: District): (classRow: Row) => Row {
  const sessions = new Map([...sessionsOf(district)].map((session) => [session.sourcedId, session]));
  const year = [...sessions.values()].find(({ type }) => type === 'schoolYear') ?? {};
  return ({ termSourcedIds = '' }) => sessions.get(termSourcedIds) ?? year;
}

const relatives = new Set(['parent', 'guardian']);
export const isRelative = ({ mainRole }: Person): boolean => relatives.has(mainRole);

/** What somebody is to the students who name them, in the words of people. */
export function relationshipOf({ roles }: Person): 'Parent' | 'Guardian' {
  return roles.some(({ role }) => role === 'guardian') ? 'Guardian' : 'Parent';
}

/** Schools at which somebody has a role. */
export function schoolsOf({ roles }: Person, wanted: ReadonlySet<string>): string[] {
  return [...new Set(roles.filter(({ role }) => wanted.has(role)).map(({ orgId }) => orgId))];
}

/** The day before an exclusive end: most formats name the last day. */
export function lastDay(end = ''): string {
  return end === '' ? '' : new Date(Date.parse(end) - 24 * 3_600_000).toISOString().slice(0, 10);
}

/** `2027-06-30` as `6/30/2027`. */
export function americanDay(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${month}/${date}/${year}`;
}
