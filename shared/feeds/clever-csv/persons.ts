import type { Made, MadeRow, Maker } from '../as-oneroster/convert.ts';
import { cedsGrade } from '../as-oneroster/grades.ts';
import type { CsvSource, SourceRow } from '../as-oneroster/source.ts';
import { showId } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';
import { contentOf, staff, students, teachers } from './files.ts';
import type { People } from './people.ts';
import { demographicsOf } from './words.ts';

type Cells = SourceRow['cells'];

/** One of the three files of people, which all repeat a person for a second school. */
type Kind = {
  source: CsvSource;
  idColumn: string;
  emailColumn: string;
  idOf(id: string): string;
  isChosen(id: string, cells: Cells): boolean;
  /** Of whom else the id is. */
  other: string;
  more(cells: Cells, id: string): MadeRow;
};

function kindsOf(people: People): { student: Kind; teacher: Kind; staff: Kind } {
  return {
    student: {
      ...{ source: students, idColumn: 'Student_id', emailColumn: 'Student_email', other: '' },
      idOf: (id) => id,
      isChosen: (id, cells) => people.students.isChosen(id, contentOf.student(cells)),
      more: ({ Student_number = '', State_id, Grade }) => ({
        identifier: Student_number,
        userIds: stateIds(State_id),
        grades: Grade === undefined ? '' : cedsGrade(Grade),
      }),
    },
    teacher: {
      ...{ source: teachers, idColumn: 'Teacher_id', emailColumn: 'Teacher_email', other: students.name },
      idOf: (id) => people.teacherId(id),
      isChosen: (id, cells) => people.teachers.isChosen(id, contentOf.teacher(cells)),
      more: ({ Teacher_number = '', State_teacher_id, Title }, id) => {
        const asStaff = people.staffCellsOf(id);
        return {
          identifier: Teacher_number,
          userIds: stateIds(State_teacher_id),
          'metadata.title': Title ?? asStaff.Title ?? '',
          'metadata.department': asStaff.Department ?? '',
        };
      },
    },
    staff: {
      ...{ source: staff, idColumn: 'Staff_id', emailColumn: 'Staff_email' },
      other: `${students.name} or ${teachers.name}`,
      idOf: (id) => people.staffId(id),
      isChosen: (id, cells) => people.staff.isChosen(id, contentOf.staff(cells)),
      more: ({ Title = '', Department = '' }) => ({
        'metadata.title': Title,
        'metadata.department': Department,
      }),
    },
  };
}

/** Commas and braces have a meaning in `userIds`. */
function stateIds(id: string | undefined): string {
  return id === undefined || /[{},:]/.test(id) ? '' : `{stateId:${id}}`;
}

export function personUsers(people: People): Maker[] {
  const { student, teacher, staff } = kindsOf(people);
  return [usersOf(student), usersOf(teacher), usersOf(staff)];
}

function usersOf(kind: Kind): Maker {
  return {
    table: 'users',
    optional: ['username'],
    source: kind.source,
    columns: {
      ...{ sourcedId: kind.idColumn, email: kind.emailColumn, grades: 'Grade', username: 'Username' },
      ...{ givenName: 'First_name', familyName: 'Last_name', middleName: 'Middle_name' },
    },
    *make(row, made) {
      const own = row.cells[kind.idColumn] ?? '';
      const id = own === '' ? '' : kind.idOf(own);
      if (own !== '' && !kind.isChosen(own, row.cells)) {
        report('rows-disagree', kind, row, made);
        return;
      }
      // A second school, a second contact, or a teacher who is one of the staff.
      if (made.knows('users', id)) return;
      if (id !== own) report('id-of-two-people', kind, row, made);
      yield userRow(id, kind, row.cells);
    },
  };
}

function userRow(id: string, kind: Kind, cells: Cells): MadeRow {
  const { First_name = '', Middle_name = '', Last_name = '', Username = '' } = cells;
  return {
    ...{ sourcedId: id, enabledUser: 'true', username: Username, email: cells[kind.emailColumn] ?? '' },
    ...{ givenName: First_name, middleName: Middle_name, familyName: Last_name },
    ...kind.more(cells, cells[kind.idColumn] ?? ''),
  };
}

function report(
  code: 'rows-disagree' | 'id-of-two-people',
  { source, idColumn, other }: Kind,
  { line, cells }: SourceRow,
  made: Made,
): void {
  const value = showId(cells[idColumn] ?? '');
  const place = { file: source.name, row: line, column: idColumn, value, detail: other };
  made.report(problemOf(code, 'warning', place));
}

/**
 * One row a school. Staff have no role in OneRoster's vocabulary, and what they may do follows from no column: `ext:staff` gives nothing
 * until a mapping rule of the district says so, by title perhaps. `SchoolTechLead` is a right in Clever's own portal.
 */
export function personRoles(people: People): Maker[] {
  const columns = { orgSourcedId: 'School_id' };
  return [
    {
      ...{ table: 'roles', source: students, columns: { ...columns, userSourcedId: 'Student_id' } },
      *make({ cells }) {
        if (cells.Student_id !== undefined) yield roleRow(cells.Student_id, 'student', cells);
      },
    },
    {
      ...{ table: 'roles', source: teachers, columns: { ...columns, userSourcedId: 'Teacher_id' } },
      *make({ cells }) {
        const { Teacher_id } = cells;
        if (Teacher_id !== undefined) yield roleRow(people.teacherId(Teacher_id), 'teacher', cells);
      },
    },
    {
      ...{ table: 'roles', source: staff, columns: { ...columns, userSourcedId: 'Staff_id' } },
      *make({ cells }) {
        const { Staff_id, School_id = '' } = cells;
        if (Staff_id === undefined) return;
        const isSecond = people.isTeacherToo(Staff_id) && people.teachesAt(Staff_id, School_id);
        const role = roleRow(people.staffId(Staff_id), 'ext:staff', cells);
        yield isSecond ? { ...role, roleType: 'secondary' } : role;
      },
    },
  ];
}

function roleRow(userSourcedId: string, role: string, { School_id = '' }: Cells): MadeRow {
  return { userSourcedId, roleType: 'primary', role, orgSourcedId: School_id };
}

export function studentDemographics(people: People): Maker {
  return {
    table: 'demographics',
    source: students,
    columns: { sourcedId: 'Student_id', birthDate: 'DOB' },
    *make({ cells }, made) {
      const id = cells.Student_id ?? '';
      const about = demographicsOf(cells);
      if (Object.keys(about).length === 0 || made.knows('demographics', id)) return;
      if (people.students.isChosen(id, contentOf.student(cells))) yield { sourcedId: id, ...about };
    },
  };
}
