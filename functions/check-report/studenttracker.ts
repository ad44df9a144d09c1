import type { FeedFile } from '../../shared/feeds/byte-source.ts';
import { maskPersonal, showWord } from '../../shared/feeds/mask.ts';
import { refusalOf } from '../../shared/reports/refusals.ts';
import { FileCheck } from '../../shared/reports/studenttracker/check-file.ts';
import { type FileLayout, layoutOf } from '../../shared/reports/studenttracker/columns.ts';
import type { FoundProblems } from './found-problems.ts';
import { textLines } from './text-lines.ts';

/** Which StudentTracker file begins like that, if any, and what stands between its cells. */
export function announcedBy(head: Buffer): { layout: FileLayout; separator: string } | undefined {
  const [first = ''] = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/[\r\n]/);
  const [, tag = '', separator = '\t'] = /^"?([^\t,;|"]*)"?([\t,;|])?/.exec(first) ?? [];
  const layout = layoutOf(tag);
  return layout && { layout, separator };
}

/** Milliseconds. */
const sixtyDays = 60 * 24 * 3_600_000;

/**
 * Checks it line by line.
 * @throws {FeedRejected} where it is no text that can be read
 */
export async function checkStudentTracker(
  file: FeedFile,
  { layout, separator }: { layout: FileLayout; separator: string },
  { found, today }: { found: FoundProblems; today: string },
): Promise<void> {
  if (separator !== '\t') return found.add(refusalOf('not-tab-delimited'));
  const check = new FileCheck(layout, {
    today: compact(today),
    searchedUntil: compact(new Date(Date.parse(today) - sixtyDays).toISOString()),
    show: (value, isPersonal) => (isPersonal ? maskPersonal(value) : showWord(value)),
  });
  for await (const lines of textLines(file)) {
    for (const { line, text } of lines) {
      for (const problem of check.take({ line, cells: text.split('\t') })) await found.add(problem);
    }
  }
  for (const problem of check.end()) await found.add(problem);
}

/** `YYYY-MM-DD…` as `YYYYMMDD`. */
function compact(day: string): string {
  return day.slice(0, 10).replaceAll('-', '');
}
