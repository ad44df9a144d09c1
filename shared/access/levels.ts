/** `02` = 2; what is not a number is compared as text. */
export function isSameLevel(a: string, b: string): boolean {
  const numbers = /^\d+$/.test(a) && /^\d+$/.test(b);
  return numbers ? Number(a) === Number(b) : a === b;
}
