import type { MadeRow } from '../as-oneroster/convert.ts';
import { isoDayOf, orderOf, schoolYearOf } from '../as-oneroster/days.ts';
import { readSource, type SourceRow } from '../as-oneroster/source.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { courseId, termId } from './section-ids.ts';
import type { Sources1, Variant1 } from './sources.ts';

type Term = { title: string; begin: string; lastDay: string; schoolYear: string };

/** What all sections say of terms and courses together, so that the order of rows says nothing. By id. */
export type Sections = { terms: ReadonlyMap<string, Term>; courses: ReadonlyMap<string, MadeRow> };

type Told = { term: Map<string, Record<string, string>>; course: Map<string, Record<string, string>> };

/** Of two values for one thing the one that comes first by its letters. A day that Microsoft's samples write by numbers is month first. */
export async function readSections(
  file: FeedFile | undefined,
  { sources, variant, limits }: { sources: Sources1; variant: Variant1; limits: Limits },
): Promise<Sections> {
  const told: Told = { term: new Map(), course: new Map() };
  if (file !== undefined) {
    for await (const rows of readSource(sources.sections, file, { limits })) {
      for (const row of rows) if (!('problem' in row)) tell(told, row.cells, sources.names);
    }
  }
  const days = [...told.term.values()].flatMap(({ begin = '', lastDay = '' }) => [begin, lastDay]);
  const seen = orderOf(days);
  const order = seen === 'unclear' && variant === 'SDS' ? 'month-first' : seen;
  const terms = [...told.term].map(([id, { title = '', begin: from = '', lastDay: to = '' }]) => {
    const [begin, lastDay] = [isoDayOf(from, order), isoDayOf(to, order)];
    return [id, { title, begin, lastDay, schoolYear: schoolYearOf(begin, lastDay) }] as const;
  });
  return { terms: new Map(terms), courses: told.course };
}

function tell(told: Told, cells: SourceRow['cells'], names: Sources1['names']): void {
  const term = termId(cells, names);
  const { 'Term StartDate': begin = '', 'Term EndDate': lastDay = '' } = cells;
  // Without days there is no term that a class could be in.
  if (term !== '' && begin !== '' && lastDay !== '')
    settle(told.term, term, { title: cells['Term Name'] ?? term, begin, lastDay });
  const course = courseId(cells, names);
  if (course === '') return;
  const { 'Course Number': courseCode = '', 'Course Subject': subjects = '' } = cells;
  const title = cells['Course Name'] ?? courseCode;
  const orgSourcedId = cells[names.schoolOf] ?? '';
  settle(told.course, course, { title: title === '' ? course : title, courseCode, subjects, orgSourcedId });
}

function settle(all: Map<string, Record<string, string>>, id: string, values: Record<string, string>): void {
  const before = all.get(id);
  if (before === undefined) {
    all.set(id, values);
    return;
  }
  for (const [name, value] of Object.entries(values)) {
    const was = before[name] ?? '';
    if (value !== '' && (was === '' || value < was)) before[name] = value;
  }
}
