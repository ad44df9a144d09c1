import type { FeedRow, OpenFeed, ProblemRow, RosterRow } from './feed-reading.ts';
import { sha256 } from './state.ts';
import { userWithout } from './without-person.ts';

/** What is kept of the id of somebody who was erased and is not to be read in again. */
export function keptOutDigest(district: string, id: string): string {
  return sha256(`${district}\n${id}`);
}

/** A feed without the people whose ids are kept out: their rows are dropped before anything else sees them. */
export function withoutKeptOut(feed: OpenFeed, district: string, digests: readonly string[] = []): OpenFeed {
  if (digests.length === 0) return feed;
  const out = new Set(digests);
  const has = (id: string) => out.has(keptOutDigest(district, id));
  return { ...feed, rows: rowsWithout(feed.rows, has) };
}

async function* rowsWithout(
  rows: AsyncIterable<FeedRow>,
  isOut: (id: string) => boolean,
): AsyncGenerator<FeedRow> {
  for await (const row of rows) {
    const left = rowWithout(row, isOut);
    if (left !== undefined) yield left;
  }
}

function rowWithout(row: FeedRow, isOut: (id: string) => boolean): FeedRow | undefined {
  switch (row.kind) {
    case 'record':
      return recordWithout(row, isOut);
    case 'removal':
      return row.entity === 'users' && isOut(row.sourcedId) ? undefined : row;
    case 'user-agent':
      return isOut(row.userId) || isOut(row.agentId) ? undefined : row;
    case 'user-fact': {
      const isNamed = row.fact.fact === 'relation' && isOut(row.fact.id);
      return isOut(row.userId) || isNamed ? undefined : row;
    }
    case 'user-role':
    case 'user-demographics':
    case 'part-removal':
      return isOut(row.userId) ? undefined : row;
    case 'reference': {
      const isNamed = [row.from, row.to].some(
        ({ entity, sourcedId }) => entity === 'users' && isOut(sourcedId),
      );
      return isNamed ? undefined : row;
    }
    case 'renamed':
      return row.entity === 'users' && (isOut(row.from) || isOut(row.to)) ? undefined : row;
    case 'problem': {
      const { dropped, problem } = row;
      const id = dropped?.entity === 'users' ? dropped.sourcedId : undefined;
      return id !== undefined && isOut(id) ? keptOut(problem.file, problem.row ?? 0, id) : row;
    }
    case 'file':
      return row;
    default:
      return row satisfies never;
  }
}

function recordWithout(row: RosterRow, isOut: (id: string) => boolean): FeedRow | undefined {
  if (row.entity === 'enrollments') return isOut(row.record.userId) ? undefined : row;
  if (row.entity !== 'users') return row;
  if (isOut(row.sourcedId)) return keptOut(row.file, row.line, row.sourcedId);
  return { ...row, record: userWithout(row.record, { users: { has: isOut }, enrollments: new Set() }) };
}

/** Says which row, never whose. */
function keptOut(file: string, row: number, sourcedId: string): ProblemRow {
  return {
    kind: 'problem',
    problem: {
      ...{ file, row, code: 'erased-person', severity: 'warning' },
      message: 'The row is of somebody who was erased and is not to be read in again.',
      hint: 'Take the person out of the export, so that files that are uploaded do not have them either.',
    },
    dropped: { entity: 'users', sourcedId },
  };
}
