/** What one caller may ask of one instance: so many requests a second, and so many at once after a while without any. */
export type Rate = { perSecond: number; atOnce: number };

const mostCallers = 10_000;

/**
 * A token bucket for each caller, in memory: no lookup waits for a count. An instance knows of its own requests alone, so a caller has
 * this rate as often as there are instances of the authorizer.
 */
export function makeBuckets({ perSecond, atOnce }: Rate) {
  const buckets = new Map<string, { left: number; at: number }>();

  /** @returns for how many seconds there is nothing more, where that is so; `at`: milliseconds since the epoch */
  return (caller: string, at: number): number | undefined => {
    const before = buckets.get(caller) ?? { left: atOnce, at };
    const since = Math.max(0, at - before.at) / 1000;
    const left = Math.min(atOnce, before.left + since * perSecond);
    if (buckets.size >= mostCallers && !buckets.has(caller)) buckets.clear();
    const isServed = left >= 1;
    buckets.set(caller, { left: isServed ? left - 1 : left, at: Math.max(at, before.at) });
    return isServed ? undefined : Math.ceil((1 - left) / perSecond);
  };
}
