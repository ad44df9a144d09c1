import { readSource } from '../as-oneroster/source.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { IdIndex } from '../id-index.ts';
import { datesOf, type Sessions } from './sessions.ts';
import { roles } from './sources.ts';
import { gradeOf } from './words.ts';

/** By user: the grades of the roles as a student that end last. `roles.csv` has them, and is read after the users. */
export type Grades = { of(userId: string): string | undefined };

/** Rank and grades of each user are numbers into lists of the few different ones there are. */
export async function readGrades(
  file: FeedFile | undefined,
  { sessions, limits }: { sessions: Sessions; limits: Limits },
): Promise<Grades> {
  const users = new IdIndex();
  const told = new IdIndex();
  for await (const rows of file === undefined ? [] : readSource(roles, file, { limits })) {
    for (const row of rows) {
      if ('problem' in row) continue;
      const { userSourcedId = '', role = '', grade, sessionSourcedId = '' } = row.cells;
      if (grade === undefined || role.toLowerCase() !== 'student') continue;
      const { beginDate = '', endDate = '9999-12-31' } = datesOf(
        row.cells,
        sessions.byId.get(sessionSourcedId),
      );
      users.add(userSourcedId, row.line);
      const ordinal = users.find(userSourcedId);
      const before = users.note(ordinal) === 0 ? undefined : told.text(users.note(ordinal) - 1);
      const text = later(before, `${endDate} ${beginDate}\t${gradeOf(grade)}`);
      told.add(text, 0);
      users.setNote(ordinal, told.find(text) + 1);
    }
  }
  return {
    of(userId) {
      const note = users.note(users.find(userId));
      return note === 0 ? undefined : told.text(note - 1).split('\t')[1];
    },
  };
}

/** Of two that end alike both count, whichever row comes first. */
function later(before: string | undefined, now: string): string {
  const [rank = '', grades = ''] = before?.split('\t') ?? [];
  const [mine = '', grade = ''] = now.split('\t');
  if (rank !== mine) return before === undefined || mine > rank ? now : before;
  return `${rank}\t${[...new Set([...grades.split(','), grade])].sort().join(',')}`;
}
