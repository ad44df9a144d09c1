import { idOfKind } from '../as-oneroster/natural-ids.ts';
import { OneOfRows } from '../as-oneroster/one-of-rows.ts';
import type { SourceRow } from '../as-oneroster/source.ts';
import { UnclearIds } from '../as-oneroster/unclear-ids.ts';
import { IdIndex } from '../id-index.ts';
import { contentOf, staff, students, teachers } from './files.ts';

type Cells = SourceRow['cells'];

/**
 * Who is who. An id of Clever's is one person's among students, and one's among teachers; so those who share an id are told apart. E-mail
 * alone makes nobody the same: Clever merges staff by it, this does not.
 */
export class People {
  readonly students = new OneOfRows();
  readonly teachers = new OneOfRows();
  readonly staff = new OneOfRows();
  readonly contacts = new OneOfRows();
  /** By file. */
  readonly unclear = {
    students: new UnclearIds(students),
    teachers: new UnclearIds(teachers),
    staff: new UnclearIds(staff),
  };
  /** What the rows of teachers say, each fact with the id before it. */
  readonly #teacherFacts = new IdIndex();
  /** Ids of staff who are the teacher of that id. */
  readonly #sameAsTeacher = new IdIndex();
  /** Of staff whose id a teacher has too, which are few: the content of the row that counts, and its cells. */
  readonly #staffCells = new Map<string, Cells[]>();

  addStudent(cells: Cells): void {
    if (cells.Student_id !== undefined) this.students.offer(cells.Student_id, contentOf.student(cells));
  }

  addTeacher(cells: Cells): void {
    const { Teacher_id: id } = cells;
    if (id === undefined) return;
    this.teachers.offer(id, contentOf.teacher(cells));
    this.#teacherFacts.add(factOf(id, 'school', cells.School_id ?? ''), 0);
    for (const fact of likenessOf(id, cells, cells.Teacher_email)) this.#teacherFacts.add(fact, 0);
  }

  /** After all teachers. */
  addStaff(cells: Cells): void {
    const { Staff_id: id } = cells;
    if (id === undefined) return;
    this.staff.offer(id, contentOf.staff(cells));
    if (!this.teachers.has(id)) return;
    const facts = likenessOf(id, cells, cells.Staff_email);
    if (facts.some((fact) => this.#teacherFacts.find(fact) >= 0)) this.#sameAsTeacher.add(id, 0);
    this.#staffCells.set(id, [...(this.#staffCells.get(id) ?? []), cells]);
  }

  /** @throws {FeedRejected} person-unclear, as the others that give ids, where a row that cannot be read may be of another with the id */
  teacherId(id: string): string {
    if (this.students.has(id)) return idOfKind('teacher', id);
    this.unclear.students.mustLack(id);
    return id;
  }

  /** @throws {FeedRejected} person-unclear */
  staffId(id: string): string {
    if (this.isTeacherToo(id)) return this.teacherId(id);
    // Of a teacher whose row cannot be read nobody knows whether it is this one of the staff.
    this.unclear.teachers.mustLack(id);
    if (this.students.has(id) || this.teachers.has(id)) return idOfKind('staff', id);
    this.unclear.students.mustLack(id);
    return id;
  }

  /**
   * `key`: as `contactKey` gives it. None where a row that cannot be read has it too: of siblings who share the contact, or of somebody
   * else. The contact stays as it was then.
   */
  contactId(key: string): string | undefined {
    if (this.students.has(key) || this.teachers.has(key) || this.staff.has(key))
      return idOfKind('contact', key);
    return Object.values(this.unclear).some((unclear) => unclear.has(key)) ? undefined : key;
  }

  isTeacherToo(staffId: string): boolean {
    return this.#sameAsTeacher.find(staffId) >= 0;
  }

  teachesAt(teacherId: string, school: string): boolean {
    return this.#teacherFacts.find(factOf(teacherId, 'school', school)) >= 0;
  }

  /** What the teacher is as one of the staff; none where it is somebody else or nobody. */
  staffCellsOf(teacherId: string): Cells {
    if (!this.isTeacherToo(teacherId)) return {};
    const rows = this.#staffCells.get(teacherId) ?? [];
    return rows.find((cells) => this.staff.isChosen(teacherId, contentOf.staff(cells))) ?? {};
  }
}

function likenessOf(id: string, { First_name = '', Last_name = '' }: Cells, email = ''): string[] {
  const name = `${First_name}\t${Last_name}`;
  return [
    ...(name.trim() === '' ? [] : [factOf(id, 'name', name)]),
    ...(email === '' ? [] : [factOf(id, 'email', email)]),
  ];
}

function factOf(id: string, kind: string, value: string): string {
  return `${id}\t${kind}\t${value.normalize('NFC').toLowerCase()}`;
}
