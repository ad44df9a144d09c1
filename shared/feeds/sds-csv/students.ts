import { readSource } from '../as-oneroster/source.ts';
import { UnclearIds } from '../as-oneroster/unclear-ids.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { IdIndex } from '../id-index.ts';
import type { Sources1 } from './sources.ts';

/** Ids are of their own for students and for teachers: who is a student has to be known before a teacher gets an id. */
export type Students = { has(id: string): boolean };

/** @throws {FeedRejected} person-unclear, from `has`, where a student's row that cannot be read has the teacher's id */
export async function readStudents(
  file: FeedFile | undefined,
  { sources, limits }: { sources: Sources1; limits: Limits },
): Promise<Students> {
  const students = new IdIndex();
  const unclear = new UnclearIds(sources.students);
  for await (const rows of file === undefined ? [] : readSource(sources.students, file, { limits })) {
    for (const row of rows) {
      if ('problem' in row) unclear.add(row);
      else students.add(row.cells[sources.names.person] ?? '', row.line);
    }
  }
  return {
    has(id) {
      if (students.find(id) >= 0) return true;
      unclear.mustLack(id);
      return false;
    },
  };
}
