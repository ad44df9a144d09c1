import type { Made, Maker } from '../as-oneroster/convert.ts';
import { cedsGrade } from '../as-oneroster/grades.ts';
import { derivedId, enrollmentId } from '../as-oneroster/natural-ids.ts';
import type { SourceRow } from '../as-oneroster/source.ts';
import { showId } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';
import { contentOf, enrollments, schools, sections, students, teacherColumns, teachers } from './files.ts';
import type { People } from './people.ts';
import { courseIdOf, type Survey, termOf } from './survey.ts';

type Cells = SourceRow['cells'];

const district = derivedId('district');

export function orgMaker(): Maker {
  return {
    table: 'orgs',
    source: schools,
    columns: { sourcedId: 'School_id', name: 'School_name', identifier: 'School_number' },
    *make({ cells }) {
      const { School_id = '', School_name = '', School_number = '' } = cells;
      const school = { sourcedId: School_id, name: School_name, identifier: School_number };
      yield { ...school, type: 'school', parentSourcedId: district };
    },
    *end() {
      yield { sourcedId: district, name: 'District', type: 'district' };
    },
  };
}

export function sessionMaker({ schoolYears }: Survey): Maker {
  const reported = new Set<string>();
  return {
    table: 'academicSessions',
    source: sections,
    // Ids are made of what terms are called.
    untold: ['id-characters'],
    columns: { title: 'Term_name', startDate: 'Term_start', endDate: 'Term_end' },
    *make({ cells, line }, made) {
      const term = termOf(cells);
      const { Term_name, Term_start, Term_end } = cells;
      const called = Term_name ?? Term_start ?? Term_end;
      if (term === undefined) {
        if (called === undefined || reported.has(called)) return;
        reported.add(called);
        const place = { file: sections.name, row: line, column: 'Term_start', value: showId(called) };
        made.report(problemOf('term-without-dates', 'warning', place));
        return;
      }
      const { id, schoolYear, ...days } = term;
      if (made.knows('academicSessions', id)) return;
      const parentSourcedId = derivedId('schoolYear', schoolYear);
      yield { sourcedId: id, type: 'term', ...days, schoolYear, parentSourcedId };
    },
    *end() {
      for (const [schoolYear, days] of schoolYears) {
        const title = `${Number(schoolYear) - 1}–${schoolYear}`;
        yield {
          sourcedId: derivedId('schoolYear', schoolYear),
          ...{ title, type: 'schoolYear', ...days, schoolYear },
        };
      }
    },
  };
}

export function courseMaker({ courses }: Survey): Maker {
  return {
    table: 'courses',
    source: sections,
    columns: { title: 'Course_name', courseCode: 'Course_number' },
    *make({ cells, line }, made) {
      const id = courseIdOf(cells);
      if (id === undefined || made.knows('courses', id)) return;
      const { Course_number = '' } = cells;
      const { title = '', isDisputed = false } = courses.get(id) ?? {};
      if (isDisputed) {
        const value = showId(Course_number);
        const place = { file: sections.name, row: line, column: 'Course_name', value, detail: showId(title) };
        made.report(problemOf('titles-disagree', 'warning', place));
      }
      yield {
        sourcedId: id,
        title: title || Course_number,
        courseCode: Course_number,
        orgSourcedId: district,
      };
    },
  };
}

export function classMaker(survey: Survey): Maker {
  return {
    table: 'classes',
    source: sections,
    columns: {
      ...{ sourcedId: 'Section_id', title: 'Name', schoolSourcedId: 'School_id', grades: 'Grade' },
      ...{ courseSourcedId: 'Course_number', termSourcedIds: 'Term_name' },
    },
    *make({ cells, line }, made) {
      const {
        Section_id = '',
        School_id = '',
        Section_number = '',
        Grade,
        Subject = '',
        Period = '',
      } = cells;
      if (Section_id !== '' && !survey.sections.isChosen(Section_id, contentOf.section(cells))) {
        const place = { file: sections.name, row: line, column: 'Section_id', value: showId(Section_id) };
        made.report(problemOf('rows-disagree', 'warning', place));
        return;
      }
      if (made.knows('classes', Section_id)) return;
      const listed = (text: string) => text.replaceAll(',', ' ');
      yield {
        ...{ sourcedId: Section_id, title: titleOf(cells), classType: 'scheduled' },
        ...{
          classCode: Section_number,
          schoolSourcedId: School_id,
          courseSourcedId: courseIdOf(cells) ?? '',
        },
        ...{ termSourcedIds: termOf(cells)?.id ?? '', subjects: listed(Subject), periods: listed(Period) },
        grades: Grade === undefined ? '' : cedsGrade(Grade),
      };
    },
  };
}

/** Sections need no name. */
function titleOf({ Name, Course_name, Section_number, Period, Section_id = '' }: Cells): string {
  if (Name !== undefined) return Name;
  const parts = [Course_name, Section_number ?? Period].filter((part) => part !== undefined);
  return Course_name === undefined ? Section_id : parts.join(' ');
}

export function teacherEnrollments({ people, sections: rows }: Survey): Maker {
  return {
    table: 'enrollments',
    source: sections,
    columns: { classSourcedId: 'Section_id', schoolSourcedId: 'School_id', userSourcedId: 'Teacher_id' },
    *make(row, made) {
      const { Section_id: classId = '', School_id = '' } = row.cells;
      if (!rows.isChosen(classId, contentOf.section(row.cells))) return;
      const seen = new Set<string>();
      for (const column of teacherColumns) {
        const own = row.cells[column];
        if (own === undefined || seen.has(own)) continue;
        seen.add(own);
        const userId = teachingId(people, own);
        const id = enrollmentId({ classId, userId: userId ?? people.teacherId(own), role: 'teacher' });
        if (made.knows('enrollments', id)) continue;
        if (userId === undefined) {
          reportUnknown({ source: sections.name, column, target: teachers.name, id }, row, made);
          continue;
        }
        yield {
          ...{ sourcedId: id, classSourcedId: classId, schoolSourcedId: School_id },
          ...{ userSourcedId: userId, role: 'teacher', primary: String(column === 'Teacher_id') },
        };
      }
    },
  };
}

/** Some teach who are listed as staff only. */
function teachingId(people: People, id: string): string | undefined {
  if (people.teachers.has(id)) return people.teacherId(id);
  return people.staff.has(id) ? people.staffId(id) : undefined;
}

export function studentEnrollments({ people }: Survey): Maker {
  return {
    table: 'enrollments',
    source: enrollments,
    columns: {
      ...{ classSourcedId: 'Section_id', schoolSourcedId: 'School_id', userSourcedId: 'Student_id' },
      sourcedId: 'Student_id',
    },
    *make(row, made) {
      const { School_id = '', Section_id: classId = '', Student_id: userId = '' } = row.cells;
      const id = enrollmentId({ classId, userId, role: 'student' });
      // A teacher may have the id, who is somebody else.
      if (userId !== '' && !people.students.has(userId)) {
        reportUnknown(
          { source: enrollments.name, column: 'Student_id', target: students.name, id },
          row,
          made,
        );
        return;
      }
      const ids = { sourcedId: id, classSourcedId: classId, schoolSourcedId: School_id };
      yield { ...ids, userSourcedId: userId, role: 'student' };
    },
  };
}

type Reference = { source: string; column: string; target: string; id: string };

function reportUnknown(
  { source, column, target, id }: Reference,
  { line, cells }: SourceRow,
  made: Made,
): void {
  const value = showId(cells[column] ?? '');
  const place = { file: source, row: line, column, value, detail: target };
  made.report(problemOf('dangling-reference', 'error', place), { entity: 'enrollments', sourcedId: id });
}
