import { isRecord } from './collections.ts';

/** Words of the standard, none of which can hold anything personal. */
export type StatusInfo = { codeMajor?: string; codeMinor: string[] };

/** Longer than any code, and a word: a vendor's own codes are shown too. */
const code = /^[A-Za-z][\w-]{0,63}$/;
const maxDepth = 6;

/**
 * What an error says by its codes, whatever the shape: 1.2 has `imsx_codeMajor` and `imsx_CodeMinor` at the top, 1.1 servers wrap them in
 * `imsx_statusInfo`, `statusInfo` or `statusInfoSet`, with or without `imsx_`. Descriptions are not read: they may name people.
 */
export function statusInfoOf(text: string): StatusInfo {
  const info: StatusInfo = { codeMinor: [] };
  try {
    collect(JSON.parse(text), info, 0);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return info;
}

function collect(value: unknown, info: StatusInfo, depth: number): void {
  if (depth > maxDepth) return;
  if (Array.isArray(value)) {
    for (const one of value.slice(0, 10)) collect(one, info, depth + 1);
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    const name = key.replace(/^imsx_/i, '').toLowerCase();
    const isWord = typeof inner === 'string' && code.test(inner);
    if (name === 'codemajor' && isWord) info.codeMajor ??= inner;
    else if ((name === 'codeminorfieldvalue' || name === 'codeminor' || name === 'codeminorvalue') && isWord)
      info.codeMinor.push(inner);
    else collect(inner, info, depth + 1);
  }
}

/** `failure, unknownobject`, or nothing. */
export function saidBy({ codeMajor, codeMinor }: StatusInfo): string {
  return [codeMajor, ...new Set(codeMinor)].filter((word) => word !== undefined).join(', ');
}
