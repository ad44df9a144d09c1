import type { Problem } from './feed-reading.ts';
import type { KeptProblems } from './sync.ts';
import type { Objects } from './sync-stores.ts';

export const problemsPerPart = 5000;

/** How many problems share file, column and code, by {@link problemGroup}. */
export type ProblemGroups = Record<string, number>;

/** A problem and how many there are of its kind, itself among them. */
export type TalliedProblem = Problem & { alike: number };

/** Each attempt at a sync writes to a place of its own, so that nothing that was told is written over. */
export function problemsPrefix(at: { district: string; syncId: string; claims: number }): string {
  return `problems/${at.district}/${at.syncId}/${at.claims}`;
}

export function problemsKey(prefix: string, part: number): string {
  return `${prefix}/part-${String(part).padStart(5, '0')}.ndjson`;
}

export function problemGroupsKey(prefix: string): string {
  return `${prefix}/groups.json`;
}

export function problemGroup(problem: Problem): string {
  return JSON.stringify([problem.file, problem.column ?? '', problem.code]);
}

type Reading = Pick<Objects, 'get'>;

/** The parts in turn, each read when it is asked for. */
export async function problemParts(
  objects: Reading,
  { parts, prefix }: KeptProblems,
): Promise<(() => Promise<TalliedProblem[]>)[]> {
  if (parts === 0) return [];
  // Groups and parts are written by ProblemWriter only.
  const groups = JSON.parse(await objects.get(problemGroupsKey(prefix))) as ProblemGroups;
  return Array.from({ length: parts }, (_, part) => async () => {
    const text = await objects.get(problemsKey(prefix, part));
    return text.split('\n').flatMap((line) => {
      if (line === '') return [];
      const problem = JSON.parse(line) as Problem;
      return [{ ...problem, alike: groups[problemGroup(problem)] ?? 1 }];
    });
  });
}

const columns = ['file', 'row', 'column', 'code', 'severity', 'value', 'message', 'hint', 'alike'] as const;

/** All of them as CSV (RFC 4180), in the feed's order; memory holds one part. */
export async function* problemsCsv(objects: Reading, kept: KeptProblems): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`;
  for (const read of await problemParts(objects, kept)) {
    const rows = await read();
    yield rows.map((row) => `${columns.map((column) => cell(row[column])).join(',')}\r\n`).join('');
  }
}

/** Quoted, and never the start of a formula in a spreadsheet. */
function cell(value: string | number | undefined): string {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
