/** The known name that differs from `name` by a slip or two of the hand; `undefined` where none is so near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const most = name.length < 4 ? 1 : name.length < 10 ? 2 : 3;
  let nearest: { candidate: string; slips: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > most) continue;
    const slips = slipsBetween(name.toLowerCase(), candidate.toLowerCase());
    if (slips <= most && (nearest === undefined || slips < nearest.slips)) nearest = { candidate, slips };
  }
  return nearest?.candidate;
}

/** Letters that are missing, added, wrong or swapped with their neighbour (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  let [beforeLast, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, k) => k)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let k = 1; k <= b.length; k++) {
      const wrong = (last[k - 1] ?? 0) + (a[i - 1] === b[k - 1] ? 0 : 1);
      const isSwapped = i > 1 && k > 1 && a[i - 1] === b[k - 2] && a[i - 2] === b[k - 1];
      const swapped = isSwapped ? (beforeLast[k - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min((last[k] ?? 0) + 1, (row[k - 1] ?? 0) + 1, wrong, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
