import { baseKey, matchKey } from './match-key.ts';
import type { AcademicSession, ClassRecord, Course, Org } from './records.ts';

/**
 * Which facts say that two records are one and the same; undefined where they don't. What a record of the feed refers to stands in it by the
 * roster's own ids.
 */

export const orgKeys = ({ name, identifier }: Org): string[] => [
  `name\t${matchKey(name)}`,
  ...(identifier === undefined ? [] : [`identifier\t${matchKey(identifier)}`]),
];

export function sameOrg(own: Org, fed: Org): string[] | undefined {
  const identifier = agreement(own.identifier, fed.identifier);
  if (own.type !== fed.type || identifier === false) return undefined;
  const name = matchKey(own.name) === matchKey(fed.name);
  const parent = own.parentId === fed.parentId;
  if (!identifier && !(name && parent)) return undefined;
  return said({ identifier, name, type: true, parent });
}

export const sessionKeys = ({ title, startDate, endDate }: AcademicSession): string[] => [
  `${matchKey(title)}\t${startDate}\t${endDate}`,
];

export function sameSession(own: AcademicSession, fed: AcademicSession): string[] | undefined {
  if (own.type !== fed.type || own.schoolYear !== fed.schoolYear) return undefined;
  return said({ title: true, dates: true, type: true, parent: own.parentId === fed.parentId });
}

export const courseKeys = ({ title }: Course): string[] => [matchKey(title)];

export function sameCourse(own: Course, fed: Course): string[] | undefined {
  const code = agreement(own.courseCode, fed.courseCode);
  // Every school year has courses of its own.
  if (code === false || agreement(own.schoolYearId, fed.schoolYearId) === false) return undefined;
  if ((code === undefined && own.courseCode !== fed.courseCode) || own.orgId !== fed.orgId) return undefined;
  return said({ title: true, code, org: true });
}

/** A class and who is in it, by the roster's own ids. */
export type Taught = { record: ClassRecord; teachers: ReadonlySet<string>; members: ReadonlySet<string> };

export const classKeys = ({ record, teachers }: Taught): string[] => [
  `title\t${record.schoolId}\t${baseKey(record.title)}`,
  ...(record.courseId === undefined ? [] : [...teachers].map((id) => `course\t${record.courseId}\t${id}`)),
];

/** Share of the members of both classes that are in either; of fewer members a share says little. */
const heavyOverlap = 0.6;
const leastMembers = 3;

export function sameClass(own: Taught, fed: Taught): string[] | undefined {
  const [a, b] = [own.record, fed.record];
  const course = agreement(a.courseId, b.courseId);
  const terms = agreement(listed(a.termIds), listed(b.termIds));
  if (a.schoolId !== b.schoolId || course === false || terms === false) return undefined;
  const title = baseKey(a.title) === baseKey(b.title);
  const code = agreement(a.classCode, b.classCode);
  const periods = agreement(listed(a.periods), listed(b.periods));
  const teachers = isEqual(own.teachers, fed.teachers);
  const members = isHeavy(own.members, fed.members);
  const isPlaced = course ?? a.courseId === b.courseId;
  const isTaught = teachers && (own.teachers.size > 0 || course === true);
  // In no term that both name, only those who are in it tell this year's class from last year's.
  const isKnown = terms === true && title && isPlaced && isTaught;
  if (!isKnown && !(members && (title || course === true))) return undefined;
  return said({ title, course, school: true, terms, code, periods, teachers, members });
}

/** Undefined where either says nothing. */
function agreement(one: string | undefined, other: string | undefined): boolean | undefined {
  if (one === undefined || other === undefined) return undefined;
  return matchKey(one) === matchKey(other);
}

const listed = (ids: readonly string[] | undefined): string | undefined =>
  ids === undefined || ids.length === 0 ? undefined : [...ids].sort().join('\t');

function isEqual(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && common(one, other) === one.size;
}

function isHeavy(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (Math.min(one.size, other.size) < leastMembers) return false;
  const both = common(one, other);
  return both >= heavyOverlap * (one.size + other.size - both);
}

function common(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0;
  for (const id of one) if (other.has(id)) both++;
  return both;
}

const said = (facts: Record<string, boolean | undefined>): string[] =>
  Object.keys(facts).filter((fact) => facts[fact] === true);
