import { derivedId, enrollmentId } from '../as-oneroster/natural-ids.ts';
import type { SourceRow } from '../as-oneroster/source.ts';
import type { Limits } from '../byte-source.ts';
import { IdIndex } from '../id-index.ts';
import { refusal } from '../problem-texts.ts';
import { eachRow } from './each-row.ts';
import type { CanvasFiles, KindName } from './kinds.ts';
import { Places } from './places.ts';
import { courseRoleOf, courseRoles, endDay, startDay } from './words.ts';

type Cells = SourceRow['cells'];
type Days = { begin?: string; end?: string };
type Account = { parent: string | undefined };
type Course = Days & { id: string; account: string; term: string; isOver: boolean };
type Section = { id: string; course: number; isDeleted: boolean };

/** The org above all accounts, which has no row. */
export const district = derivedId('district');

/**
 * What only all rows together show: which account is a school, where a section belongs after crosslisting, who is what at which school.
 * Of a repeated id the first row counts, as in the reading after it.
 */
export class Survey {
  readonly places = new Places();
  readonly #accounts = new Map<string, Account>();
  readonly #withCourses = new Set<string>();
  /** Without days where they cannot be read. */
  readonly #terms = new Map<string, Required<Days> | undefined>();
  readonly #courseIds = new IdIndex();
  readonly #courses: Course[] = [];
  readonly #sections = new IdIndex();
  /** Of the few that have their own, by the section's ordinal. */
  readonly #sectionDays = new Map<number, Days>();
  readonly #crosslisted = new Map<number, number>();
  /** Courses that somebody is in without a section. */
  readonly #withDefault = new IdIndex();
  readonly #deletedUsers = new IdIndex();
  /** Enrollments that are not active; the note says that another row of the same is. */
  readonly #over = new IdIndex();

  /** @throws {FeedRejected} place-unclear, and what any CSV file may be refused for */
  async read(files: CanvasFiles, limits: Limits): Promise<void> {
    const each = (kind: KindName, take: (cells: Cells) => void) => eachRow(files, { kind, limits }, take);
    await each('accounts', (cells) => this.#addAccount(cells, limits));
    await each('terms', (cells) => this.#addTerm(cells));
    await each('courses', (cells) => this.#addCourse(cells));
    await each('sections', (cells) => this.#addSection(cells));
    await each('xlists', (cells) => this.#addCrosslisting(cells));
    await each('users', ({ user_id, status }) => {
      if (user_id !== undefined && status?.toLowerCase() === 'deleted') this.#deletedUsers.add(user_id, 0);
    });
    await each('enrollments', (cells) => {
      if (cells.status?.toLowerCase() !== 'active') this.#over.add(this.enrollmentIdOf(cells), 0);
    });
    await each('enrollments', (cells) => this.#addEnrollment(cells));
    await each('observers', (cells) => this.#addObserver(cells));
  }

  hasAccount(id: string): boolean {
    return this.#accounts.has(id);
  }

  /** The org that stands for the account of a course; blank is the root account. */
  orgOf(account: string | undefined): string {
    return account !== undefined && this.#accounts.has(account) ? account : district;
  }

  /** `school` is the topmost account from which courses hang; what is below it is a department, what is above groups schools. */
  typeOf(account: string): 'school' | 'department' | 'local' {
    const school = this.schoolAbove(account);
    if (school === account) return 'school';
    return school === district ? 'local' : 'department';
  }

  schoolAbove(account: string): string {
    let school = district;
    const path = new Set<string>();
    let at: string | undefined = account;
    while (at !== undefined && this.#accounts.has(at) && !path.has(at)) {
      path.add(at);
      if (this.#withCourses.has(at)) school = at;
      at = this.#accounts.get(at)?.parent;
    }
    return school;
  }

  hasTerm(id: string): boolean {
    return this.#terms.has(id);
  }

  hasCourse(id: string): boolean {
    return this.#courseIds.find(id) >= 0;
  }

  needsDefaultSection(course: string): boolean {
    return this.#withDefault.find(course) >= 0;
  }

  isDeletedUser(id: string): boolean {
    return this.#deletedUsers.find(id) >= 0;
  }

  hasActiveTwin(enrollment: string): boolean {
    return this.#over.note(this.#over.find(enrollment)) > 0;
  }

  /** The section, with the course it belongs to now and its own one. */
  section(id: string): { course: Course; own: Course; isDeleted: boolean } | undefined {
    const ordinal = this.#sections.find(id);
    const found = this.#sectionAt(ordinal);
    const own = this.#courses[found?.course ?? -1];
    const course = this.#courses[this.#crosslisted.get(ordinal) ?? found?.course ?? -1];
    if (found === undefined || own === undefined || course === undefined) return undefined;
    return { course, own, isDeleted: found.isDeleted };
  }

  course(id: string): Course | undefined {
    return this.#courses[this.#courseIds.find(id)];
  }

  /** The session of a class, where all days are known: the term, or one of its own where section or course have other days. */
  sessionOf(course: Course, section?: string): ({ id: string } & Required<Days>) | undefined {
    const term = this.#terms.get(course.term);
    const own = section === undefined ? undefined : this.#sectionDays.get(this.#sections.find(section));
    const begin = own?.begin ?? course.begin ?? term?.begin;
    const end = own?.end ?? course.end ?? term?.end;
    if (begin === undefined || end === undefined || begin > end) return undefined;
    const isTerm = begin === term?.begin && end === term.end;
    return { id: isTerm ? course.term : derivedId('term', begin, end), begin, end };
  }

  /** Sessions that are no term's, by id. */
  ownSessions(): Map<string, Required<Days>> {
    const sessions = new Map<string, Required<Days>>();
    const add = (session: ReturnType<Survey['sessionOf']>) => {
      if (session !== undefined && !this.#terms.has(session.id)) sessions.set(session.id, session);
    };
    for (const course of this.#courses) add(this.sessionOf(course));
    for (const ordinal of this.#sectionDays.keys()) {
      const id = this.#sections.text(ordinal);
      const section = this.section(id);
      if (section !== undefined) add(this.sessionOf(section.course, id));
    }
    return sessions;
  }

  enrollmentIdOf(cells: Cells): string {
    const role = courseRoleOf(roleCell(cells));
    return enrollmentId({
      ...{ classId: classIdOf(cells), userId: cells.user_id ?? '' },
      role: role === undefined ? roleCell(cells) : (courseRoles[role]?.enrollment ?? ''),
    });
  }

  #sectionAt(ordinal: number): Omit<Section, 'id'> | undefined {
    const note = this.#sections.note(ordinal);
    return note === 0 ? undefined : { course: Math.floor(note / 2) - 1, isDeleted: note % 2 === 1 };
  }

  #addAccount({ account_id: id, parent_account_id: parent }: Cells, { heldRows }: Limits): void {
    if (id === undefined || this.#accounts.has(id)) return;
    this.#accounts.set(id, { parent });
    if (this.#accounts.size > heldRows)
      throw refusal('too-many-rows', { file: 'accounts.csv', detail: String(heldRows) });
  }

  #addTerm({ term_id: id, start_date = '', end_date = '' }: Cells): void {
    const begin = startDay(start_date);
    const end = endDay(end_date);
    if (id === undefined || this.#terms.has(id)) return;
    const isWhole = begin !== undefined && end !== undefined && begin <= end;
    this.#terms.set(id, isWhole ? { begin, end } : undefined);
  }

  #addCourse(cells: Cells): void {
    const { course_id: id, account_id: account = '', term_id: term = '', status = '' } = cells;
    if (id === undefined || this.#courseIds.add(id, 0) < 0) return;
    this.#courses.push({
      id,
      account,
      term,
      isOver: /^(deleted|completed)$/i.test(status),
      ...daysOf(cells),
    });
    if (this.#accounts.has(account)) this.#withCourses.add(account);
  }

  #addSection(cells: Cells): void {
    const { section_id: id, course_id = '', status = '' } = cells;
    if (id === undefined) return;
    const ordinal = this.#sections.add(id, 0);
    const course = this.#courseIds.find(course_id);
    if (ordinal < 0 || course < 0) return;
    this.#sections.setNote(ordinal, (course + 1) * 2 + (status.toLowerCase() === 'deleted' ? 1 : 0));
    const days = daysOf(cells);
    if (Object.keys(days).length > 0) this.#sectionDays.set(ordinal, days);
  }

  /** A row that ends a crosslisting leaves the section in its own course, where it is. Of two courses the first in the alphabet has it. */
  #addCrosslisting({ xlist_course_id = '', section_id = '', status }: Cells): void {
    const section = this.#sections.find(section_id);
    const course = this.#courseIds.find(xlist_course_id);
    if (section < 0 || course < 0 || status?.toLowerCase() !== 'active') return;
    const other = this.#courses[this.#crosslisted.get(section) ?? -1];
    if (other === undefined || xlist_course_id < other.id) this.#crosslisted.set(section, course);
  }

  #addEnrollment(cells: Cells): void {
    const { user_id: user, section_id, course_id, status } = cells;
    if (section_id === undefined && course_id !== undefined) this.#withDefault.add(course_id, 0);
    const role = courseRoleOf(roleCell(cells));
    if (user === undefined || status?.toLowerCase() !== 'active') return;
    const twin = this.#over.find(this.enrollmentIdOf(cells));
    if (twin >= 0) this.#over.setNote(twin, 1);
    const course = this.runningCourse(cells);
    if (role === undefined || course === undefined || this.isElsewhere(cells)) return;
    this.places.add(user, this.schoolAbove(course.account), role);
  }

  /** The course in which somebody is enrolled, unless it or the section is over, or is none. */
  runningCourse({ section_id, course_id }: Cells): Course | undefined {
    const section = section_id === undefined ? undefined : this.section(section_id);
    const course = section_id === undefined ? this.course(course_id ?? '') : section?.course;
    return course === undefined || course.isOver || section?.isDeleted ? undefined : course;
  }

  /** Whether the section is one of another course than the row says, be it its own or one that it is crosslisted into. */
  isElsewhere({ section_id, course_id }: Cells): boolean {
    if (section_id === undefined || course_id === undefined) return false;
    const section = this.section(section_id);
    return section !== undefined && section.own.id !== course_id && section.course.id !== course_id;
  }

  #addObserver({ observer_id, student_id, status }: Cells): void {
    if (observer_id === undefined || student_id === undefined || status?.toLowerCase() !== 'active') return;
    const [student, observer] = [courseRoleOf('student'), courseRoleOf('observer')];
    for (const { org, roles } of this.places.of(student_id)) {
      if (student !== undefined && observer !== undefined && roles.includes(student))
        this.places.add(observer_id, org, observer);
    }
  }
}

export function roleCell({ role, role_id }: Cells): string {
  return role ?? role_id ?? '';
}

/** Who is in a course without a section is in its default one, which has no id of its own. */
export function classIdOf({ section_id, course_id }: Cells): string {
  if (section_id !== undefined) return section_id;
  return course_id === undefined ? '' : derivedId('section', course_id);
}

function daysOf({ start_date, end_date }: Cells): Days {
  const begin = start_date === undefined ? undefined : startDay(start_date);
  const end = end_date === undefined ? undefined : endDay(end_date);
  return { ...(begin !== undefined && { begin }), ...(end !== undefined && { end }) };
}
