export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** ISO 8601. */
export function laterBy(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}
