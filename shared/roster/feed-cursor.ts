import * as z from 'zod';
import { cursorDays } from './told.ts';

const Sequence = z.int().nonnegative();
const Index = z.int().nonnegative();

/**
 * How far a follower is. Callers may write what they like into it, so it names nothing by a key: a digest is looked up among the
 * district's own manifests.
 */
const Cursor = z.object({
  district: z.string(),
  /** The last number whose entry was told. */
  told: Sequence,
  /** Digest of the manifest that the follower knows; none before the first commit. */
  manifest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** No entry that is not told yet is older; ISO 8601. */
  since: z.iso.datetime(),
  /** What is being told, a page at a time: all up to `until`, of which this was the last. */
  round: z
    .object({
      until: Sequence,
      sequence: Sequence,
      /** Behind so many of what the entry tells. */
      index: Index.optional(),
      roster: z.object({ kind: Index, partition: Index, after: z.string().optional() }).optional(),
    })
    .optional(),
});
export type Cursor = z.infer<typeof Cursor>;

/** Equal cursors are equal texts. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(Cursor.parse(cursor))).toString('base64url');
}

/** `unknown-cursor`: never given out, or by another district; nothing tells which. */
export function decodeCursor(
  text: string,
  { district, now }: { district: string; now: string },
): Cursor | 'unknown-cursor' | 'too-old' {
  const cursor = parsed(text);
  if (cursor?.district !== district) return 'unknown-cursor';
  return Date.parse(now) - Date.parse(cursor.since) > cursorDays * dayMs ? 'too-old' : cursor;
}

export const dayMs = 24 * 3600 * 1000;

function parsed(text: string): Cursor | undefined {
  try {
    return Cursor.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
