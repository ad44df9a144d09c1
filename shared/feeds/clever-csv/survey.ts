import { fileOf } from '../as-oneroster/convert.ts';
import { dayOf, endAfter, schoolYearOf } from '../as-oneroster/days.ts';
import { derivedId } from '../as-oneroster/natural-ids.ts';
import { OneOfRows } from '../as-oneroster/one-of-rows.ts';
import { type CsvSource, readSource, type SourceRow } from '../as-oneroster/source.ts';
import type { UnclearIds } from '../as-oneroster/unclear-ids.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { refusal } from '../problem-texts.ts';
import { contactKey } from './contacts.ts';
import { contentOf, sections, staff, students, teachers } from './files.ts';
import { People } from './people.ts';

type Cells = SourceRow['cells'];
export type Term = { id: string; title: string; startDate: string; endDate: string; schoolYear: string };

/** What only all rows together show, so that no row's place in its file matters. */
export type Survey = {
  people: People;
  sections: OneOfRows;
  /** By id; `isDisputed`: rows give other names. */
  courses: ReadonlyMap<string, { title: string; isDisputed: boolean }>;
  /** First day and exclusive end by the year it ends in. */
  schoolYears: ReadonlyMap<string, { startDate: string; endDate: string }>;
};

/** Reads the files whose rows tell of each other once more than the rest. @throws {FeedRejected} as any CSV file may be refused */
export async function surveyOf(files: readonly FeedFile[], limits: Limits): Promise<Survey> {
  const each = (source: CsvSource, take: (cells: Cells) => void, bad?: UnclearIds) =>
    eachRow(source, { files, limits, ...(bad && { bad }) }, take);
  const people = new People();
  const { unclear } = people;
  const addStudent = (cells: Cells) => {
    people.addStudent(cells);
    const contact = contactKey(cells);
    if (contact !== undefined) people.contacts.offer(contact, contentOf.contact(cells));
  };
  await each(students, addStudent, unclear.students);
  await each(teachers, (cells) => people.addTeacher(cells), unclear.teachers);
  await each(staff, (cells) => people.addStaff(cells), unclear.staff);
  const rows = new OneOfRows();
  const courses = new Map<string, { title: string; isDisputed: boolean }>();
  const schoolYears = new Map<string, { startDate: string; endDate: string }>();
  await each(sections, (cells) => {
    if (cells.Section_id !== undefined) rows.offer(cells.Section_id, contentOf.section(cells));
    addCourse(courses, cells);
    addYear(schoolYears, cells);
    if (courses.size > limits.heldRows)
      throw refusal('too-many-rows', { file: sections.name, detail: String(limits.heldRows) });
  });
  return { people, sections: rows, courses, schoolYears };
}

async function eachRow(
  source: CsvSource,
  { files, limits, bad }: { files: readonly FeedFile[]; limits: Limits; bad?: UnclearIds },
  take: (cells: Cells) => void,
): Promise<void> {
  const file = fileOf(files, source);
  if (file === undefined) return;
  for await (const rows of readSource(source, file, { limits })) {
    for (const row of rows) {
      if (!('problem' in row)) take(row.cells);
      else bad?.add(row);
    }
  }
}

function addCourse(courses: Map<string, { title: string; isDisputed: boolean }>, cells: Cells): void {
  const id = courseIdOf(cells);
  if (id === undefined) return;
  const title = cells.Course_name ?? '';
  const known = courses.get(id);
  // A row without the name does not contradict one that has it.
  if (known === undefined || known.title === '') courses.set(id, { title, isDisputed: false });
  else if (title !== '' && title !== known.title) {
    const [first = title] = [title, known.title].sort();
    courses.set(id, { title: first, isDisputed: true });
  }
}

function addYear(years: Map<string, { startDate: string; endDate: string }>, cells: Cells): void {
  const term = termOf(cells);
  if (term === undefined) return;
  const known = years.get(term.schoolYear) ?? term;
  const [startDate = known.startDate] = [term.startDate, known.startDate].sort();
  const [endDate = known.endDate] = [term.endDate, known.endDate].sort().reverse();
  years.set(term.schoolYear, { startDate, endDate });
}

/** By number, else by name: a course is the district's. */
export function courseIdOf({ Course_number, Course_name }: Cells): string | undefined {
  const called = Course_number ?? Course_name;
  return called === undefined ? undefined : derivedId('course', called);
}

/** A term is what its name and days say. Clever's last day is still of the term. */
export function termOf({ Term_name, Term_start = '', Term_end = '' }: Cells): Term | undefined {
  const startDate = dayOf(Term_start);
  const lastDay = dayOf(Term_end);
  if (startDate === undefined || lastDay === undefined) return undefined;
  const endDate = endAfter(lastDay);
  const title = Term_name ?? `${startDate} – ${lastDay}`;
  const id = derivedId('term', title, startDate, endDate);
  return { id, title, startDate, endDate, schoolYear: schoolYearOf(startDate) };
}
