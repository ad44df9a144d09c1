import { readSource } from '../as-oneroster/source.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { IdIndex } from '../id-index.ts';
import { applicants as source } from './sources.ts';

/** The status of each applicant. Households and evaluators name them, and nothing else is kept of them. */
export type Applicants = { statusOf(id: string): string | undefined };

/** Of an applicant with two statuses the one that comes first by its letters counts, whichever row comes first. */
export async function readApplicants(file: FeedFile | undefined, limits: Limits): Promise<Applicants> {
  const ids = new IdIndex();
  const statuses = new IdIndex();
  const statusOf = (id: string) => {
    const note = ids.note(ids.find(id));
    return note === 0 ? undefined : statuses.text(note - 1);
  };
  for await (const rows of file === undefined ? [] : readSource(source, file, { limits })) {
    for (const row of rows) {
      if ('problem' in row) continue;
      const { applicant_id: id = '', status = '' } = row.cells;
      const before = statusOf(id);
      if (id === '' || status === '' || (before !== undefined && before <= status)) continue;
      ids.add(id, row.line);
      statuses.add(status, 0);
      ids.setNote(ids.find(id), statuses.find(status) + 1);
    }
  }
  return { statusOf };
}
