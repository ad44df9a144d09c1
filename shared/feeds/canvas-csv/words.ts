import { dayOf, endAfter } from '../as-oneroster/days.ts';

/** What a user of Canvas is in a course: the role in the roster's class, and what it makes the user at the class's school. */
export type CourseRole = { enrollment: string; user: string };

/** First those that weigh more, where a user has several at one school. */
export const courseRoles: readonly CourseRole[] = [
  { enrollment: 'teacher', user: 'teacher' },
  { enrollment: 'ext:ta', user: 'aide' },
  { enrollment: 'ext:designer', user: 'ext:designer' },
  { enrollment: 'student', user: 'student' },
  { enrollment: 'ext:observer', user: 'guardian' },
];

const spelt = new Map([
  ['teacher', 0],
  ['ta', 1],
  ['designer', 2],
  ['student', 3],
  ['observer', 4],
]);

/** Index into {@link courseRoles}; `undefined` for a role that an institution made up, of which the files do not say what it is. */
export function courseRoleOf(role: string): number | undefined {
  return spelt.get(role.toLowerCase().replace(/enrollment$/, ''));
}

const declared: Readonly<Record<string, string>> = {
  teacher: 'teacher',
  student: 'student',
  student_other: 'student',
  observer: 'guardian',
};

/** The role that a user's own row calls the main one. It gives no role by itself, as it names no school. */
export function declaredRole(type: string | undefined): string | undefined {
  return declared[type?.toLowerCase() ?? ''];
}

const instant =
  /^(\d{1,4}[-/]\d{1,2}[-/]\d{1,4})(?:[T ]+(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(?:Z|UTC|[+-]\d\d:?\d\d)?)?$/i;

/** The day of a timestamp, as written. */
export function startDay(text: string): string | undefined {
  return dayOf(instant.exec(text)?.[1] ?? '');
}

/** The exclusive end: what ends at midnight has ended on that day, what ends later ends with it. */
export function endDay(text: string): string | undefined {
  const [, dayText = '', time = ''] = instant.exec(text) ?? [];
  const day = dayOf(dayText);
  return day === undefined || /^[0:]*$/.test(time) ? day : endAfter(day);
}
