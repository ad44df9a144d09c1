import type { Made, MadeRow } from '../as-oneroster/convert.ts';
import { enrollmentId } from '../as-oneroster/natural-ids.ts';
import { teachersOf } from './changes.ts';
import type { Line } from './objects.ts';
import { cells } from './people.ts';
import { gradeOf } from './words.ts';

/** A course or term that is not shared, or has no dates, is left out: the class is the same without. */
export function classRow({ data }: Line<'sections'>, made: Pick<Made, 'has'>): MadeRow {
  const { id, course = '', term_id = '' } = data;
  return cells({
    sourcedId: id,
    title: data.name ?? data.sis_id ?? id,
    grades: gradeOf(data.grade),
    courseSourcedId: made.has('courses', course) ? course : undefined,
    classCode: data.section_number,
    classType: data.subject === 'homeroom/advisory' ? 'homeroom' : 'scheduled',
    schoolSourcedId: data.school,
    termSourcedIds: made.has('academicSessions', term_id) ? term_id : undefined,
    subjects: data.subject,
    periods: data.period,
  });
}

/** One for each member, the primary teacher first; and one, marked, for whoever has left. */
export function enrollmentRows({ data, at, deleted, left }: Line<'sections'>): MadeRow[] {
  const row = (userId: string, role: string, more: MadeRow): MadeRow => ({
    sourcedId: enrollmentId({ classId: data.id, userId, role }),
    classSourcedId: data.id,
    schoolSourcedId: data.school ?? '',
    userSourcedId: userId,
    role,
    ...cells({ dateLastModified: at }),
    ...more,
  });
  const gone = { status: 'tobedeleted' };
  const teachers = teachersOf(data).map((id, place) => row(id, 'teacher', { primary: String(place === 0) }));
  const students = [...new Set(data.students)].map((id) => row(id, 'student', {}));
  return [
    ...(deleted ? [] : [...teachers, ...students]),
    ...(left?.teachers ?? []).map((id) => row(id, 'teacher', gone)),
    ...(left?.students ?? []).map((id) => row(id, 'student', gone)),
  ];
}
