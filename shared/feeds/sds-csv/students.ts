import { readSource } from '../as-oneroster/source.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { IdIndex } from '../id-index.ts';
import { refusal } from '../problem-texts.ts';
import type { Sources1 } from './sources.ts';

/** Ids are of their own for students and for teachers: who is a student has to be known before a teacher gets an id. */
export type Students = { has(id: string): boolean };

/** @throws {FeedRejected} person-unclear, from `has`, where a student's row that cannot be read has the teacher's id */
export async function readStudents(
  file: FeedFile | undefined,
  { sources, limits }: { sources: Sources1; limits: Limits },
): Promise<Students> {
  const students = new IdIndex();
  const unclear = new Map<string, number>();
  for await (const rows of file === undefined ? [] : readSource(sources.students, file, { limits })) {
    for (const row of rows) {
      if ('problem' in row) for (const text of row.texts) unclear.set(text, row.line);
      else students.add(row.cells[sources.names.person] ?? '', row.line);
    }
  }
  return {
    has(id) {
      if (students.find(id) >= 0) return true;
      const row = unclear.get(id);
      // One of the two would get the record of the other.
      if (row !== undefined && id !== '')
        throw refusal('person-unclear', { file: sources.students.name, row });
      return false;
    },
  };
}
