import { derivedId } from '../as-oneroster/natural-ids.ts';
import type { SourceRow } from '../as-oneroster/source.ts';
import type { Names1 } from './sources.ts';

type Cells = SourceRow['cells'];

/** Of the term that a section names; by its name where it has no id, each school for itself. Blank where the section names none. */
export function termId(cells: Cells, names: Names1): string {
  const { 'Term SIS ID': own, 'Term Name': name } = cells;
  if (own !== undefined) return own;
  return name === undefined ? '' : derivedId('term', cells[names.schoolOf] ?? '', name);
}

/** The course likewise, by its number or else its name. */
export function courseId(cells: Cells, names: Names1): string {
  const { 'Course SIS ID': own, 'Course Number': number, 'Course Name': name } = cells;
  if (own !== undefined) return own;
  const told = number ?? name;
  return told === undefined ? '' : derivedId('course', cells[names.schoolOf] ?? '', told);
}
