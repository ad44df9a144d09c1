import type { FeedRow, RosterRow } from '../../roster/feed-reading.ts';
import { showId } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';

type Verdict = 'fine' | 'dangling-reference' | 'parent-loop';

/**
 * Replaces every record whose parent is not among the rows, or that is its own ancestor, by a problem. What stands
 * below such a record dangles in turn. `reject` is told the id of each. Parents of rows of changes (`isOpen`) may be elsewhere.
 */
export function settleParents(
  rows: readonly FeedRow[],
  { isOpen, reject }: { isOpen: boolean; reject: (sourcedId: string) => void },
): FeedRow[] {
  const verdicts = judge(rows, isOpen);
  return rows.map((row) => {
    const verdict = row.kind === 'record' ? (verdicts.get(row.sourcedId) ?? 'fine') : 'fine';
    if (row.kind !== 'record' || verdict === 'fine') return row;
    reject(row.sourcedId);
    const { file, line, entity, sourcedId } = row;
    const value = showId(parentOf(row) ?? '');
    const problem = problemOf(verdict, 'error', {
      ...{ file, row: line, column: 'parentSourcedId', value, detail: file },
    });
    return { kind: 'problem', problem, dropped: { entity, sourcedId } };
  });
}

function parentOf(row: RosterRow): string | undefined {
  return 'parentId' in row.record ? row.record.parentId : undefined;
}

function judge(rows: readonly FeedRow[], isOpen: boolean): Map<string, Verdict> {
  const parents = new Map<string, string | undefined>();
  for (const row of rows) if (row.kind === 'record') parents.set(row.sourcedId, parentOf(row));
  const verdicts = new Map<string, Verdict>();
  for (const start of parents.keys()) {
    const path = new Set<string>();
    let at: string | undefined = start;
    while (at !== undefined && parents.has(at) && !path.has(at) && !verdicts.has(at)) {
      path.add(at);
      at = parents.get(at);
    }
    const loopStart = at !== undefined && path.has(at) ? at : undefined;
    const isElsewhere = at !== undefined && !parents.has(at) && isOpen;
    const isFine = at === undefined || isElsewhere || verdicts.get(at) === 'fine';
    let isInLoop = false;
    for (const id of path) {
      isInLoop ||= id === loopStart;
      verdicts.set(id, isInLoop ? 'parent-loop' : isFine ? 'fine' : 'dangling-reference');
    }
  }
  return verdicts;
}
