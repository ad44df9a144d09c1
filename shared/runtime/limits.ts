/** Of a caller whom nobody knows. `address`: kept by nobody as it is. */
export type Call = { route: string; address: string; mostPerMinute: number; now: Date };

export type RateLimits = {
  /** Counts a call. @returns for how many seconds there is none any more, where that is so */
  take: (call: Call) => Promise<number | undefined>;
};
