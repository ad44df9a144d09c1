import { createHash } from 'node:crypto';
import * as z from 'zod';
import { RequestError } from '../../shared/errors.ts';

/** Where a search goes on: in which of its sources, after what, and which roster was committed when it began. */
export type Place = { source: number; after: string | undefined; committed: number };

const Token = z.tuple([
  z.string(),
  z.int().nonnegative(),
  z.int().nonnegative(),
  z.string().min(1).max(1024).nullable(),
]);

/** What a token is good for: the same question, looked for in the same kinds of places. */
export function markOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}

export function writePlace(mark: string, { source, after, committed }: Place): string {
  const token: z.infer<typeof Token> = [mark, committed, source, after ?? null];
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/**
 * Opaque to callers, and no more trusted than what they type: it can only lead to candidates, and each is evaluated.
 * @throws {RequestError} malformed
 */
export function readPlace(token: string, mark: string): Place {
  const read = Token.safeParse(parsed(token));
  if (!read.success || read.data[0] !== mark) {
    const message = 'page.token is not of this search, or where it has to look has changed: begin again.';
    throw new RequestError('malformed', 'cursor-invalid', message, {
      fields: [{ pointer: '/page/token', detail: 'take next_token of the same search' }],
    });
  }
  const [, committed, source, after] = read.data;
  return { source, after: after ?? undefined, committed };
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
