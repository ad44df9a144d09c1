import type { Made, Maker } from '../as-oneroster/convert.ts';
import type { CsvSource, SourceRow } from '../as-oneroster/source.ts';
import { showId } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';
import { type Standing, standingOf, statusCell, warn } from './standing.ts';
import { classIdOf, roleCell, type Survey } from './survey.ts';
import { courseRoleOf, courseRoles } from './words.ts';

export function enrollments(source: CsvSource, survey: Survey): Maker {
  const at = { file: source.name, entity: 'enrollments', words: 'enrollments' } as const;
  return {
    table: 'enrollments',
    source,
    columns: { classSourcedId: 'section_id', userSourcedId: 'user_id', role: 'role', sourcedId: 'user_id' },
    *make(row, made) {
      const { cells } = row;
      const id = survey.enrollmentIdOf(cells);
      const standing = standingOf(at, row, { id, made });
      if (standing === undefined) return;
      if (survey.isElsewhere(cells)) {
        reportElsewhere(row, source.name, { id, made });
        return;
      }
      if (isTold(row, { survey, id, made, standing })) return;
      const role = courseRoleOf(roleCell(cells));
      const { user_id = '', section_id, course_id } = cells;
      const course =
        section_id === undefined ? survey.course(course_id ?? '') : survey.section(section_id)?.course;
      const status = statusCell(endedWith(row, { source, survey, standing, made }));
      yield {
        ...{ sourcedId: id, status, classSourcedId: classIdOf(cells), userSourcedId: user_id },
        schoolSourcedId: survey.schoolAbove(course?.account ?? ''),
        role: role === undefined ? roleCell(cells) : (courseRoles[role]?.enrollment ?? ''),
      };
    },
  };
}

type Asked = { survey: Survey; id: string; made: Made };

function reportElsewhere(
  { line, cells }: SourceRow,
  file: string,
  { id, made }: Omit<Asked, 'survey'>,
): void {
  const { section_id = '', course_id = '' } = cells;
  const place = {
    file,
    row: line,
    column: 'section_id',
    value: showId(section_id),
    detail: showId(course_id),
  };
  made.report(problemOf('section-elsewhere', 'error', place), { entity: 'enrollments', sourcedId: id });
}

/** Of rows of one enrollment an active one counts, wherever it stands; an observer of several students has one row each. */
function isTold(
  { cells }: SourceRow,
  { survey, id, made, standing }: Asked & { standing: Standing },
): boolean {
  if (standing === 'over') return survey.hasActiveTwin(id) || made.knows('enrollments', id);
  return courseRoleOf(roleCell(cells)) === courseRoleOf('observer') && made.knows('enrollments', id);
}

/** Nobody is in what is deleted or over, and who is deleted is in nothing. */
function endedWith(
  row: SourceRow,
  { source, survey, standing, made }: Omit<Asked, 'id'> & { source: CsvSource; standing: Standing },
): Standing {
  const { user_id = '', section_id, course_id = '' } = row.cells;
  if (standing !== 'active') return standing;
  const isKnown =
    section_id === undefined ? survey.hasCourse(course_id) : survey.section(section_id) !== undefined;
  const place = section_id === undefined ? 'course_id' : 'section_id';
  const isOver = isKnown && survey.runningCourse(row.cells) === undefined;
  const column = survey.isDeletedUser(user_id) ? 'user_id' : isOver ? place : undefined;
  if (column === undefined) return standing;
  warn(source.name, row, { column, code: 'deleted-with-other' }, made);
  return 'over';
}
