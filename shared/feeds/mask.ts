const plainWord = /^[0-9A-Za-z .:_/+-]{1,64}$/;

/** Enough of a personal value to find its cell: the first character and how long it is, never more. */
export function maskPersonal(text: string): string {
  const [first, ...rest] = text;
  if (first === undefined) return '';
  return rest.length === 0 ? '… (1 character)' : `${first}… (${lengthClass(rest.length + 1)} characters)`;
}

/** Ids, dates, enumerated values: shown, unless they look like something that slipped in from another column. */
export function showWord(text: string): string {
  return plainWord.test(text) ? text : maskPersonal(text);
}

/** Ids are opaque and not secret. */
export function showId(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 63)}…`;
}

function lengthClass(length: number): string {
  if (length < 4) return '2–3';
  if (length < 8) return '4–7';
  if (length < 16) return '8–15';
  return length < 32 ? '16–31' : '32 or more';
}
