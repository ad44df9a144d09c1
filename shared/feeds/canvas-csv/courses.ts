import type { Maker } from '../as-oneroster/convert.ts';
import { schoolYearOf } from '../as-oneroster/days.ts';
import type { CsvSource } from '../as-oneroster/source.ts';
import { standingOf, statusCell, warn } from './standing.ts';
import { classIdOf, district, type Survey } from './survey.ts';
import { endDay, startDay } from './words.ts';

export function accountOrgs(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'orgs',
    source,
    columns: { sourcedId: 'account_id', parentSourcedId: 'parent_account_id' },
    *make(row, made) {
      const { account_id: id = '', parent_account_id: parent, name = '' } = row.cells;
      const standing = standingOf({ file: source.name, entity: 'orgs', words: 'others' }, row, { id, made });
      if (standing === undefined) return;
      if (parent !== undefined && !survey.hasAccount(parent))
        warn(
          source.name,
          row,
          { column: 'parent_account_id', code: 'moved-to-district', detail: 'accounts.csv' },
          made,
        );
      const type = survey.typeOf(id);
      const status = statusCell(standing);
      yield { sourcedId: id, status, name, type, parentSourcedId: survey.orgOf(parent) };
    },
  };
}

/** The root account has no row of its own. */
export function rootOrg(source: CsvSource): Maker {
  return {
    table: 'orgs',
    source,
    make: () => [],
    *end() {
      yield { sourcedId: district, name: 'District', type: 'district' };
    },
  };
}

export function termSessions(source: CsvSource): Maker {
  return {
    table: 'academicSessions',
    source,
    columns: { sourcedId: 'term_id', title: 'name', startDate: 'start_date', endDate: 'end_date' },
    *make(row, made) {
      const { term_id: id = '', name = '', start_date = '', end_date = '' } = row.cells;
      const at = { file: source.name, entity: 'academicSessions', words: 'others' } as const;
      const standing = standingOf(at, row, { id, made });
      if (standing === undefined) return;
      const startDate = startDay(start_date);
      const endDate = endDay(end_date);
      if (startDate === undefined || endDate === undefined) {
        warn(source.name, row, { column: 'term_id', code: 'term-without-dates' }, made);
        return;
      }
      const status = statusCell(standing);
      yield {
        sourcedId: id,
        status,
        title: name,
        type: 'term',
        startDate,
        endDate,
        schoolYear: schoolYearOf(startDate),
      };
    },
  };
}

/** Of courses and sections that begin or end when no term does. */
export function ownSessions(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'academicSessions',
    source,
    make: () => [],
    *end() {
      for (const [sourcedId, { begin, end }] of survey.ownSessions()) {
        const title = `${begin} – ${end}`;
        const days = { startDate: begin, endDate: end, schoolYear: schoolYearOf(begin) };
        yield { sourcedId, title, type: 'term', ...days };
      }
    },
  };
}

export function courseRecords(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'courses',
    source,
    columns: {
      sourcedId: 'course_id',
      title: 'long_name',
      courseCode: 'short_name',
      orgSourcedId: 'account_id',
    },
    *make(row, made) {
      const { course_id: id = '', short_name = '', long_name, account_id, term_id } = row.cells;
      const standing = standingOf({ file: source.name, entity: 'courses', words: 'courses' }, row, {
        id,
        made,
      });
      if (standing === undefined) return;
      if (account_id !== undefined && !survey.hasAccount(account_id))
        warn(
          source.name,
          row,
          { column: 'account_id', code: 'moved-to-district', detail: 'accounts.csv' },
          made,
        );
      if (term_id !== undefined && !survey.hasTerm(term_id))
        warn(source.name, row, { column: 'term_id', code: 'reference-left-out', detail: 'terms.csv' }, made);
      yield {
        ...{
          sourcedId: id,
          status: statusCell(standing),
          title: long_name ?? short_name,
          courseCode: short_name,
        },
        orgSourcedId: survey.orgOf(account_id),
      };
    },
  };
}

export function sectionClasses(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'classes',
    source,
    columns: { sourcedId: 'section_id', title: 'name', courseSourcedId: 'course_id' },
    *make(row, made) {
      const { section_id: id = '', course_id = '', name = '' } = row.cells;
      const standing = standingOf({ file: source.name, entity: 'classes', words: 'others' }, row, {
        id,
        made,
      });
      if (standing === undefined) return;
      const section = survey.section(id);
      const course = section?.course;
      if (course?.isOver && standing === 'active')
        warn(source.name, row, { column: 'course_id', code: 'deleted-with-other' }, made);
      yield {
        ...{ sourcedId: id, status: statusCell(course?.isOver ? 'over' : standing), title: name },
        ...{ classType: 'scheduled', courseSourcedId: course?.id ?? course_id },
        schoolSourcedId: survey.schoolAbove(course?.account ?? ''),
        termSourcedIds: course === undefined ? '' : (survey.sessionOf(course, id)?.id ?? ''),
      };
    },
  };
}

/** For those who are in a course without a section. */
export function defaultClasses(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'classes',
    source,
    columns: { courseSourcedId: 'course_id', title: 'long_name' },
    *make({ cells }, made) {
      const { course_id = '', short_name = '', long_name } = cells;
      const course = survey.course(course_id);
      const sourcedId = classIdOf({ course_id });
      if (course === undefined || !survey.needsDefaultSection(course_id) || made.knows('classes', sourcedId))
        return;
      yield {
        ...{
          sourcedId,
          status: statusCell(course.isOver ? 'over' : 'active'),
          title: long_name ?? short_name,
        },
        ...{
          classType: 'scheduled',
          courseSourcedId: course_id,
          schoolSourcedId: survey.schoolAbove(course.account),
        },
        termSourcedIds: survey.sessionOf(course)?.id ?? '',
      };
    },
  };
}

/** Crosslisting itself is of the survey; here only what is wrong with a row. */
export function crosslistings(source: CsvSource, survey: Survey): Maker {
  return {
    table: 'classes',
    source,
    make(row, made) {
      const { xlist_course_id = '', section_id = '', status } = row.cells;
      if (survey.section(section_id) === undefined)
        warn(
          source.name,
          row,
          { column: 'section_id', code: 'reference-left-out', detail: 'sections.csv' },
          made,
        );
      else if (status?.toLowerCase() === 'active' && !survey.hasCourse(xlist_course_id))
        warn(
          source.name,
          row,
          { column: 'xlist_course_id', code: 'reference-left-out', detail: 'courses.csv' },
          made,
        );
      return [];
    },
  };
}
