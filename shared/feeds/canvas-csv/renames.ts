import type { FeedRow, Problem, RenamedRow } from '../../roster/feed-reading.ts';
import type { Entity } from '../../roster/records.ts';
import { readSource, type SourceHead, type SourceRow } from '../as-oneroster/source.ts';
import type { Limits } from '../byte-source.ts';
import { IdIndex } from '../id-index.ts';
import { showId, showWord } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';
import type { CanvasFiles } from './kinds.ts';

const entityOf: Readonly<Record<string, Entity>> = {
  ...{ user: 'users', course: 'courses', section: 'classes', term: 'academicSessions', account: 'orgs' },
};

/** What the files say has a new id: before everything else, as all other rows have the new ones already. */
export async function* renamesOf(files: CanvasFiles, limits: Limits): AsyncGenerator<FeedRow> {
  // Every id once, on either side: what is renamed twice could end as either.
  const seen = new IdIndex();
  for (const { kind, source, file } of files.entries) {
    if (kind !== 'renames') continue;
    let head: SourceHead = { columns: [], otherColumns: [], problems: [] };
    const counts = { rows: 0, rejected: 0 };
    const told = (found: SourceHead) => {
      head = found;
    };
    for await (const rows of readSource(source, file, { limits, head: told })) {
      for (const row of rows) {
        counts.rows++;
        const found = 'problem' in row ? row.problem : renamed(row, file.name, seen);
        const isBad = 'code' in found;
        if (isBad) counts.rejected++;
        yield isBad ? { kind: 'problem', problem: found } : found;
      }
    }
    const { columns, otherColumns } = head;
    const accepted = counts.rows - counts.rejected;
    yield { kind: 'file', file: file.name, columns, otherColumns, mode: 'delta', ...counts, accepted };
  }
}

function renamed({ line, cells }: SourceRow, file: string, seen: IdIndex): RenamedRow | Problem {
  const { old_id: from, new_id: to, type } = cells;
  const bad = (column: string, code: 'value-missing' | 'unknown-value' | 'duplicate-id', detail = '') => {
    const shown = column === 'type' ? showWord(type ?? '') : showId(cells[column] ?? '');
    return problemOf(code, 'error', { file, row: line, column, value: shown, detail });
  };
  if (from === undefined) return bad('old_id', 'value-missing');
  if (to === undefined) return bad('new_id', 'value-missing');
  if (type === undefined) return bad('type', 'value-missing');
  const entity = entityOf[type.toLowerCase()];
  if (entity === undefined) return bad('type', 'unknown-value', Object.keys(entityOf).join(', '));
  for (const [column, id] of [
    ['old_id', from],
    ['new_id', to],
  ] as const) {
    const key = `${entity}\t${column}\t${id}`;
    if (seen.add(key, line) < 0) return bad(column, 'duplicate-id', String(seen.line(seen.find(key))));
  }
  return { kind: 'renamed', entity, from, to, file, line };
}
