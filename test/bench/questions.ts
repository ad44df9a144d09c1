import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

export const permission = 'hmh:report.assessment';

export type Question = { user: string; classId: string };

/** Teachers of a feed, each with a class of their own and with one of somebody else: as many allowed as denied. */
export async function questionsOf(folder: string): Promise<Question[]> {
  const text = await readFile(join(folder, 'enrollments.csv'), 'utf8');
  // With its header as columns, every record is text by name.
  const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[];
  const taught = rows
    .filter(({ role }) => role === 'teacher')
    .map(({ userSourcedId: user = '', classSourcedId: classId = '' }) => ({ user, classId }));
  const elsewhere = (index: number) =>
    taught[(index + Math.floor(taught.length / 2)) % taught.length]?.classId ?? '';
  return taught.flatMap((own, index) => [own, { user: own.user, classId: elsewhere(index) }]);
}

/** The body of `POST /access/v1/evaluation`. */
export function evaluationOf({ user, classId }: Question, district: string) {
  return {
    subject: { type: 'user', id: user },
    action: { name: permission },
    resource: { type: 'class', id: classId },
    context: { district },
  };
}
