/**
 * US dollars, list prices of us-east-1 as `../shared/docs/reliability.md` section 6 has them, looked at in November 2026.
 * No free tier, no discount.
 */
export const prices = {
  /** A million units, on demand. */
  writeUnits: 0.625,
  readUnits: 0.125,
  /** A million requests. */
  s3Puts: 5,
  s3Gets: 0.4,
  sqsRequests: 0.4,
  invocations: 0.2,
  /** A gigabyte of memory for a second, arm64. */
  gigabyteSecond: 0.0000133334,
} as const;

/** Memory that buys one whole core; a function with less gets that share of one. */
const megabytesPerCore = 1_769;

/** Of one function for work that took one core of this machine so long. */
export function gigabyteSeconds(ms: number, megabytes: number): number {
  const stretched = ms * Math.max(1, megabytesPerCore / megabytes);
  return (stretched / 1000) * (megabytes / 1024);
}
