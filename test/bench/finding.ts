/** One line of a bench's result. */
export type Finding = {
  what: string;
  /** With its unit. */
  measured: string;
  /** By how much ours takes longer than the bare way: the median over rounds of one run. */
  ratio?: number;
  aim?: string;
  /** Absent where there is no aim. */
  met?: boolean;
};

/** A comparison with an upper limit. */
export function beside(what: string, measured: string, ratio: number, most?: number): Finding {
  return {
    what,
    measured,
    ratio,
    ...(most === undefined ? {} : { aim: `≤ ${most}×`, met: ratio <= most }),
  };
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** `at` from 0 to 1, by nearest rank. */
export function quantile(numbers: readonly number[], at: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(at * sorted.length) - 1)] ?? Number.NaN;
}

export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const from = performance.now();
  const result = await work();
  return { ms: performance.now() - from, result };
}

export function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

export function perSecond(number: number, ms: number): string {
  return count((number * 1000) / ms);
}

export function findingsTable(findings: readonly Finding[]): string {
  const rows = [
    ['what', 'aim', 'measured', 'ratio', ''],
    ...findings.map(({ what, aim = '', measured, ratio, met }) => [
      what,
      aim,
      measured,
      ratio === undefined ? '' : `${ratio.toFixed(2)}×`,
      met === undefined ? '' : met ? 'met' : 'missed',
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
