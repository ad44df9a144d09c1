import type { ReportProblem } from './report.ts';

const columns = ['line', 'column', 'code', 'severity', 'message', 'hint'] as const;

export const problemsCsvHead = `${columns.join(',')}\r\n`;

/** RFC 4180. What stands in it is in our words, and none of these begins a formula. */
export function problemsCsvRow(problem: ReportProblem): string {
  return `${columns.map((column) => `"${String(problem[column] ?? '').replaceAll('"', '""')}"`).join(',')}\r\n`;
}
