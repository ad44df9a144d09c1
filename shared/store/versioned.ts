import * as z from 'zod';

/**
 * A versioned item: what the last commit shows and what the sync after it will show (docs/decisions/0004).
 * `g`: generation that wrote `now` (absent = tombstone). `pg`, `prev`: the committed state before it.
 */
export const Versioned = z.object({
  g: z.number().int().nonnegative().optional(),
  now: z.unknown().optional(),
  pg: z.number().int().nonnegative().optional(),
  prev: z.unknown().optional(),
});
export type Versioned = z.infer<typeof Versioned>;

/** The item was overwritten twice since the committed generation was read: read the batch again. */
export const outrun: unique symbol = Symbol('outrun');

/** What a reader who knows `committed` sees of an item; `undefined` = not there. */
export function visible(item: Versioned | undefined, committed: number): unknown {
  if (item?.g === undefined) return undefined;
  if (item.g <= committed) return item.now;
  if ((item.pg ?? 0) > committed) return outrun;
  return item.prev;
}

/** The id that stands instead, of an item under an id that a feed has for another record (docs/decisions/0023). */
export function pointedAt(seen: unknown): string | undefined {
  return Pointer.safeParse(seen).data?.same;
}

const Pointer = z.strictObject({ same: z.string() });
