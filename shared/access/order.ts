/** By code unit, so that the order is the same on every machine; `localeCompare` is not. */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
