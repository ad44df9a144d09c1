import { RequestError } from '../errors.ts';

const maxBytes = 1024 * 1024;
const maxDepth = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export type RawBody = {
  body?: string | undefined;
  isBase64Encoded: boolean;
  contentType: string | undefined;
};

/**
 * The body as data, before any schema has seen it.
 * @throws {RequestError} too-large, unsupported-media-type or malformed
 */
export function readJson(raw: RawBody): unknown {
  const text = readText(raw, /^application\/(?:[a-z0-9.-]+\+)?json$/, 'application/json');
  if (depthOf(text) > maxDepth) {
    throw new RequestError(
      'malformed',
      'json-too-deep',
      `The body is nested more than ${maxDepth} levels deep.`,
    );
  }
  try {
    return JSON.parse(text, refuseForbiddenKey);
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    throw new RequestError('malformed', 'not-json', 'The body is not JSON.', { cause });
  }
}

/** @throws {RequestError} where a parameter comes twice, besides what {@link readJson} throws */
export function readForm(raw: RawBody): Record<string, string> {
  const text = readText(raw, /^application\/x-www-form-urlencoded$/, 'application/x-www-form-urlencoded');
  return readParameters(text);
}

/** Query string or form to its parameters. */
export function readParameters(text: string): Record<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (found.has(name))
      throw new RequestError('malformed', 'parameter-repeated', 'A parameter comes twice.');
    refuseForbiddenKey(name, value);
    found.set(name, value);
  }
  return Object.fromEntries(found);
}

function readText(raw: RawBody, accepted: RegExp, say: string): string {
  const type = raw.contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!accepted.test(type)) {
    throw new RequestError('unsupported-media-type', 'unsupported-media-type', `Send ${say}.`);
  }
  const bytes = Buffer.from(raw.body ?? '', raw.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBytes) {
    throw new RequestError('too-large', 'body-too-large', 'A body may have 1 MB at most.');
  }
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new RequestError('malformed', 'not-utf8', 'The body is not UTF-8.', { cause });
  }
}

/** `__proto__` is an own key to JSON.parse, and a trap to whoever copies the object. */
function refuseForbiddenKey(key: string, value: unknown): unknown {
  if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
    throw new RequestError('malformed', 'key-forbidden', 'The body has a key that is not accepted anywhere.');
  }
  return value;
}

/** Deepest nesting of brackets outside strings; looks at the text, so that nothing recursive ever sees more. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (inString) {
      if (c === '\\') at += 1;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (c === '}' || c === ']') depth -= 1;
  }
  return deepest;
}
